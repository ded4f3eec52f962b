import { describe, expect, it } from 'vitest';
import { CODES, type SetupCode } from '../../../src/core/doctor/codes.js';
import { diagnose } from '../../../src/core/doctor/diagnose.js';
import type { BranchRule, Look, SetupFacts } from '../../../src/core/doctor/facts.js';
import { findingKey } from '../../../src/core/doctor/finding.js';
import { addSeconds } from '../../../src/core/time.js';
import { CATALOG, POLICY } from '../../../src/sandbox/documents.js';
import { APP, controlFrom, HEALTHY, NOW, rule, seen, unseen } from './world.js';

type Looks = {
  [K in keyof SetupFacts]: SetupFacts[K] extends Look<unknown> | null ? K : never;
}[keyof SetupFacts];
type Seen<K extends Looks> = Extract<SetupFacts[K], { readonly seen: unknown }>['seen'];

/** One thing that was looked at, otherwise than it should be. */
const but = <K extends Looks>(name: K, change: Partial<Seen<K>>): SetupFacts => ({
  ...HEALTHY,
  [name]: seen({ ...(HEALTHY[name] as { seen: object }).seen, ...(change as object) }),
});
const not = (name: Looks, why = 'a reason', hidden = false): SetupFacts => ({
  ...HEALTHY,
  [name]: unseen(why, hidden),
});
const setup = (change: Partial<SetupFacts['setup']>): SetupFacts => ({
  ...HEALTHY,
  setup: { ...HEALTHY.setup, ...change },
});
const withRules = (
  name: 'branch' | 'ledgerBranch',
  change: (rules: readonly BranchRule[]) => readonly BranchRule[],
): SetupFacts => {
  const look = HEALTHY[name] as { seen: { rules: readonly BranchRule[] } };
  return but(name, { rules: change(look.seen.rules) });
};
const without = (name: 'branch' | 'ledgerBranch', kind: BranchRule['kind']) =>
  withRules(name, (rules) => rules.filter((one) => one.kind !== kind));
const swapped = (name: 'branch' | 'ledgerBranch', fresh: BranchRule) =>
  withRules(name, (rules) => [...rules.filter(({ kind }) => kind !== fresh.kind), fresh]);

const somebody = { who: 'team 7', isThisApp: false, pullRequestsOnly: false };
const us = { who: `app ${APP}`, isThisApp: true, pullRequestsOnly: false };
const pullRequest = { approvals: 1, codeOwners: true, dismissesStale: true, lastPushApproval: true };
const permissions = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'write',
};
const target = (id: string, look: Look<{ clock: typeof NOW | null; blocked: never[] }>): SetupFacts => ({
  ...HEALTHY,
  targets: new Map([...HEALTHY.targets, [id, look]]),
});
const team = (name: string, change: object | Look<never>): SetupFacts => ({
  ...HEALTHY,
  teams: new Map([
    ...HEALTHY.teams,
    [
      name,
      'unseen' in change ? (change as Look<never>) : seen({ team: name, id: 5, members: [], ...change }),
    ],
  ]),
});

/** What is wrong, and all that is to be found for it. */
const TABLE: readonly (readonly [what: string, facts: SetupFacts, ...codes: SetupCode[]])[] = [
  ['nothing', HEALTHY],
  ['no canary flown', { ...HEALTHY, canary: null }],
  [
    'a permission less',
    but('app', { permissions: { ...permissions, checks: 'read' } }),
    'app_permission_missing',
  ],
  [
    'a permission the installation has not accepted',
    but('installation', { permissions: { ...permissions, members: 'read' } }),
    'app_permission_missing',
  ],
  [
    'members to write without a target that needs it',
    {
      ...HEALTHY,
      setup: { ...HEALTHY.setup, targets: new Map([['orders-db', 'postgres']]) },
      control: controlFrom(
        POLICY.replace(/ {2}- name: staging[\s\S]*?(?= {2}- name: on-call)/, ''),
        CATALOG.replace(/ {2}teams: .*\n/, '').replace(/ {2}orders-deployers:[\s\S]*$/, ''),
      ),
    },
    'app_permission_excess',
    'app_permission_excess',
  ],
  [
    'workflows to write',
    but('app', { permissions: { ...permissions, workflows: 'write' } }),
    'app_permission_dangerous',
  ],
  [
    'administration to write',
    but('installation', { permissions: { ...permissions, administration: 'write' } }),
    'app_permission_dangerous',
  ],
  [
    'secrets to read',
    but('app', { permissions: { ...permissions, secrets: 'read' } }),
    'app_permission_excess',
  ],
  [
    'an event less',
    but('installation', { events: ['push'] }),
    ...Array<SetupCode>(7).fill('app_event_missing'),
  ],
  ['a public app', but('app', { public: true }), 'app_public'],
  ['an app installed twice', but('app', { installations: 2 }), 'app_elsewhere'],
  ['an app of which GitHub does not say where it is', but('app', { installations: null })],
  [
    'an installation on everything',
    but('installation', { everyRepository: true, repositories: 1 }),
    'installation_wide',
  ],
  ['an installation on two', but('installation', { repositories: 2 }), 'installation_wide'],
  ['a suspended installation', but('installation', { suspended: true }), 'installation_suspended'],
  ['another repository of the name', but('repository', { id: 10 }), 'repository_stranger'],
  ['an archived repository', but('repository', { archived: true }), 'repository_archived'],
  ['a public repository', but('repository', { public: true }), 'repository_public'],
  ['another default branch', but('repository', { defaultBranch: 'trunk' }), 'default_branch_differs'],
  ['auto-merge', but('repository', { autoMerge: true }), 'auto_merge_on'],
  ['no default branch', but('branch', { exists: false, rules: [] }), 'branch_missing'],
  ['force pushes', without('branch', 'blocks_force_push'), 'branch_force_push'],
  ['deletion', without('branch', 'blocks_deletion'), 'branch_deletion'],
  ['direct pushes', without('branch', 'requires_pull_request'), 'branch_without_pull_request'],
  [
    'no owners asked',
    swapped('branch', rule('requires_pull_request', { ...pullRequest, codeOwners: false })),
    'branch_without_owners',
  ],
  [
    'no approvals asked',
    swapped('branch', rule('requires_pull_request', { ...pullRequest, approvals: 0 })),
    'branch_without_owners',
  ],
  [
    'stale approvals',
    swapped('branch', rule('requires_pull_request', { ...pullRequest, dismissesStale: false })),
    'branch_stale_approvals',
  ],
  [
    'the last pusher approves',
    swapped('branch', rule('requires_pull_request', { ...pullRequest, lastPushApproval: false })),
    'branch_last_push',
  ],
  [
    'two rules that ask for it together',
    withRules('branch', (rules) => [
      ...rules.filter(({ kind }) => kind !== 'requires_pull_request'),
      rule('requires_pull_request', { ...pullRequest, lastPushApproval: false }),
      rule('requires_pull_request', { ...pullRequest, dismissesStale: false }),
    ]),
  ],
  ['no check', without('branch', 'requires_checks'), 'branch_without_check'],
  [
    'a check of another name',
    swapped('branch', rule('requires_checks', { checks: [{ name: 'hallpass-2', app: APP }] })),
    'branch_without_check',
  ],
  [
    'a check of anybody',
    swapped('branch', rule('requires_checks', { checks: [{ name: 'hallpass', app: null }] })),
    'branch_check_unbound',
  ],
  [
    'a check of another app',
    swapped('branch', rule('requires_checks', { checks: [{ name: 'hallpass', app: 1 }] })),
    'branch_check_unbound',
  ],
  [
    'somebody past the rules',
    swapped('branch', rule('blocks_deletion', { bypass: [somebody] })),
    'branch_bypass',
  ],
  [
    'somebody past them by pull request',
    swapped('branch', rule('blocks_deletion', { bypass: [{ ...somebody, pullRequestsOnly: true }] })),
  ],
  [
    'the app past the rules',
    swapped('branch', rule('blocks_deletion', { bypassedByThisApp: true })),
    'branch_bypass_app',
  ],
  ['a merge queue', withRules('branch', (rules) => [...rules, rule('merge_queue')]), 'merge_queue_on'],
  ['no owners', { ...HEALTHY, codeOwners: seen(null) }, 'code_owners_missing'],
  [
    'owners of something else',
    but('codeOwners', { text: 'docs/ @acme/security' } as never),
    'code_owners_missing',
  ],
  ['lines of owners that do not count', but('codeOwners', { errors: 2 } as never), 'code_owners_errors'],
  ['an open ledger', without('ledgerBranch', 'restricts_updates'), 'ledger_open'],
  [
    'a ledger the app cannot write',
    swapped('ledgerBranch', rule('restricts_updates', { bypassedByThisApp: false })),
    'ledger_locked',
  ],
  [
    'a ledger others can write',
    swapped('ledgerBranch', rule('restricts_updates', { bypassedByThisApp: true, bypass: [us, somebody] })),
    'ledger_bypass',
  ],
  [
    'others whom a second rule keeps out',
    withRules('ledgerBranch', (rules) => [
      ...rules,
      rule('restricts_updates', { bypassedByThisApp: true, bypass: [us, somebody] }),
    ]),
  ],
  ['a ledger that can be forced', without('ledgerBranch', 'blocks_force_push'), 'ledger_force_push'],
  [
    'a ledger the app can force',
    swapped('ledgerBranch', rule('blocks_force_push', { bypassedByThisApp: true })),
    'ledger_force_push',
  ],
  ['a ledger that can be deleted', without('ledgerBranch', 'blocks_deletion'), 'ledger_deletion'],
  [
    'pull requests for the ledger',
    withRules('ledgerBranch', (rules) => [...rules, rule('requires_pull_request', pullRequest)]),
    'ledger_rules_in_the_way',
  ],
  [
    'pull requests the app need not make',
    withRules('ledgerBranch', (rules) => [
      ...rules,
      rule('requires_pull_request', { ...pullRequest, bypassedByThisApp: true }),
    ]),
  ],
  [
    'signatures for the ledger',
    withRules('ledgerBranch', (rules) => [...rules, rule('requires_signatures')]),
    'ledger_rules_in_the_way',
  ],
  ['a forged ledger', not('ledger', 'ledger_forged: a commit is foreign'), 'ledger_unusable'],
  ['another key', but('ledger', { ownKey: 'SHA256:b' }), 'ledger_key_differs'],
  ['no ledger yet', but('ledger', { pinnedKey: null })],
  ['a refused canary', but('canary', { pushed: false, problem: 'no' }), 'canary_refused'],
  ['a stale push that went through', but('canary', { staleRefused: false }), 'canary_not_compared'],
  ['a forced push that went through', but('canary', { forceRefused: false }), 'canary_forced'],
  ['a short secret', setup({ webhookSecret: { bytes: 31, distinct: 16 } }), 'webhook_secret_weak'],
  ['a dull secret', setup({ webhookSecret: { bytes: 64, distinct: 3 } }), 'webhook_secret_weak'],
  ['no webhook', but('webhook', { url: null }), 'webhook_url_missing'],
  ['a webhook elsewhere', but('webhook', { url: 'https://other.example.com' }), 'webhook_url_differs'],
  ['no address to compare with', setup({ webhookUrl: null })],
  [
    'a webhook in the clear',
    { ...but('webhook', { url: 'http://a.example.com' }), setup: { ...HEALTHY.setup, webhookUrl: null } },
    'webhook_insecure',
  ],
  ['a webhook to anybody', but('webhook', { verifiesCertificate: false }), 'webhook_insecure'],
  ['an unsigned webhook', but('webhook', { hasSecret: false }), 'webhook_unsigned'],
  ['a webhook as a form', but('webhook', { json: false }), 'webhook_form'],
  ['two failures', but('deliveries', { failed: 2 })],
  ['many failures', but('deliveries', { failed: 3, last: null }), 'deliveries_failing'],
  ['a minute', { ...HEALTHY, hostClock: seen(addSeconds(NOW, -60)) }],
  ['more than a minute', { ...HEALTHY, hostClock: seen(addSeconds(NOW, 61)) }, 'clock_skew'],
  [
    "a target's clock",
    target('orders-db', seen({ clock: addSeconds(NOW, -61), blocked: [] })),
    'target_clock_skew',
  ],
  ['a target that is away', target('orders-db', unseen('connection refused')), 'target_unreachable'],
  [
    'what a target would refuse',
    target(
      'orders-db',
      seen({
        clock: null,
        blocked: [
          { entitlement: 'orders-db-readonly', why: 'no admin option.', unblock: 'Grant it.' },
        ] as never,
      }),
    ),
    'target_blocked',
  ],
  [
    'a target without settings',
    setup({ targets: new Map([['teams', 'github-team']]) }),
    'target_not_configured',
  ],
  [
    'a target of another kind',
    setup({
      targets: new Map([
        ['teams', 'github-team'],
        ['orders-db', 'memory'],
      ]),
    }),
    'target_kind_differs',
  ],
  [
    'a target nobody knows',
    setup({ targets: new Map([...HEALTHY.setup.targets, ['spare', 'memory']]) }),
    'target_unused',
  ],
  [
    'broken documents',
    { ...HEALTHY, control: seen({ problems: ['policy.yaml:3 unknown_key'] }) },
    'control_broken',
  ],
  [
    'a team that is gone',
    team('security', { id: null }),
    'approvals_unfillable',
    'approvals_unfillable',
    'team_missing',
  ],
  ['a team without anybody', team('security', {}), 'approvals_unfillable', 'approvals_unfillable'],
  [
    'two groups of one person',
    {
      ...HEALTHY,
      teams: new Map([
        ...HEALTHY.teams,
        ['dba', seen({ team: 'dba', id: 1, members: [{ login: 'CAROL' as never, id: 1003 }] })],
      ]),
    },
    'approvals_unfillable',
  ],
  ['a team that could not be looked at', team('security', unseen('github_unavailable: 503')), 'not_checked'],
  [
    'approvers of whom only the login is known',
    {
      ...HEALTHY,
      control: controlFrom(POLICY.replace('{ teams: [dba] }', '{ teams: [dba], users: [carol, dana] }')),
    },
    'approver_unpinned',
  ],
  [
    'an entitlement without a rule',
    {
      ...HEALTHY,
      control: controlFrom(
        POLICY.replace('[orders-deployers]', '["orders-db-*"]').replace(
          'auto_approve: true',
          'approvals: [{ from: { teams: [dba] }, count: 1 }]',
        ),
      ),
    },
    'entitlement_without_rule',
  ],
  [
    'a rule that a freeze without an end denies',
    {
      ...HEALTHY,
      control: controlFrom(
        `${POLICY}  - name: never\n    entitlements: [orders-deployers]\n    deny: "No."\n`,
      ),
    },
    'rule_unreachable',
  ],
  [
    'approval by nobody under a floor',
    {
      ...HEALTHY,
      control: controlFrom(POLICY.replace('[orders-deployers]', '[orders-db-readonly, orders-deployers]')),
    },
  ],
  [
    'approval by nobody under a floor alone',
    { ...HEALTHY, control: controlFrom(POLICY.replace('[orders-deployers]', '[orders-db-readonly]')) },
    'rule_unreachable',
    'entitlement_without_rule',
  ],
  [
    'a folder that cannot be written',
    but('machine', { dataDir: { problem: 'EROFS', freeBytes: 1e10, writableByOthers: false } }),
    'data_dir_unusable',
  ],
  [
    'a full disk',
    but('machine', { dataDir: { problem: null, freeBytes: 1_000, writableByOthers: false } }),
    'data_dir_full',
  ],
  [
    'a folder of everybody',
    but('machine', { dataDir: { problem: null, freeBytes: 1e10, writableByOthers: true } }),
    'data_dir_open',
  ],
  ['an old git', but('machine', { git: '2.25.1' }), 'git_too_old'],
  ['a git of no number', but('machine', { git: 'unknown' }), 'git_too_old'],
  ['a new git', but('machine', { git: '3.0.0' })],
  ['an old node', but('machine', { node: 'v18.20.0' }), 'node_too_old'],
  ['hidden bypass lists', swapped('branch', rule('blocks_deletion', { bypass: null })), 'not_visible'],
  ['a hidden protection', but('branch', { protectionUnseen: 'no permission' }), 'not_visible'],
  ['something the app may not see', not('webhook', 'github_forbidden: no', true), 'not_visible'],
];

describe('diagnosing a setup', () => {
  it.each(TABLE.map((row) => [row[0], row] as const))('%s', (_, [, facts, ...codes]) => {
    const findings = diagnose(facts);
    expect(findings.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
    expect(new Set(findings.map(findingKey)).size).toBe(findings.length);
    for (const { fix, message } of findings) {
      expect(fix).not.toMatch(/\{[a-z_]+\}/);
      expect(message).not.toContain('undefined');
    }
  });

  it('can find everything in the list', () => {
    const found = new Set(TABLE.flatMap(([, , ...codes]) => codes));
    expect(Object.keys(CODES).filter((code) => !found.has(code as SetupCode))).toEqual([]);
  });

  it.each(
    (Object.keys(HEALTHY) as (keyof SetupFacts)[]).filter((name) => {
      const look = HEALTHY[name];
      return typeof look === 'object' && look !== null && 'seen' in look;
    }),
  )('takes nothing for good when %s could not be looked at', (name) => {
    const findings = diagnose({ ...HEALTHY, [name]: unseen('away') });
    expect(findings.some(({ severity }) => severity !== 'notice')).toBe(true);
  });
});
