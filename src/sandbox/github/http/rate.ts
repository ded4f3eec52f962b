import type { Principal } from '../auth/principal.js';
import type { Schema } from '../schemas.js';

const HOUR_SECONDS = 3600;
const LIMIT = 5000;

/** Requests of one credential in the hour that began with its first. */
interface Window {
  readonly reset: number;
  used: number;
}
export type Budget = Map<string, Window>;

const keyOf = (who: Principal): string =>
  who.kind === 'user' || who.kind === 'installation' ? `${who.kind} ${who.account.id}` : who.kind;

function windowOf(budget: Budget, now: Date, who: Principal): Window {
  const seconds = Math.floor(now.getTime() / 1000);
  const known = budget.get(keyOf(who));
  if (known !== undefined && known.reset > seconds) return known;
  const fresh: Window = { reset: seconds + HOUR_SECONDS, used: 0 };
  budget.set(keyOf(who), fresh);
  return fresh;
}

export function rateOf(budget: Budget, now: Date, who: Principal): Schema<'rate-limit'> {
  const { reset, used } = windowOf(budget, now, who);
  return { limit: LIMIT, remaining: Math.max(0, LIMIT - used), reset, used };
}

/** Counts the request (a 304 is free) and says what is left. */
export function rateHeaders(
  budget: Budget,
  now: Date,
  who: Principal,
  status: number,
): Record<string, string> {
  const window = windowOf(budget, now, who);
  if (status !== 304) window.used += 1;
  const rate = rateOf(budget, now, who);
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-resource': 'core',
  };
}
