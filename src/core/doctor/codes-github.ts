import { type Code, row } from './code.js';

const APP_FIX = 'Change it under {app_permissions}, then accept it under {installation}.';
const ROOT_OF_RULES = 'Whoever can do this can put requests, policy or people on the branch.';
const NO_GRANTS = 'No intent can be recorded, so nothing is granted.';

/** What can be wrong with the app, the repository and its default branch. */
export const GITHUB_CODES = {
  // The app.
  app_permission_missing: row('warning', 'Something Hallpass has to do will be refused.', APP_FIX),
  app_permission_dangerous: row(
    'critical',
    'Who steals the key of the app could change the rules of the branches, workflows or secrets, and let itself in.',
    APP_FIX,
  ),
  app_permission_excess: row(
    'warning',
    'Who steals the key of the app can do more than Hallpass needs.',
    APP_FIX,
  ),
  app_event_missing: row(
    'notice',
    'Hallpass learns of it only with the next sweep.',
    'Subscribe to it under {app_permissions}.',
  ),
  app_public: row(
    'critical',
    'Anybody can install the app on a repository of their own.',
    'Make it private: {app_advanced}, "Make private".',
  ),
  app_elsewhere: row(
    'warning',
    'The app is installed in more than one place, and its key opens all of them.',
    'Uninstall it everywhere but on the access repository: {app_installations}.',
  ),
  installation_wide: row(
    'critical',
    'The key of the app opens repositories that have nothing to do with access.',
    'Choose "Only select repositories" and the access repository alone: {installation}.',
  ),
  installation_suspended: row('critical', 'Nothing is decided or granted.', 'Unsuspend it: {installation}.'),
  // The repository.
  repository_stranger: row(
    'critical',
    'The repository of this name is another one than the settings pin.',
    'Find out what happened to the repository before changing repository.id in the settings.',
  ),
  repository_archived: row('critical', NO_GRANTS, 'Unarchive it: {repository}/settings.'),
  repository_public: row(
    'warning',
    'Everybody can read who has access to what, and open pull requests.',
    'Make it private: {repository}/settings.',
  ),
  default_branch_differs: row(
    'critical',
    'Pull requests go to another branch than the one whose requests are granted.',
    'Make them agree: {repository}/settings or repository.branch in the settings.',
  ),
  auto_merge_on: row(
    'notice',
    'A pull request can merge the moment a check turns green, before people have looked again.',
    'Switch off "Allow auto-merge": {repository}/settings.',
  ),
  // Rules of the default branch.
  branch_missing: row('critical', 'There is nothing to read policy from.', 'Push the branch {branch}.'),
  branch_force_push: row(
    'critical',
    'History that says who approved what can be rewritten; new access stops until somebody puts it back.',
    'Add "Block force pushes" to a ruleset of {branch}: {rules}.',
  ),
  branch_deletion: row(
    'critical',
    'The branch can be removed, and policy with it.',
    'Add "Restrict deletions" to a ruleset of {branch}: {rules}.',
  ),
  branch_without_pull_request: row(
    'critical',
    ROOT_OF_RULES,
    'Add "Require a pull request before merging" to a ruleset of {branch}: {rules}.',
  ),
  branch_stale_approvals: row(
    'warning',
    'On GitHub an approval outlives the change it was given to. Hallpass does not count it, but policy itself is merged by GitHub.',
    'Tick "Dismiss stale pull request approvals when new commits are pushed": {rules}.',
  ),
  branch_last_push: row(
    'warning',
    'Who pushed last can approve, so a change of policy needs one person less.',
    'Tick "Require approval of the most recent reviewable push": {rules}.',
  ),
  branch_without_owners: row(
    'critical',
    'Anybody who may write can have policy changed by anybody who may approve.',
    'Require at least one approval and tick "Require review from Code Owners": {rules}.',
  ),
  branch_without_check: row(
    'warning',
    'Requests can be merged before they are approved. Nothing is granted for them, and each is a violation.',
    'Require the status check `hallpass` of this app: {rules}.',
  ),
  branch_check_unbound: row(
    'warning',
    'Anybody who may write can set a check named `hallpass`.',
    'In the required check `hallpass` choose this app (id {app_id}) as its source: {rules}.',
  ),
  branch_bypass: row(
    'warning',
    ROOT_OF_RULES,
    'Take them off the bypass list, or let them bypass for pull requests only: {rules}.',
  ),
  branch_bypass_app: row(
    'critical',
    'Who steals the key of the app can put policy and requests on the branch.',
    'Take this app off the bypass list of {branch}: {rules}.',
  ),
  merge_queue_on: row(
    'warning',
    'What a merge queue lands is no merge of one pull request; Hallpass refuses it.',
    'Remove "Require merge queue" from {branch}: {rules}.',
  ),
  code_owners_missing: row(
    'critical',
    'Policy, catalog and people have no owners, so anybody with write access may approve a change of them.',
    'Add a line such as `/.github/ @{owner}/security` to .github/CODEOWNERS.',
  ),
  code_owners_errors: row(
    'warning',
    'GitHub skips lines of CODEOWNERS that it cannot use, without a word.',
    'See {repository}/blob/{branch}/.github/CODEOWNERS and mend the lines it marks.',
  ),
} as const satisfies Readonly<Record<string, Code>>;
