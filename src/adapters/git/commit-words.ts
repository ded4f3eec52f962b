import { type Instant, instantOf } from '../../core/time.js';
import type { CommitWords } from '../../ports/ledger-history.js';

const AUTHOR = /^author ([^\n]*?) ?<[^<>\n]*>[^\n]*$/m;
const COMMITTED = /^committer [^\n]*> (\d{1,12}) [+-]\d{4}$/m;

/** What a commit object says of itself. A header that goes on or lies changes what is shown, and nothing else. */
export function commitWords(bytes: Buffer): CommitWords {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const message = end < 0 ? '' : text.slice(end + 2);
  return {
    author: AUTHOR.exec(head)?.[1] ?? '',
    at: committedAt(COMMITTED.exec(head)?.[1]),
    subject: message.split('\n', 1)[0] ?? '',
  };
}

function committedAt(seconds: string | undefined): Instant | null {
  if (seconds === undefined) return null;
  try {
    return instantOf(Number(seconds));
  } catch {
    return null;
  }
}
