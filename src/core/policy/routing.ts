import { type Account, foldLogin } from '../identity.js';
import type { Decision, GroupProgress } from './decision.js';

/** Somebody to ask for a review, and for which group. */
export interface Ask {
  readonly account: Account;
  readonly rule: string;
  readonly group: number;
}

/** What routing knows beside the decision. */
export interface RoutingFacts {
  /** Folded logins that were asked already. */
  readonly asked: ReadonlySet<string>;
  /** How many open pull requests wait for each person; by numeric id. */
  readonly load: ReadonlyMap<number, number>;
  /** Differs from request to request, so that equally loaded people take turns. */
  readonly turn: string;
  /** Whether those asked have been silent for so long that others are asked too. */
  readonly again: boolean;
}

/**
 * Whom to ask: for each open group as many as are missing, the least loaded first, nobody twice and never more than needed. People who
 * were asked already count as asked; after a silence as many again are asked, once.
 */
export function routeReviews(decisions: readonly Decision[], facts: RoutingFacts): Ask[] {
  const asks: Ask[] = [];
  const taken = new Set<number>();
  for (const group of decisions.flatMap((decision) =>
    decision.outcome === 'pending' ? decision.groups : [],
  )) {
    const waiting = group.candidates.filter(
      (one) => facts.asked.has(foldLogin(one.login)) || taken.has(one.id),
    ).length;
    const open = group.count - group.filledBy.length;
    const missing = open * (facts.again ? 2 : 1) - waiting;
    for (const account of inTurn(group, facts).filter((one) => !taken.has(one.id))) {
      if (asks.filter((ask) => ask.rule === group.rule && ask.group === group.group).length >= missing) break;
      taken.add(account.id);
      asks.push({ account, rule: group.rule, group: group.group });
    }
  }
  return asks;
}

function inTurn(group: GroupProgress, facts: RoutingFacts): readonly Account[] {
  const load = (account: Account): number => facts.load.get(account.id) ?? 0;
  return group.candidates
    .filter((account) => !facts.asked.has(foldLogin(account.login)))
    .toSorted(
      (a, b) => load(a) - load(b) || spread(facts.turn, a.id) - spread(facts.turn, b.id) || a.id - b.id,
    );
}

/** FNV-1a: an order that looks random and is the same every time. */
function spread(turn: string, id: number): number {
  let hash = 0x811c9dc5;
  for (const char of `${turn}/${id}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
