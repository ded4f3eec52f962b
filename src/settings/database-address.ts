import type { Check } from '../core/receiver.js';

/** Such a connection does not leave the machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whoever writes into the queue makes us look, no more; but its password travels with the address. */
export const databaseProblem: Check = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isAddress = url !== undefined && /^postgres(?:ql)?:$/.test(url.protocol);
  if (!isAddress || url.hostname === '' || url.username === '' || url.pathname.length < 2) {
    return 'it is no address such as postgres://user:password@host/database?sslmode=verify-full.';
  }
  const isSafe = LOOPBACK.has(url.hostname) || url.searchParams.get('sslmode') === 'verify-full';
  return isSafe
    ? undefined
    : 'it does not end with ?sslmode=verify-full, so its password could be read on its way.';
};
