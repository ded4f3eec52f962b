import { type Oid, parseOid } from '../../core/approval.js';
import { type Account, parseLogin } from '../../core/identity.js';
import { type Instant, instantOf } from '../../core/time.js';
import { Retry } from '../../ports/fault.js';

/** The account under which GitHub shows what deleted people left behind. It is nobody. */
const GHOST_ID = 10137;

/** Octokit reads numbers beyond 2^53 as bigint. No id is that large; one that were would be nobody's. */
export type IdOnGitHub = number | bigint;

export interface UserOnGitHub {
  readonly id?: IdOnGitHub;
  readonly login?: string;
  readonly type?: string;
}

/** @returns `null` for a deleted account, and for one whose login no person can have (`…[bot]`). */
export function accountOf(user: UserOnGitHub | null | undefined): Account | null {
  const login = parseLogin(user?.login ?? '');
  const id = Number(user?.id ?? 0);
  if (login === undefined || !(Number.isSafeInteger(id) && id > 0) || id === GHOST_ID) return null;
  return { login, id };
}

/** `User`, `Bot`, `Mannequin`, …; `Ghost` where there is no account. */
export function typeOf(user: UserOnGitHub | null | undefined): string {
  return user?.id === GHOST_ID ? 'Ghost' : (user?.type ?? 'Ghost');
}

/** A person: somebody who can answer for what they did. A bot hides who told it to (T030). */
export function personOf(user: UserOnGitHub | null | undefined): Account | null {
  return typeOf(user) === 'User' ? accountOf(user) : null;
}

/** GitHub's times are RFC 3339. One that cannot be read must not become some other time. */
export function instantFrom(text: string | null | undefined): Instant {
  const milliseconds = Date.parse(text ?? '');
  if (!Number.isFinite(milliseconds)) throw new Retry('github_answer', 'GitHub sent a time that is none.');
  return instantOf(milliseconds / 1_000);
}

export function oidFrom(text: string | null | undefined): Oid {
  const oid = parseOid(text ?? '');
  if (oid === undefined) throw new Retry('github_answer', 'GitHub sent a commit id that is none.');
  return oid;
}
