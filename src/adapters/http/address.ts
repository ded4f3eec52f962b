import { Blocked } from '../../ports/fault.js';

/** @throws Blocked when the address is no address, or one that is not safe to call. */
export function parseAddress(target: string, address: string): URL {
  if (!URL.canParse(address)) {
    throw new Blocked(
      'settings',
      `the address of ${target} is none`,
      `Correct the address of ${target} in the settings.`,
    );
  }
  const url = new URL(address);
  refuseAddress(target, url);
  return url;
}

/**
 * A path below an address. Each segment stays one segment: it is encoded, and `.` and `..`, which no encoding hides from a URL, are
 * refused (T131).
 */
export function urlBelow(
  base: URL,
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
): URL {
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..')
      throw new Blocked(
        'bad_coordinates',
        'a name is no part of a path',
        'Correct the name in the catalog or the people document.',
      );
  }
  const path = segments.map(encodeURIComponent).join('/');
  const url = new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}/${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @throws Blocked for an address that would send credentials in the open, or that carries some itself. */
export function refuseAddress(target: string, { protocol, hostname, username, password }: URL): void {
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  if (isSafe && username === '' && password === '') return;
  throw new Blocked(
    'unsafe_address',
    `the address of ${target} is not https, or has a password in it`,
    `Give ${target} an https address in the settings; http is only for loopback.`,
  );
}
