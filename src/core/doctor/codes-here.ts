import { type Code, row } from './code.js';

/** What can be wrong with clocks, targets, documents and the machine; and what could not be looked at. */
export const CODES_HERE = {
  // Clocks, targets, documents.
  clock_skew: row(
    'critical',
    'Ends come late or early; new access stops.',
    'Set the clock: `timedatectl set-ntp true`.',
  ),
  target_clock_skew: row(
    'warning',
    "The target's own expiry comes too late or too early.",
    "Set the target's clock: `timedatectl set-ntp true`.",
  ),
  target_unreachable: row(
    'critical',
    'Access there is neither granted nor ended.',
    'Do what it says, and see docs/providers for the kind of target.',
  ),
  target_blocked: row('warning', 'A request for it would be approved and then fail.', 'Do what it says.'),
  target_not_configured: row(
    'warning',
    'What the catalog offers there cannot be granted.',
    'Add it below targets in the settings, or take it out of catalog.yaml.',
  ),
  target_kind_differs: row(
    'critical',
    'Coordinates of one kind of target would go to another.',
    'Make settings and catalog.yaml agree.',
  ),
  target_unused: row(
    'notice',
    'The server holds credentials that nothing needs.',
    'Take it out of the settings, or add entitlements for it to catalog.yaml.',
  ),
  control_broken: row(
    'critical',
    'Nothing new is granted.',
    'Run `hallpass validate` on the access repository and mend it.',
  ),
  team_missing: row(
    'critical',
    'Whoever may create teams can create one of this name, and would then approve.',
    'Create the team or take it out of policy.yaml: {teams}.',
  ),
  approver_unpinned: row(
    'warning',
    'Who takes over the login when it is given up approves in their place.',
    'Add them with their number to people.yaml: `gh api users/LOGIN --jq .id`.',
  ),
  approvals_unfillable: row(
    'warning',
    'Nobody can get what the rule is about.',
    'Add people to the teams, or change the groups of the rule in policy.yaml.',
  ),
  entitlement_without_rule: row(
    'notice',
    'Requests for it are always denied.',
    'Write a rule for it in policy.yaml, or take it out of catalog.yaml.',
  ),
  rule_unreachable: row(
    'warning',
    'The rule looks as if it gave something, and never does.',
    'Take the rule out of policy.yaml, or narrow the one that denies.',
  ),
  // The machine.
  data_dir_unusable: row(
    'critical',
    'Ends cannot be noted while the ledger is away, and a ledger that was set back is not noticed.',
    'Give the process a folder of its own on a disk it may write to: data_dir in the settings.',
  ),
  data_dir_full: row('critical', 'Soon nothing can be noted any more.', 'Make room where data_dir lies.'),
  data_dir_open: row(
    'critical',
    'Others on the machine can change what Hallpass has noted.',
    'chmod go-w on data_dir, and give it to the user that runs Hallpass.',
  ),
  git_too_old: row(
    'critical',
    'Hallpass works with git as it is, and this one lacks what it needs.',
    'Install git {git} or later.',
  ),
  node_too_old: row('warning', 'Nobody has tried Hallpass with it.', 'Install Node {node} or later.'),
  // What could not be looked at.
  not_visible: row(
    'notice',
    'The app may not see it, which is right. A person who administers the repository can.',
    'Run the doctor with HALLPASS_ADMIN_TOKEN set to a token that may read administration, or look by hand: {rules}.',
  ),
  not_checked: row('warning', 'Nobody knows.', 'Run the doctor again; if it stays so, do what it says.'),
} as const satisfies Readonly<Record<string, Code>>;
