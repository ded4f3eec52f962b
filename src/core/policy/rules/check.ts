import type { Finding } from '../decision.js';
import type { Applied, Asked, Situation } from '../situation.js';

/** What a check found. Whatever is not satisfied says what would change it. */
export type Judgement =
  | { readonly status: 'satisfied'; readonly message: string }
  | { readonly status: 'unsatisfied' | 'errored'; readonly message: string; readonly unblock: string };

/** What every check says of itself. */
export interface Check {
  /** The code of its findings; one check, one code. */
  readonly code: string;
  /** What the request becomes while it is not satisfied. An errored finding denies at least. */
  readonly otherwise: Finding['otherwise'];
}

/** Made once for a request. */
export interface RequestCheck extends Check {
  readonly about: 'request';
  concerns(situation: Situation): boolean;
  judge(situation: Situation): Judgement;
}

/** Made for every entitlement asked for. */
export interface EntitlementCheck extends Check {
  readonly about: 'entitlement';
  concerns(asked: Asked, situation: Situation): boolean;
  judge(asked: Asked, situation: Situation): Judgement;
}

/** Made for every rule that applies to something asked for. */
export interface RuleCheck extends Check {
  readonly about: 'rule';
  concerns(applied: Applied, situation: Situation): boolean;
  judge(applied: Applied, situation: Situation): Judgement;
}

export type CheckSet = RequestCheck | EntitlementCheck | RuleCheck;

export function satisfied(message: string): Judgement {
  return { status: 'satisfied', message };
}

export function unsatisfied(message: string, unblock: string): Judgement {
  return { status: 'unsatisfied', message, unblock };
}

export function errored(message: string, unblock: string): Judgement {
  return { status: 'errored', message, unblock };
}
