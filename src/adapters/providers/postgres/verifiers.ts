import { Blocked } from '../../../ports/fault.js';

/** PostgreSQL takes exactly this for a verifier; anything else it would take for a password in clear, and hash it. */
const VERIFIER =
  /^SCRAM-SHA-256\$[1-9][0-9]{0,6}:[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/;
const LINE = /^"((?:[^"]|"")+)"\s+"([^"]+)"$/;

/**
 * Reads who proves themselves how: one `"subject" "verifier"` a line, which is also what PgBouncer calls a userlist. Hallpass
 * never knows a password; people enrol a verifier beforehand, and a made login gets it.
 */
export function parseVerifiers(text: string, target: string): ReadonlyMap<string, string> {
  const verifiers = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[;#].*)?$/.test(line)) continue;
    const [, quoted, verifier] = LINE.exec(line.trim()) ?? [];
    const subject = quoted?.replaceAll('""', '"');
    if (
      subject === undefined ||
      verifier === undefined ||
      !VERIFIER.test(verifier) ||
      verifiers.has(subject)
    ) {
      throw new Blocked(
        'bad_verifiers',
        `${target}: line ${index + 1} of the verifiers is not one "subject" "SCRAM-SHA-256$…", or names a subject twice`,
        'Correct the verifiers of the target; they are verifiers, never passwords.',
      );
    }
    verifiers.set(subject, verifier);
  }
  return verifiers;
}
