import { hkdfSync } from 'node:crypto';
import { parse, serialize } from 'cookie';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { addSeconds, epochSeconds, type Instant, instantOf } from '../../core/time.js';
import type { Place } from './place.js';

/** What a cookie holds: short values. */
export type Sealed = Readonly<Record<string, string>>;

/** One cookie that only this server can read or make, and that ends. */
export interface SealedCookie {
  /** @returns the header that sets it. */
  set(values: Sealed, times: { readonly now: Instant; readonly seconds: number }): Promise<string>;
  /** @returns the header that takes it away. */
  drop(): string;
  /** `undefined`: there is none, it was tampered with, is another one, or has ended. */
  read(header: string | undefined, now: Instant): Promise<Sealed | undefined>;
}

export interface SealedCookieOptions {
  /** Also what it is for: each has a key of its own, so one never passes for another. */
  readonly name: string;
  readonly place: Place;
  /** The key follows from it, so that sessions outlive a restart and end when the secret is replaced. */
  readonly secret: string;
}

const KEY_BYTES = 32;

/** `__Host-` cookies are Secure, without a domain, for the whole host: no sibling domain can plant one (RFC 6265bis, 4.1.3.2). */
export function sealedCookie({ name, place, secret }: SealedCookieOptions): SealedCookie {
  const full = place.isSecure ? `__Host-hallpass-${name}` : `hallpass-${name}`;
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `hallpass dashboard ${name}`, KEY_BYTES));
  const common = { httpOnly: true, secure: place.isSecure, sameSite: 'lax', path: '/' } as const;
  return {
    async set(values, { now, seconds }) {
      const sealed = await new EncryptJWT({ values })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuedAt(epochSeconds(now))
        .setExpirationTime(epochSeconds(addSeconds(now, seconds)))
        .encrypt(key);
      return serialize(full, sealed, { ...common, maxAge: seconds });
    },
    drop: () => serialize(full, '', { ...common, maxAge: 0 }),
    async read(header, now) {
      const sealed = parse(header ?? '')[full];
      if (sealed === undefined || sealed === '') return undefined;
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          currentDate: new Date(epochSeconds(now) * 1_000),
          requiredClaims: ['exp', 'iat'],
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return isBegun(payload.iat, now) ? stringsOf(payload.values) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** What was made while the clock was fast would last longer than it may. */
function isBegun(iat: number | undefined, now: Instant): boolean {
  return iat !== undefined && instantOf(iat) <= now;
}

function stringsOf(values: unknown): Sealed | undefined {
  if (typeof values !== 'object' || values === null) return undefined;
  const pairs = Object.entries(values);
  return pairs.every(([, value]) => typeof value === 'string')
    ? (Object.fromEntries(pairs) as Sealed)
    : undefined;
}
