import type { Oid, Review } from '../core/approval.js';
import type { CommitAccounts } from '../core/contributors.js';
import type { Account } from '../core/identity.js';
import type { PullRequest } from '../core/pull-request.js';
import type { Instant } from '../core/time.js';

/** Whom GitHub maps a commit's author and committer to; `contributorsOf` says what follows. */
export type CommitAttribution = CommitAccounts;

/** Everything of a pull request that a decision may want, as the host showed it at one moment. */
export interface PullRequestFacts {
  readonly pullRequest: PullRequest;
  readonly reviews: readonly Review[];
  /** `null` at GitHub's cap of 250 commits. */
  readonly attributions: readonly CommitAttribution[] | null;
  /** Everybody who pushed to the head branch; `null` when the push that made the head is not among the activities. */
  readonly pushers: readonly Account[] | null;
  /**
   * The latest GitHub-stamped instant of: opened, this app's own check run for this head, force-push, base change, reopen,
   * ready for review, head restored (D12). `null` when this app has no check run for the head yet.
   */
  readonly epoch: Instant | null;
}

/** Where branches of the repository were in the same answer as a pull request; `null`: the host showed no such branch. */
export interface BranchHeads {
  /** Of the pinned default branch. */
  readonly branch: Oid | null;
  readonly ledger: Oid | null;
}

/** A pull request as it is shown, as soon as it can be. */
export interface PullRequestLook {
  readonly facts: PullRequestFacts;
  readonly heads: BranchHeads;
}

/** An open pull request in a list. */
export interface OpenPullRequest extends PullRequest {
  /** Moves with every push, review, comment and label. */
  readonly updatedAt: Instant;
}

/** A comment that may be a command. */
export interface Comment {
  readonly id: number;
  readonly pullRequest: number;
  readonly author: Account | null;
  readonly authorType: string;
  readonly body: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A line of a file that a check points at. Lines start at 1. */
export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

export interface CheckResult {
  readonly head: Oid;
  readonly conclusion: 'success' | 'failure' | 'action_required' | 'neutral';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** An issue that says how something stands, for as long as it does. */
export interface KeptIssue {
  /** Ids and words: equal for the same issue. */
  readonly key: string;
  readonly title: string;
  /** Equal as long as there is nothing new to say: it is compared with what is there. */
  readonly markdown: string;
  /** Logins; who cannot be assigned is left out. */
  readonly assignees: readonly string[];
}

/** A pull request of the app's own. */
export interface PullRequestDraft {
  readonly branch: string;
  readonly base: string;
  readonly path: string;
  readonly content: string;
  /** Ids and words. */
  readonly title: string;
  readonly markdown: string;
}

/**
 * The pull requests of the one pinned repository. Every list is read to its last page; at a documented cap the answer is
 * `null` or a fault, never a part (T038).
 */
export interface ReviewHost {
  /** Read anew each time. `undefined`: there is no such pull request. */
  facts(pullRequest: number): Promise<PullRequestFacts | undefined>;
  /** The same for what only shows, with its parts read beside each other and not one after the other. */
  look(pullRequest: number): Promise<PullRequestLook | undefined>;
  /** The same of all that GitHub associates with a commit of the default branch. */
  factsOf(commit: Oid): Promise<readonly PullRequestFacts[]>;
  /** `undefined`: there is no such pull request. */
  pullRequest(number: number): Promise<PullRequest | undefined>;
  openPullRequests(): Promise<readonly OpenPullRequest[]>;
  /** How many reviews are waited for, by login in small letters; counted some minutes ago at most. */
  reviewLoad(): Promise<ReadonlyMap<string, number>>;
  /** Numbers of the pull requests GitHub associates with a commit of the default branch. */
  pullRequestsOf(commit: Oid): Promise<readonly number[]>;
  reviews(pullRequest: number): Promise<readonly Review[]>;
  /** Comments of the repository changed at or after `since`, oldest first. */
  comments(since: Instant): Promise<readonly Comment[]>;
  comment(id: number): Promise<Comment | undefined>;

  /** Creates or updates this app's one check run for the head. An identical result is not written again. */
  publishCheck(result: CheckResult): Promise<void>;
  /** Creates or edits the one sticky comment. An identical body is not written again. */
  publishComment(pullRequest: number, markdown: string): Promise<void>;
  /**
   * A short comment of its own, for what somebody must see: access started, ended, refused.
   * @param key ids and words; the same notice is given once, however often it is asked for.
   */
  notify(pullRequest: number, key: string, markdown: string): Promise<void>;
  /** An issue of its own, for what no pull request stands for. Opened once for each key. */
  announce(key: string, title: string, markdown: string): Promise<void>;
  /**
   * Opens, edits in place and closes issues, so that of those whose key begins with one of the scopes exactly these are open.
   * An identical one is not written again.
   */
  keepIssues(scopes: readonly string[], issues: readonly KeptIssue[]): Promise<void>;
  /**
   * Opens a pull request that brings one file, from a branch of the app's own, unless one is open from there: that is left as it is, since
   * people fill it in. @returns `undefined` when the default branch has these bytes already, so that there is nothing to open.
   */
  keepPullRequest(
    draft: PullRequestDraft,
  ): Promise<{ readonly number: number; readonly isNew: boolean } | undefined>;
  requestReviews(pullRequest: number, logins: readonly string[]): Promise<void>;
  setLabels(pullRequest: number, add: readonly string[], remove: readonly string[]): Promise<void>;
  /** Merges when the head is still `head`. @returns false when GitHub said no (409, 405). */
  merge(pullRequest: number, head: Oid): Promise<boolean>;
  /** Closes an open pull request without merging it. */
  close(pullRequest: number): Promise<void>;
  /** What GitHub's clock shows, going by the `Date` of its last answer; `undefined` before the first. */
  hostClock(): Instant | undefined;
}
