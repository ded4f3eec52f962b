import { FILE_START, type Issue, issue } from './issue.js';
import { linesOf, positionAt } from './lines.js';
import type { Profile } from './profile.js';

const LFS_POINTER = 'version https://git-lfs';

/** Bytes to text, refusing what must not reach a parser: too many bytes, LFS pointers (T018), bad UTF-8 (T012). */
export function decode(
  bytes: Uint8Array,
  file: string,
  profile: Profile,
): { text: string; issues: Issue[] } | { issues: Issue[] } {
  const start = { file, ...FILE_START };
  if (!(bytes.byteLength <= profile.bytes)) {
    return { issues: [issue('file_too_large', start, { size: bytes.byteLength, limit: profile.bytes })] };
  }
  const text = strictly(bytes);
  if (text === undefined) return { issues: [issue('not_utf8', firstBadByte(bytes, file), {})] };
  if (text.startsWith(LFS_POINTER)) return { issues: [issue('lfs_pointer', start, {})] };
  if (text.startsWith('\uFEFF'))
    return { text: text.slice(1), issues: [issue('byte_order_mark', start, {})] };
  return { text, issues: [] };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or `undefined` when the bytes are no UTF-8. */
export function strictly(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

function firstBadByte(bytes: Uint8Array, file: string) {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return positionAt(linesOf(file, text), Math.max(0, text.indexOf('\uFFFD')));
}
