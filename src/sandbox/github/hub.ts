import type { Repository } from './git/repository.js';
import type { ApiFaults } from './http/faults.js';
import type { OAuth } from './oauth/state.js';
import type { GitHubOptions } from './options.js';
import type { Setup } from './setup/setup.js';
import { type Account, GHOST_ID, nextId, type Stamp, type State, stamp } from './state.js';
import type { Outbox } from './webhooks/outbox.js';

/** Branch rules a test can lift. */
export interface Rules {
  /** Names, or beginnings of names with a trailing `*`. */
  appOnlyBranches: readonly string[];
  forcePushToMain: boolean;
  forcePushToLedger: boolean;
  bypass: Set<string>;
}

/** What every operation works on: plain state, the repository, the clock, and the webhooks that wait. */
export interface Hub {
  readonly options: GitHubOptions;
  readonly state: State;
  readonly git: Repository;
  readonly outbox: Outbox;
  readonly faults: ApiFaults;
  readonly rules: Rules;
  readonly setup: Setup;
  readonly oauth: OAuth;
  /** Base of the API, without a slash at the end. */
  url: string;
  /** One change at a time, as if GitHub's database did it. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export const DEFAULT_BRANCH = 'main';

export const stampNow = (hub: Hub): Stamp => stamp(hub.options.now());
export const newId = (hub: Hub): number => nextId(hub.state);
export const branchHead = (hub: Hub, branch: string): string | undefined =>
  hub.git.refs.get(`refs/heads/${branch}`);

export function accountOf(hub: Hub, id: number): Account | undefined {
  const account = hub.state.accounts.get(id);
  return account?.deleted ? undefined : account;
}

/** Deleted people keep their issues and comments under GitHub's `ghost`. */
export function accountOrGhost(hub: Hub, id: number): Account {
  return (
    accountOf(hub, id) ?? {
      id: GHOST_ID,
      login: 'ghost',
      type: 'User',
      email: null,
      permission: 'none',
      member: false,
      deleted: false,
    }
  );
}

export const isAppBot = (hub: Hub, account: Account): boolean => account.id === hub.state.botId;

/** A queue of one. A failure is its caller's alone. */
export function oneAtATime(): Hub['exclusively'] {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
