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

/** GraphQL has an hour of its own. */
export type Resource = 'core' | 'graphql';

const keyOf = (who: Principal, resource: Resource): string => {
  const holder =
    who.kind === 'user' || who.kind === 'installation' ? `${who.kind} ${who.account.id}` : who.kind;
  return `${resource} ${holder}`;
};

function windowOf(budget: Budget, now: Date, key: string): Window {
  const seconds = Math.floor(now.getTime() / 1000);
  const known = budget.get(key);
  if (known !== undefined && known.reset > seconds) return known;
  const fresh: Window = { reset: seconds + HOUR_SECONDS, used: 0 };
  budget.set(key, fresh);
  return fresh;
}

export function rateOf(
  budget: Budget,
  now: Date,
  who: Principal,
  resource: Resource = 'core',
): Schema<'rate-limit'> {
  const { reset, used } = windowOf(budget, now, keyOf(who, resource));
  return { limit: LIMIT, remaining: Math.max(0, LIMIT - used), reset, used };
}

/** Counts the request (a 304 is free) and says what is left. */
export function rateHeaders(
  budget: Budget,
  now: Date,
  {
    who,
    status,
    resource,
  }: { readonly who: Principal; readonly status: number; readonly resource: Resource },
): Record<string, string> {
  const window = windowOf(budget, now, keyOf(who, resource));
  if (status !== 304) window.used += 1;
  const rate = rateOf(budget, now, who, resource);
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-resource': resource,
  };
}
