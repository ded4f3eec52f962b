import type { Entry } from '../core/grant.js';
import type { Account } from '../core/identity.js';
import type { RequestId } from '../core/request.js';

export interface OwnPullRequest {
  readonly number: number;
  /** For the browser. */
  readonly url: string;
}

/** How a pull request stands, as far as its author wants to know. */
export interface Standing {
  readonly state: 'open' | 'closed' | 'merged';
  /** The title of the check; absent when there is none yet, or the token may not see it. */
  readonly check?: string;
}

/** GitHub as the person at the command line may use it, with a token of their own. */
export interface OwnPullRequests {
  whoAmI(): Promise<Account>;
  defaultBranch(): Promise<string>;
  /** The open one of a branch of this repository. */
  openOf(branch: string): Promise<OwnPullRequest | undefined>;
  open(draft: {
    readonly branch: string;
    readonly base: string;
    readonly title: string;
    /** Markdown. */
    readonly body: string;
  }): Promise<OwnPullRequest>;
  standing(number: number): Promise<Standing>;
  /** What the ledger says of a request; `undefined`: nothing yet. */
  entry(id: RequestId): Promise<Entry | undefined>;
}
