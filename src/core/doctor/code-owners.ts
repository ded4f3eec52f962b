/** A segment of a path against one of a pattern, where `*` is any run of characters. Linear: each star takes the least it can. */
function segmentMatches(pattern: string, segment: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === segment;
  const last = rest.pop() ?? '';
  if (!segment.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = segment.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return segment.length - last.length >= at && segment.endsWith(last);
}

/** Whether a pattern's segments cover a path from its start; what is left of the path lies below a folder that is covered. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === '**') return path.some((_, index) => covers(rest, path.slice(index)));
  const [segment, ...below] = path;
  return segment !== undefined && segmentMatches(head, segment) && covers(rest, below);
}

/** GitHub's own dialect of gitignore patterns ("About code owners"): no negation, no `[ ]` ranges. */
function matches(pattern: string, path: string): boolean {
  const folder = pattern.endsWith('/');
  const anchored = pattern.slice(0, -1).includes('/');
  const own = pattern.split('/').filter((part) => part !== '');
  // A pattern for folders owns what lies in them.
  const parts = folder ? path.split('/').slice(0, -1) : path.split('/');
  // `docs/*` owns the files of a folder and not what lies deeper.
  if (pattern.endsWith('/*') && parts.length > own.length) return false;
  return anchored ? covers(own, parts) : parts.some((_, index) => covers(own, parts.slice(index)));
}

const MOST_LINES = 3_000;

/** Whether somebody owns a path. The last pattern that matches counts, and one without owners takes them away (T069). */
export function ownsPath(text: string, path: string): boolean {
  let owned = false;
  for (const line of text.split('\n').slice(0, MOST_LINES)) {
    const [pattern = '', ...owners] = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern !== '' && matches(pattern, path)) owned = owners.length > 0;
  }
  return owned;
}
