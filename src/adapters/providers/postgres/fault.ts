import { Blocked, type Fault, isFault, Retry } from '../../../ports/fault.js';

interface Rule {
  readonly codes: RegExp;
  readonly make: (message: string, cause: unknown) => Fault;
}

const retry =
  (code: string): Rule['make'] =>
  (message, cause) =>
    new Retry(code, message, 0, cause);

const blocked =
  (code: string, unblock: string): Rule['make'] =>
  (message, cause) =>
    new Blocked(code, message, unblock, cause);

const SETUP = 'Run the set-up of docs/providers/postgres.md again as a superuser.';

/** SQLSTATE (PostgreSQL manual, appendix A) or Node's error code to what happens next; the first that fits. */
const RULES: readonly Rule[] = [
  {
    codes: /^28/,
    make: blocked(
      'credentials',
      'Correct user and password of the target in the settings, or let it in by pg_hba.conf.',
    ),
  },
  { codes: /^3D000$/, make: blocked('no_database', 'Correct the database of the target in the settings.') },
  { codes: /^42501$/, make: blocked('permission', SETUP) },
  { codes: /^0LP01$/, make: blocked('grant_refused', SETUP) },
  { codes: /^42704$|^42710$|^XX000$/, make: retry('changed_meanwhile') },
  { codes: /^25006$/, make: retry('read_only') },
  { codes: /^08|^53|^57P|^25P|^40/, make: retry('unavailable') },
  { codes: /^57014$|^55P03$|^ETIMEDOUT$/, make: retry('timeout') },
  { codes: /^E(CONN|HOST|NET|PIPE|AI_)|^ENOTFOUND$|^ENOENT$/, make: retry('unreachable') },
  {
    codes: /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/,
    make: blocked(
      'tls',
      'Give the target a certificate that is trusted, or its authority as "ca" in the settings.',
    ),
  },
];

/** Errors that the client gives no code, by their words. */
const WORDS: readonly (readonly [RegExp, Rule['make']])[] = [
  [/timeout/i, retry('timeout')],
  [
    /^Connection terminated|^Client has encountered a connection error|^Client was closed/,
    retry('unreachable'),
  ],
  [
    /does not support SSL/i,
    blocked('tls', 'Switch TLS on in the server, or set "tls: off" where the way is safe.'),
  ],
  [/^SASL|SCRAM/, blocked('credentials', 'Correct the password of the target in the settings.')],
];

/** @returns a fault, or the error itself when it is a bug. No message names a password: PostgreSQL's own texts do not. */
export function faultOf(error: unknown, target: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const message = `${target}: ${error.message}`;
  const code = 'code' in error ? String(error.code) : undefined;
  const rule = code === undefined ? undefined : RULES.find(({ codes }) => codes.test(code));
  const make = rule?.make ?? WORDS.find(([words]) => words.test(error.message))?.[1];
  return make === undefined ? error : make(message, error);
}
