import { randomBytes } from 'node:crypto';
import { addSeconds, type Instant, parseInstant, secondsBetween } from '../../core/time.js';
import type { SignedIn } from '../../ports/sign-in.js';
import type { Visitor } from '../../views/web/site.js';
import type { Place } from './place.js';
import { sealedCookie } from './sealed-cookie.js';

/** Somebody who signed in, and the token that says what they may read. */
export interface Session extends Visitor {
  /** Names this session alone. */
  readonly key: string;
  readonly token: string;
  readonly endsAt: Instant;
}

export interface Sessions {
  /** @returns the header that begins one; each sign-in begins another (T143). */
  begin(who: SignedIn, now: Instant): Promise<string>;
  of(header: string | undefined, now: Instant): Promise<Session | undefined>;
  /** @returns the header that takes the cookie away. A copy of it is worth nothing from now on either. */
  end(session: Session | undefined, now: Instant): string;
}

/** Seconds. A working day; whoever leaves the company is gone sooner, since what they may read is looked at all the time. */
const LONGEST = 8 * 3_600;
const SHORTEST = 60;

export function createSessions(options: { readonly place: Place; readonly secret: string }): Sessions {
  const cookie = sealedCookie({ ...options, name: 'session' });
  // Keys of sessions that were signed out of, until they would have ended anyway.
  const ended = new Map<string, Instant>();
  return {
    begin({ id, login, token, expiresAt }, now) {
      const left = expiresAt === undefined ? LONGEST : secondsBetween(now, expiresAt);
      const seconds = Math.max(SHORTEST, Math.min(LONGEST, left));
      const values = { id: String(id), login, token, key: randomName(), formToken: randomName() };
      return cookie.set({ ...values, endsAt: addSeconds(now, seconds) }, { now, seconds });
    },
    async of(header, now) {
      const { id, login, token, key, formToken, endsAt } = (await cookie.read(header, now)) ?? {};
      const end = parseInstant(endsAt ?? '');
      if (!(login && token && key && formToken && end !== undefined)) return undefined;
      if (ended.has(key)) return undefined;
      return { id: Number(id), login, token, key, formToken, endsAt: end };
    },
    end(session, now) {
      for (const [key, end] of ended) if (end <= now) ended.delete(key);
      if (session !== undefined) ended.set(session.key, session.endsAt);
      return cookie.drop();
    },
  };
}

const randomName = (): string => randomBytes(24).toString('base64url');
