/** Where the dashboard is reached from outside. */
export interface Place {
  /** `https://hallpass.example.com`, as browsers say it in `Origin`. */
  readonly origin: string;
  /** What a proxy puts before every path of ours, such as `/hallpass`; empty for nothing. */
  readonly base: string;
  /** Whether browsers reach it encrypted. Only on loopback they need not. */
  readonly isSecure: boolean;
}

/** @param publicUrl without a slash at the end. */
export function placeOf(publicUrl: string): Place {
  const { origin, pathname, protocol } = new URL(publicUrl);
  return { origin, base: pathname.replace(/\/+$/, ''), isSecure: protocol === 'https:' };
}

/**
 * A path of ours to go back to after signing in, or the first page for everything else: what looks like a path may be an address to a
 * browser (`//evil`, `/\evil`, tabs and line breaks inside; T140).
 */
export function safeReturn(asked: string | null, { origin, base }: Place): string {
  const first = `${base}/`;
  if (asked === null || asked.length > 2_000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(asked))
    return first;
  const url = new URL(asked, origin);
  const isOurs = url.origin === origin && url.pathname.startsWith(first);
  return isOurs ? url.pathname + url.search : first;
}
