import type { IncomingMessage } from 'node:http';
import type { Notice } from './layout.js';

/** What a button did, said on the page it leads to. Cookies hold the key alone, so nobody can put words there. */
const DID = {
  review: 'Your review is given.',
  merge: 'Merged. What landed is decided once more; the comment says what came of it.',
  close: 'Closed. Nothing is granted.',
  comment: 'Your comment is there.',
  edit: 'Pushed to the branch; it is looked at again, and earlier approvals count no more.',
  ask: 'Asked. The check and the comment say what it takes.',
  clock: 'Time has passed, and Hallpass has looked at everything that was due on the way.',
} as const;

export type Did = keyof typeof DID;

export const isDid = (text: string): text is Did => Object.hasOwn(DID, text);

const COOKIE = 'hallpass_sandbox_did';
/** Long enough to outlive a page that loads itself again. */
const SECONDS = 6;

export const didCookie = (did: Did): string =>
  `${COOKIE}=${did}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SECONDS}`;

export function didOf({ headers }: IncomingMessage): Notice | undefined {
  const [, did = ''] = new RegExp(`(?:^|; )${COOKIE}=([a-z]+)`, 'u').exec(headers.cookie ?? '') ?? [];
  return isDid(did) ? { kind: 'good', text: DID[did] } : undefined;
}
