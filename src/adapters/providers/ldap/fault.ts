import { Blocked, type Fault, isFault, Retry } from '../../../ports/fault.js';

type Make = (message: string, cause: unknown) => Fault;

const retry =
  (code: string): Make =>
  (message, cause) =>
    new Retry(code, message, 0, cause);

const blocked =
  (code: string, unblock: string): Make =>
  (message, cause) =>
    new Blocked(code, message, unblock, cause);

const SETUP = 'Run the set-up of docs/providers/ldap.md again.';
const REFERRAL =
  'Name the server itself that holds the entries in the url of the target; referrals are not followed.';
const TLS = 'Give the server a certificate that is trusted, or its authority as "ca" in the settings.';

/** Result codes (RFC 4511, appendix A) to what happens next. */
const RESULTS: ReadonlyMap<number, Make> = new Map([
  [1, retry('unavailable')],
  [3, retry('timeout')],
  [
    4,
    blocked(
      'list_too_long',
      'Let the server answer Hallpass with more entries (olcLimits), or name a narrower base.',
    ),
  ],
  [8, blocked('tls', 'The server wants TLS: write ldaps:// in the url, or add "starttls: true".')],
  [10, blocked('referral', REFERRAL)],
  [11, retry('unavailable')],
  [13, blocked('tls', 'The server wants TLS: write ldaps:// in the url, or add "starttls: true".')],
  [16, blocked('schema', SETUP)],
  [17, blocked('schema', 'Correct the names of attributes in the settings of the target.')],
  [19, blocked('refused', SETUP)],
  [32, blocked('no_base', 'Correct the bases in the settings of the target, and let Hallpass read them.')],
  [34, blocked('bad_dn', 'Correct the names of entries in the settings of the target.')],
  [48, blocked('credentials', 'Correct bind_dn and password of the target in the settings.')],
  [49, blocked('credentials', 'Correct bind_dn and password of the target in the settings.')],
  [50, blocked('permission', SETUP)],
  [51, retry('unavailable')],
  [52, retry('unavailable')],
  [53, blocked('refused', 'Read what the server said; it will be refused until that is mended.')],
  [65, blocked('schema', SETUP)],
  [80, retry('unavailable')],
]);

/** Node's codes; the first that fits. */
const CODES: readonly (readonly [RegExp, Make])[] = [
  [/^E(CONN|HOST|NET|PIPE|AI_|TIMEDOUT)|^ENOTFOUND$/, retry('unreachable')],
  [/^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/, blocked('tls', TLS)],
];

/** Errors that the client gives no code, by their words. */
const WORDS: readonly (readonly [RegExp, Make])[] = [
  [/timed? ?out/i, retry('timeout')],
  [/^Socket|^Connection closed|socket/, retry('unreachable')],
];

/** @returns the result code of an answer that is no success. */
export function resultOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** @returns a fault, or the error itself when it is a bug. No message holds the password: servers do not repeat it. */
export function faultOf(error: unknown, target: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const message = `${target}: ${error.message}`;
  const result = resultOf(error);
  const code = 'code' in error ? String(error.code) : '';
  const make =
    (result === undefined ? undefined : RESULTS.get(result)) ??
    CODES.find(([codes]) => codes.test(code))?.[1] ??
    WORDS.find(([words]) => words.test(error.message))?.[1];
  return make === undefined ? error : make(message, error);
}
