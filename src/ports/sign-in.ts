import type { Instant } from '../core/time.js';

/** What the browser has to bring back with the answer of the review host, so that nobody can hand it somebody else's (T140). */
export interface SignInAttempt {
  readonly state: string;
  /** Of PKCE: only who began can finish. */
  readonly verifier: string;
}

/** Somebody whom the review host has vouched for. */
export interface SignedIn {
  /** Numeric, for ever the same person's. */
  readonly id: number;
  readonly login: string;
  /** What the review host answers them by. A secret. */
  readonly token: string;
  /** When the token ends by itself; absent where it does not. */
  readonly expiresAt?: Instant;
}

/** Signing in with an account of the review host, and what it lets that person read. */
export interface SignIn {
  /**
   * @param callback our address that the review host sends the browser back to.
   * @returns where the browser goes, and what is needed when it comes back.
   */
  begin(callback: string): Promise<{ readonly url: string; readonly attempt: SignInAttempt }>;
  /**
   * @param answer the query the browser came back with.
   * @throws Blocked when it is no answer to that attempt or the person was refused; Retry when the review host does not say.
   */
  finish(answer: URLSearchParams, attempt: SignInAttempt & { readonly callback: string }): Promise<SignedIn>;
  /** Whether that person may read the access repository now. @throws Retry when the review host does not say. */
  mayRead(token: string): Promise<boolean>;
  /** Makes the token worth nothing. @throws Retry when the review host does not answer. */
  signOut(token: string): Promise<void>;
}
