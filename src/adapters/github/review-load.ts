import { foldLogin } from '../../core/identity.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { OnGitHub } from './client.js';
import { readOpenPullRequests } from './pull-requests.js';

/** How many reviews are waited for, by whom. Whom to ask is no matter of minutes, so it is counted anew only now and then. */
export interface ReviewLoad {
  current(): Promise<ReadonlyMap<string, number>>;
  /** Asked just now. */
  add(logins: readonly string[]): void;
}

const LOAD_SECONDS = 300;

export function createReviewLoad(on: OnGitHub, clock: Clock): ReviewLoad {
  let counted: { readonly load: Promise<Map<string, number>>; readonly at: Instant } | undefined;
  const isFresh = (at: Instant): boolean => at <= clock.now() && clock.now() < addSeconds(at, LOAD_SECONDS);
  const count = async (): Promise<Map<string, number>> => {
    const load = new Map<string, number>();
    for (const { requestedReviewers } of await readOpenPullRequests(on))
      for (const { login } of requestedReviewers) increase(load, login);
    return load;
  };
  return {
    current() {
      if (counted === undefined || !isFresh(counted.at)) {
        const fresh = { load: count(), at: clock.now() };
        fresh.load.catch(() => {
          if (counted === fresh) counted = undefined;
        });
        counted = fresh;
      }
      return counted.load;
    },
    add(logins) {
      counted?.load.then(
        (load) => {
          for (const login of logins) increase(load, login);
        },
        () => {},
      );
    },
  };
}

const increase = (load: Map<string, number>, login: string): void =>
  void load.set(foldLogin(login), (load.get(foldLogin(login)) ?? 0) + 1);
