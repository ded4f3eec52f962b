/**
 * Commit subjects of the ledger: fixed words, a colon, then ids, numbers and a few closed words. Free text never gets in, so
 * nothing in it can look like a trailer or an instruction to GitHub (T120). A digit tells an id from prose.
 */
const WORDS = 'grants?|violations?|orphans?|access-reviews?|entries|cursor';
const TOKEN = `(?:${WORDS}|(?=[a-z._/-]*[0-9])[a-z0-9][a-z0-9._/-]{0,127})`;
const SUBJECT = new RegExp(`^[a-z][a-z -]{0,38}: ${TOKEN}(?:,? ${TOKEN}){0,31}$`);

/** The key is the whole of what `rotate-key` says: an SSH public key without its comment. */
const ROTATION = /^rotate-key: (ssh-ed25519 AAAA[A-Za-z0-9+/]{60,70}={0,2})$/;

export function isLedgerSubject(subject: string): boolean {
  return SUBJECT.test(subject) || ROTATION.test(subject);
}

/** @returns the public key line that is valid after this commit, or `undefined` when it rotates no key. */
export function rotatedKey(subject: string): string | undefined {
  return ROTATION.exec(subject)?.[1];
}

export function rotationSubject(publicKey: string): string {
  return `rotate-key: ${publicKey}`;
}
