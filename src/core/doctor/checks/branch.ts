import { type Check, failing, ifSeen } from '../check.js';
import type { BranchFacts, BranchRule, PullRequestRule, Setup } from '../facts.js';
import type { Found } from '../finding.js';

type Kind = BranchRule['kind'];
export type RuleOf<K extends Kind> = Extract<BranchRule, { readonly kind: K }>;

export function rulesOf<K extends Kind>({ rules }: BranchFacts, kind: K): readonly RuleOf<K>[] {
  return rules.filter((rule): rule is RuleOf<K> => rule.kind === kind);
}

const has = (facts: BranchFacts, kind: Kind): boolean => rulesOf(facts, kind).length > 0;

/** The check of this app, as the pull request shows it. */
const CHECK = 'hallpass';

/** The default branch: what lands there rules. None of it is what grants depend on; it is the fence before the gate (T050, T056). */
export const defaultBranch: Check = ({ setup, branch: look }) =>
  ifSeen(look, (facts) => {
    const { branch } = setup;
    if (!facts.exists)
      return [{ code: 'branch_missing', about: branch, message: `${branch} does not exist` }];
    return [
      ...failing(
        [
          has(facts, 'blocks_force_push'),
          { code: 'branch_force_push', about: branch, message: `${branch} can be force-pushed` },
        ],
        [
          has(facts, 'blocks_deletion'),
          { code: 'branch_deletion', about: branch, message: `${branch} can be deleted` },
        ],
        [
          !has(facts, 'merge_queue'),
          { code: 'merge_queue_on', about: branch, message: `${branch} has a merge queue` },
        ],
      ),
      ...pullRequests(facts, branch),
      ...requiredCheck(facts, setup),
      ...bypasses(facts, branch),
    ];
  });

function pullRequests(facts: BranchFacts, branch: string): readonly Found[] {
  const rules = rulesOf(facts, 'requires_pull_request');
  if (rules.length === 0) {
    return [
      {
        code: 'branch_without_pull_request',
        about: branch,
        message: `${branch} can be pushed to without a pull request`,
      },
    ];
  }
  // Several rules hold together, so one that asks for it is enough.
  const any = (asks: (rule: PullRequestRule) => boolean): boolean => rules.some(asks);
  return failing(
    [
      any(({ codeOwners, approvals }) => codeOwners && approvals >= 1),
      {
        code: 'branch_without_owners',
        about: branch,
        message: `${branch} asks for no approval of code owners`,
      },
    ],
    [
      any(({ dismissesStale }) => dismissesStale),
      { code: 'branch_stale_approvals', about: branch, message: `${branch} keeps approvals after a push` },
    ],
    [
      any(({ lastPushApproval }) => lastPushApproval),
      { code: 'branch_last_push', about: branch, message: `on ${branch} who pushed last may approve` },
    ],
  );
}

function requiredCheck(facts: BranchFacts, { branch, appId }: Setup): readonly Found[] {
  const ours = rulesOf(facts, 'requires_checks')
    .flatMap(({ checks }) => checks)
    .filter(({ name }) => name === CHECK);
  if (ours.length === 0) {
    return [
      {
        code: 'branch_without_check',
        about: branch,
        message: `${branch} does not require the check ${CHECK}`,
      },
    ];
  }
  return failing([
    ours.some(({ app }) => app === appId),
    {
      code: 'branch_check_unbound',
      about: branch,
      message: `${branch} requires a check ${CHECK} of ${ours.map(({ app }) => (app === null ? 'anybody' : `app ${app}`)).join(' or ')}`,
    },
  ]);
}

function bypasses(facts: BranchFacts, branch: string): readonly Found[] {
  const ours = facts.rules.some(({ bypassedByThisApp }) => bypassedByThisApp === true);
  const others = new Set(
    facts.rules.flatMap(({ bypass }) =>
      (bypass ?? [])
        .filter(({ isThisApp, pullRequestsOnly }) => !isThisApp && !pullRequestsOnly)
        .map(({ who }) => who),
    ),
  );
  return [
    ...failing([
      !ours,
      { code: 'branch_bypass_app', about: branch, message: `this app may bypass the rules of ${branch}` },
    ]),
    ...[...others].map(
      (who): Found => ({
        code: 'branch_bypass',
        about: `${branch} ${who}`,
        message: `${who} may push past the rules of ${branch}`,
      }),
    ),
  ];
}
