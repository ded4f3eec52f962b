import type { Oid } from '../approval.js';
import type { Catalog, Entitlement } from '../entitlement.js';
import type { ControlBlobs, Entry, GrantEvent, GrantedHolding, Window } from '../grant.js';
import type { Account } from '../identity.js';
import { type People, personOf } from '../people.js';
import type { Decision } from '../policy/decision.js';
import type { Evidence } from '../policy/evidence.js';
import type { AccessRequest } from '../request.js';
import { addSeconds, durationSeconds, hasEnded, type Instant, later } from '../time.js';
import { applyEvent } from './grant.js';

/** A request that reached the default branch, decided on. */
export interface Landing {
  readonly request: AccessRequest;
  readonly blob: Oid;
  readonly content: string;
  readonly commit: Oid;
  readonly parent: Oid;
  readonly pullRequest: number;
  readonly mergedAt: Instant;
  readonly requester: Account | null;
  readonly decision: Decision;
  readonly evidence: Evidence;
  readonly control: ControlBlobs;
  /** The end of the grant that `extends` names, where it names one. */
  readonly prolongs?: Instant;
}

/**
 * `expires_at = max(merged_at, start) + duration`; an extension runs from the end of what it prolongs. When it is processed
 * plays no part: late processing never moves the end (T084).
 */
export function windowOf(landing: Pick<Landing, 'request' | 'mergedAt' | 'prolongs'>): Window {
  const asked = landing.prolongs ?? landing.request.start ?? landing.mergedAt;
  const startsAt = later(landing.mergedAt, asked);
  return { startsAt, expiresAt: addSeconds(startsAt, durationSeconds(landing.request.duration)) };
}

/** Who the subject is on the entitlement's target; `undefined` where the target needs an identity and there is none. */
export function identityOn(entitlement: Entitlement, subject: string, people: People): string | undefined {
  if (entitlement.target.abilities.identity === 'login') return subject;
  return personOf(people, subject)?.identities.get(entitlement.target.id);
}

/** The first version of a grant's document: granted as `intended` or `scheduled`, missed, or refused. */
export function entryOf(
  landing: Landing,
  documents: { catalog: Catalog; people: People },
  now: Instant,
): Entry {
  const { request, decision } = landing;
  const refused = decision.outcome !== 'approved';
  const window = refused ? undefined : windowOf(landing);
  const holdings = refused ? [] : holdingsOf(landing, documents);
  const blank: Entry = {
    version: 1,
    id: request.id,
    request: { blob: landing.blob, content: landing.content },
    landing: {
      commit: landing.commit,
      parent: landing.parent,
      pullRequest: landing.pullRequest,
      mergedAt: landing.mergedAt,
    },
    requester: landing.requester,
    subject: landing.evidence.subject,
    decision: { ...decision, at: now, control: landing.control, evidence: landing.evidence },
    ...(window === undefined ? {} : { window }),
    ...(request.extends === undefined ? {} : { extends: request.extends }),
    breakGlass: request.breakGlass,
    holdings,
    events: [],
  };
  const first = window === undefined ? undefined : firstEvent(window, now);
  const opening: GrantEvent = { event: refused ? 'refused' : 'landed', at: now };
  return holdings.reduce(
    (entry, holding) =>
      first === undefined ? entry : applyEvent(entry, { ...first, entitlement: holding.entitlement }),
    applyEvent(blank, opening),
  );
}

function firstEvent(window: Window, now: Instant): GrantEvent {
  if (hasEnded(window.expiresAt, now)) return { event: 'voided', reason: 'missed', at: now };
  return { event: window.startsAt > now ? 'scheduled' : 'intended', at: now };
}

function holdingsOf(landing: Landing, documents: { catalog: Catalog; people: People }): GrantedHolding[] {
  return landing.request.entitlements.map((id) => {
    const entitlement = documents.catalog.entitlements.get(id);
    const subject =
      entitlement && identityOn(entitlement, landing.evidence.subject?.login ?? '', documents.people);
    // An approved decision has already found both; anything else is a bug that must not become a grant.
    if (entitlement === undefined || !subject) throw new RangeError(`approved without a holding: ${id}`);
    return {
      entitlement: id,
      holding: { target: entitlement.target.id, subject, grant: entitlement.grant },
      state: 'intended',
    };
  });
}
