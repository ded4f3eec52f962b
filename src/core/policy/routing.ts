import { foldLogin, sameLogin } from '../identity.js';
import type { Candidate, Decision, GroupProgress } from './decision.js';
import { matchPeople } from './matching.js';

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
 * Whom to ask: for the open groups of each rule as many as are missing, the least loaded first, nobody twice and never more than
 * needed. People who were asked already count as asked; after a silence as many again are asked, once.
 * @param decisions the open groups of each.
 */
export function routeReviews(decisions: readonly (readonly GroupProgress[])[], facts: RoutingFacts): Ask[] {
  const asks: Ask[] = [];
  const asked = new Set(facts.asked);
  for (const groups of decisions.flatMap(byRule)) {
    for (const ask of asksOf(groups, { ...facts, asked })) {
      asked.add(foldLogin(ask.login));
      asks.push(ask);
    }
  }
  return asks;
}

function byRule(groups: readonly GroupProgress[]): readonly (readonly GroupProgress[])[] {
  const rules = new Set(groups.map(({ rule }) => rule));
  return [...rules].map((name) => groups.filter(({ rule }) => rule === name));
}

/** Inside one rule everybody fills one place, so people are shared out among its groups as their approvals would be. */
function asksOf(groups: readonly GroupProgress[], facts: RoutingFacts): readonly Ask[] {
  const isAsked = ({ login }: Candidate): boolean => facts.asked.has(foldLogin(login));
  const everybody = groups.flatMap(({ candidates }) => candidates);
  const people = [...new Map(everybody.map((one) => [foldLogin(one.login), one])).values()];
  const inOrder = [
    ...people.filter(isAsked),
    ...inTurn(
      people.filter((one) => !isAsked(one)),
      facts,
    ),
  ];
  const wants = inOrder.map(({ login }) =>
    groups.flatMap(({ candidates }, index) =>
      candidates.some((one) => sameLogin(one.login, login)) ? [index] : [],
    ),
  );
  const missing = groups.map(({ count, filledBy }) => (count - filledBy.length) * (facts.again ? 2 : 1));
  const { placeOf } = matchPeople(wants, missing);
  return inOrder.flatMap((person, index) => {
    const group = groups[placeOf[index] ?? Number.NaN];
    return group === undefined || isAsked(person)
      ? []
      : [{ login: person.login, rule: group.rule, group: group.group }];
  });
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
