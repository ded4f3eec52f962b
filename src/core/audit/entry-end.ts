import type { Entry } from '../grant.js';
import { INELIGIBLE_CODES } from '../policy/eligibility.js';
import type { Branch } from './branch.js';
import { type AuditFinding, failures, type Place } from './finding.js';

const CODES: ReadonlySet<string> = new Set(INELIGIBLE_CODES);

/**
 * A grant that policy ended early says why, and by which documents: they were on the default branch at some time. Who was in a team
 * then is the app's word, as it is for decisions.
 */
export function checkEarlyEnds(
  before: Entry | null | undefined,
  after: Entry,
  { branch, place }: { readonly branch: Branch; readonly place: Place },
): AuditFinding[] {
  const fresh = after.events.slice(before?.events.length ?? 0);
  const ends = fresh.filter(({ event, reason }) => event === 'end_requested' && reason === 'ineligible');
  return ends.flatMap(({ code = '', control }) =>
    failures(place, [
      [
        CODES.has(code) && control !== undefined && branch.everHad(control),
        'end_unexplained',
        'It was ended because somebody may no longer have it, and not by documents of the default branch.',
      ],
    ]),
  );
}
