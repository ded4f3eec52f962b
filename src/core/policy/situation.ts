import type { Entitlement } from '../entitlement.js';
import type { Account } from '../identity.js';
import { type Applicability, applicabilityOf } from './applicability.js';
import type { Facts } from './facts.js';
import { isNamedBy } from './membership.js';
import type { Rule } from './policy.js';
import { exclusionOf, type SetAside, type Standing, standingsOf } from './reviews.js';
import { type Tally, tallyOf } from './tally.js';

/** One entitlement a request asks for. */
export interface Asked {
  readonly id: string;
  /** Absent: the catalog does not have it. */
  readonly entitlement?: Entitlement;
  /** Every rule of the policy, in its order; none where the catalog does not have it. */
  readonly applications: readonly { readonly rule: Rule; readonly applicability: Applicability }[];
}

/** A rule that applies to something the request asks for. */
export interface Applied {
  readonly rule: Rule;
  /** What it applies to. */
  readonly entitlements: readonly Entitlement[];
  /** Why it could not be told whether it applies; it counts as applying and unsatisfied. */
  readonly problems: readonly string[];
  /** For rules that take approvals. */
  readonly tally?: Tally;
  /** Who objects and has a say here. */
  readonly vetoes: readonly Account[];
}

/** Facts, and everything that follows from them before any check is made. */
export interface Situation extends Facts {
  readonly asked: readonly Asked[];
  /** In the order of the policy. */
  readonly applied: readonly Applied[];
  readonly people: readonly Standing[];
  /** Reviews that count nowhere, whatever the rule. */
  readonly setAside: readonly SetAside[];
}

export function situationOf(facts: Facts): Situation {
  const { people, setAside } = standingsOf(facts.evidence.reviews);
  const approving = people.filter(({ state }) => state === 'approved');
  const excluded = approving.map((standing) => exclusionOf(standing, facts));
  const approvals = approving.filter((_, index) => excluded[index] === undefined);
  const asked = facts.request.entitlements.map((id) => askedFor(id, facts));
  const applied = facts.control.policy.rules.flatMap((rule, index): readonly Applied[] => {
    const about = applicationsOf(index, asked);
    if (about.entitlements.length === 0) return [];
    const tally =
      rule.effect.kind === 'approvals' ? tallyOf(rule, rule.effect.groups, { approvals, facts }) : undefined;
    return [{ rule, ...about, ...(tally && { tally }), vetoes: vetoesOf(rule, people, facts) }];
  });
  const excludedReviews = excluded.filter((one) => one !== undefined);
  return { ...facts, asked, applied, people, setAside: [...setAside, ...excludedReviews] };
}

function askedFor(id: string, facts: Facts): Asked {
  const entitlement = facts.control.catalog.entitlements.get(id);
  if (entitlement === undefined) return { id, applications: [] };
  const applications = facts.control.policy.rules.map((rule) => ({
    rule,
    applicability: applicabilityOf(rule, entitlement, facts),
  }));
  return { id, entitlement, applications };
}

/** @param index of the rule in the policy. */
function applicationsOf(index: number, asked: readonly Asked[]): Pick<Applied, 'entitlements' | 'problems'> {
  const entitlements: Entitlement[] = [];
  const problems = new Set<string>();
  for (const { entitlement, applications } of asked) {
    const applicability = applications[index]?.applicability;
    if (entitlement === undefined || applicability === undefined) continue;
    if (applicability.kind === 'applies' || applicability.kind === 'unknown') entitlements.push(entitlement);
    if (applicability.kind === 'unknown') problems.add(applicability.problem);
  }
  return { entitlements, problems: [...problems] };
}

/** Everybody who asked for changes and is in an approval group or under `veto`: fresh or stale, clean hands or not (T037). */
function vetoesOf(rule: Rule, people: readonly Standing[], { evidence }: Facts): readonly Account[] {
  const groups = rule.effect.kind === 'approvals' ? rule.effect.groups.map(({ from }) => from) : [];
  if (rule.veto !== undefined) groups.push(rule.veto);
  return people
    .filter(
      ({ state, account }) =>
        state === 'changes_requested' && groups.some((group) => isNamedBy(evidence, group, account)),
    )
    .map(({ account }) => account);
}
