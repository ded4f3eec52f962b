import type { BranchRule, BypassActor, RequiredCheck } from '../../core/doctor/facts.js';
import type { IdOnGitHub } from './values.js';

interface Switch {
  readonly enabled?: boolean | undefined;
}

interface Holders {
  readonly users?: readonly Holder[] | undefined;
  readonly teams?: readonly Holder[] | undefined;
  readonly apps?: readonly Holder[] | undefined;
}
type Holder = { readonly id?: IdOnGitHub | undefined } | null;

/** What is read of GitHub's "Get branch protection". */
export interface ProtectionOnGitHub {
  readonly enforce_admins?: Switch | undefined;
  readonly allow_force_pushes?: Switch | undefined;
  readonly allow_deletions?: Switch | undefined;
  readonly required_signatures?: Switch | undefined;
  readonly required_status_checks?:
    | {
        readonly contexts: readonly string[];
        readonly checks?: readonly { readonly context: string; readonly app_id: number | null }[] | undefined;
      }
    | undefined;
  readonly restrictions?: Holders | undefined;
  readonly required_pull_request_reviews?:
    | {
        readonly bypass_pull_request_allowances?: Holders | undefined;
        readonly required_approving_review_count?: number | undefined;
        readonly require_code_owner_reviews: boolean;
        readonly dismiss_stale_reviews: boolean;
        readonly require_last_push_approval?: boolean | undefined;
      }
    | undefined;
}

type Basis = Pick<BranchRule, 'source' | 'bypass' | 'bypassedByThisApp'>;

/** The older branch protection in the words of rules. What it does not forbid is allowed. */
export function protectionRules(protection: ProtectionOnGitHub, appId: number): readonly BranchRule[] {
  const admins: readonly BypassActor[] = protection.enforce_admins?.enabled
    ? []
    : [{ who: 'repository admins', isThisApp: false, pullRequestsOnly: false }];
  const basisOf = (holders?: Holders): Basis => {
    const named = holdersOf(holders, appId);
    const bypassedByThisApp = named.some(({ isThisApp }) => isThisApp);
    return { source: 'branch protection', bypass: [...admins, ...named], bypassedByThisApp };
  };
  const basis = basisOf();
  return [
    ...(protection.allow_force_pushes?.enabled ? [] : [{ kind: 'blocks_force_push' as const, ...basis }]),
    ...(protection.allow_deletions?.enabled ? [] : [{ kind: 'blocks_deletion' as const, ...basis }]),
    ...(protection.required_signatures?.enabled ? [{ kind: 'requires_signatures' as const, ...basis }] : []),
    ...restrictions(protection, basisOf),
    ...checks(protection, basis),
    ...pullRequests(protection, basisOf),
  ];
}

function restrictions({ restrictions: holders }: ProtectionOnGitHub, basisOf: (of: Holders) => Basis) {
  return holders === undefined ? [] : [{ kind: 'restricts_updates' as const, ...basisOf(holders) }];
}

function checks({ required_status_checks: required }: ProtectionOnGitHub, basis: Basis) {
  if (required === undefined) return [];
  const bound = required.checks?.map(
    ({ context, app_id }): RequiredCheck => ({ name: context, app: app_id }),
  );
  const byName = required.contexts.map((name): RequiredCheck => ({ name, app: null }));
  return [{ kind: 'requires_checks' as const, checks: bound ?? byName, ...basis }];
}

function pullRequests(
  { required_pull_request_reviews: reviews }: ProtectionOnGitHub,
  basisOf: (of?: Holders) => Basis,
) {
  if (reviews === undefined) return [];
  return [
    {
      kind: 'requires_pull_request' as const,
      ...basisOf(reviews.bypass_pull_request_allowances),
      approvals: reviews.required_approving_review_count ?? 0,
      codeOwners: reviews.require_code_owner_reviews,
      dismissesStale: reviews.dismiss_stale_reviews,
      lastPushApproval: reviews.require_last_push_approval ?? false,
    },
  ];
}

function holdersOf(holders: Holders | undefined, appId: number): readonly BypassActor[] {
  const named = (what: string, list: readonly Holder[] | undefined): BypassActor[] =>
    (list ?? []).map((holder) => ({
      who: `${what} ${holder?.id ?? 'unknown'}`,
      isThisApp: what === 'app' && Number(holder?.id) === appId,
      pullRequestsOnly: false,
    }));
  return [...named('user', holders?.users), ...named('team', holders?.teams), ...named('app', holders?.apps)];
}
