import { type Check, LOOPBACK } from '../core/receiver.js';

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
