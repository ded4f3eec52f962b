import type { Entry } from '../grant.js';
import { sameLogin } from '../identity.js';
import { isLive } from './grant.js';

/** Which grants are meant; what is absent does not matter. */
export interface Choice {
  readonly target?: string;
  /** A GitHub login. */
  readonly subject?: string;
  readonly entitlement?: string;
}

/** Whether something that lives of the grant is meant. It is ended as a whole then: an end is asked for a grant, not for a part. */
export function isChosen(entry: Entry, { target, subject, entitlement }: Choice): boolean {
  const isTheirs =
    subject === undefined || (entry.subject !== null && sameLogin(entry.subject.login, subject));
  const holds = entry.holdings.some(
    (held) =>
      isLive(held) &&
      (target === undefined || held.holding.target === target) &&
      (entitlement === undefined || held.entitlement === entitlement),
  );
  return isTheirs && holds;
}
