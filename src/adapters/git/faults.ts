import { Blocked, type Fault, isFault, Retry } from '../../ports/fault.js';
import { oneLine } from './run.js';

/** What git says when the local copy is broken. The cure is a new copy. */
const DAMAGED =
  /is corrupt|corrupted|inflate|bad object|object file .* is empty|unable to (?:read|unpack)|not a git repository|did not send all necessary objects|missing (?:blob|tree|commit|necessary)|Could not read [0-9a-f]{40}|bad (?:tree|config|packed)|packfile .* (?:truncated|cannot|index)|broken link|unexpected line in|does not point to a valid|invalid sha1 pointer|revision walk setup failed|failed to traverse parents/i;

type Kind = 'auth' | 'missing' | 'limited' | 'refused' | 'away';

/** First match counts. Texts are git's own under LC_ALL=C, curl's, and GitHub's. */
const REMOTE: readonly (readonly [RegExp, Kind])[] = [
  [/returned error: (?:429|5\d\d)|rate limit/i, 'limited'],
  [
    /Authentication failed|could not read (?:Username|Password)|returned error: (?:401|403)|Permission .*denied/i,
    'auth',
  ],
  [/repository .*not found|does not appear to be a git repository|returned error: 404/i, 'missing'],
  [/remote rejected|GH006|GH013|hook declined|remote: error/i, 'refused'],
  [
    /resolve host|connect|timed? ?out|hung up|early EOF|RPC failed|reset by peer|network|SSL|TLS|disconnect|curl \d+|too slow/i,
    'away',
  ],
];

type Make = (text: string) => Fault;

const FAULTS: Readonly<Record<Kind, Make>> = {
  limited: (text) => new Retry('remote_limited', `the remote asks to wait: ${text}`, 60),
  auth: (text) =>
    new Blocked(
      'remote_auth',
      `the remote refused our credentials: ${text}`,
      'Give the app contents read and write on this repository, and see that the installation is not suspended.',
    ),
  missing: (text) =>
    new Blocked(
      'remote_missing',
      `the repository is not there: ${text}`,
      'Check the repository in the settings, and that the app is installed on it.',
    ),
  refused: (text) =>
    new Blocked(
      'remote_refused',
      `the remote refused the push: ${text}`,
      'Let the app, and only the app, push to the ledger branch in the rules of the repository.',
    ),
  away: (text) => new Retry('remote_away', `the remote cannot be reached: ${text}`),
};

/** Malformed objects that somebody pushed are refused on arrival; our copy is sound then. */
const REFUSED_ON_ARRIVAL = /fsck error|index-pack failed: fsck/i;

export function isDamage(text: string): boolean {
  return DAMAGED.test(text) && !REFUSED_ON_ARRIVAL.test(text);
}

/**
 * Turns what a remote call threw into a fault. The text never carries a secret, whatever git or a proxy echoed.
 * Not knowing what went wrong is a reason to try again, not to give up.
 */
export function remoteFault(error: unknown, secrets: readonly string[]): Fault {
  if (isFault(error)) return error;
  const text = oneLine(redact(textOf(error), secrets));
  if (isAbort(error)) return new Retry('git_timeout', 'the remote did not answer in time');
  const kind = REMOTE.find(([pattern]) => pattern.test(textOf(error)))?.[1];
  return kind === undefined ? new Retry('git_failed', text) : FAULTS[kind](text);
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && 'plugin' in error && (error.plugin === 'abort' || error.plugin === 'timeout')
  );
}

/** Takes secrets out of a text, and everything that has the form of a credential. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return known
    .replace(/(\/\/)[^/@\s]+@/g, '$1***@')
    .replace(/\b(Basic|Bearer|token)\s+[A-Za-z0-9+/=._-]{8,}/gi, '$1 ***')
    .replace(/\bgh[a-z]_[A-Za-z0-9]{10,}/g, '***');
}
