import { sameLogin } from '../identity.js';
import type { LiveGrant } from './evidence.js';
import type { Facts } from './facts.js';

/** Grants of the subject that have not ended, those that begin later included. */
export function liveGrantsOf({ request, evidence }: Facts): readonly LiveGrant[] {
  return evidence.live.filter((grant) => sameLogin(grant.subject, request.subject));
}
