import { foldLogin } from '../identity.js';
import type { Candidate, Decision, GroupProgress } from './decision.js';

/** Somebody to ask for a review, and for which group. */
export interface Ask {
  readonly login: string;
  readonly rule: string;
  readonly group: number;
}

/** What routing knows beside the decision. Logins are folded. */
export interface RoutingFacts {
  /** Who was asked already. */
  readonly asked: ReadonlySet<string>;
  /** How many open pull requests wait for each person. */
  readonly load: ReadonlyMap<string, number>;
  /** Differs from request to request, so that equally loaded people take turns. */
  readonly turn: string;
  /** Whether those asked have been silent for so long that others are asked too. */
  readonly again: boolean;
}

/**
 * Whom to ask: for each open group that is reached as many as are missing, the least loaded first, nobody twice and never more than
 * needed. People who were asked already count as asked; after a silence as many again are asked, once.
 */
export function routeReviews(groups: readonly GroupProgress[], facts: RoutingFacts): Ask[] {
  const asks: Ask[] = [];
  const asked = new Set(facts.asked);
  for (const group of groups) {
    const waiting = group.candidates.filter((one) => asked.has(foldLogin(one.login))).length;
    const missing = (group.count - group.filledBy.length) * (facts.again ? 2 : 1) - waiting;
    const free = group.candidates.filter((one) => !asked.has(foldLogin(one.login)));
    for (const { login } of inTurn(free, facts).slice(0, Math.max(0, missing))) {
      asked.add(foldLogin(login));
      asks.push({ login, rule: group.rule, group: group.group });
    }
  }
  return asks;
}

/** The groups of a decision that people can fill now. */
export function openGroups(decision: Decision): readonly GroupProgress[] {
  if (decision.outcome !== 'pending') return [];
  return decision.groups.filter((group) => group.reached && group.filledBy.length < group.count);
}

function inTurn(candidates: readonly Candidate[], facts: RoutingFacts): readonly Candidate[] {
  const load = ({ login }: Candidate): number => facts.load.get(foldLogin(login)) ?? 0;
  const turn = ({ login }: Candidate): number => spread(`${facts.turn}/${foldLogin(login)}`);
  return candidates.toSorted((a, b) => load(a) - load(b) || turn(a) - turn(b));
}

/** FNV-1a: an order that looks random and is the same every time. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
