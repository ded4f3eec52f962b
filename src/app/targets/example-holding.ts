import type { Entitlement } from '../../core/entitlement.js';
import type { Holding } from '../../core/grant.js';
import type { People } from '../../core/people.js';

/** What to try a target with: the first person who could hold it; nobody where people have to be known to the target and nobody is. */
export function exampleHolding({ target, grant }: Entitlement, people: People): Holding | undefined {
  for (const [login, person] of people) {
    const subject = target.abilities.identity === 'login' ? login : person.identities.get(target.id);
    if (subject !== undefined) return { target: target.id, subject, grant };
  }
  return undefined;
}
