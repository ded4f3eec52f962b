import { CHECK_NAME } from './client.js';

/**
 * One question for all that a decision on a pull request may want, and for what this app has put there itself. Its parts are validated
 * against GitHub's published schema by a test. Lists longer than a page are read by REST to their last page.
 */
const PERSON = `fragment Person on Actor {
  __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
}`;

/** The kinds of events that begin a new epoch (D12). */
const EPOCHS = [
  'HEAD_REF_FORCE_PUSHED_EVENT',
  'BASE_REF_CHANGED_EVENT',
  'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
  'REOPENED_EVENT',
  'READY_FOR_REVIEW_EVENT',
  'HEAD_REF_RESTORED_EVENT',
];

/** Of comments only as many as the sticky one is nearly always among. */
const FACTS = `fragment Facts on PullRequest {
  id
  number
  state
  isDraft
  author { ...Person }
  headRefOid
  headRefName
  headRepository { id }
  baseRefName
  baseRepository { id databaseId }
  createdAt
  mergedAt
  mergedBy { ...Person }
  mergeCommit { oid }
  labels(first: 100) { nodes { id name } pageInfo { hasNextPage } }
  reviewRequests(first: 100) {
    nodes { requestedReviewer { __typename ... on User { databaseId login } } }
    pageInfo { hasNextPage }
  }
  reviews(first: 100) {
    nodes { fullDatabaseId state body submittedAt commit { oid } author { ...Person } }
    pageInfo { hasNextPage }
  }
  commits(first: 100) {
    nodes {
      commit {
        oid
        committedViaWeb
        author { user { __typename login databaseId } }
        committer { user { __typename login databaseId } }
      }
    }
    pageInfo { hasNextPage }
  }
  timelineItems(first: 100, itemTypes: [${EPOCHS.join(', ')}]) {
    nodes {
      __typename
      ... on HeadRefForcePushedEvent { createdAt }
      ... on BaseRefChangedEvent { createdAt }
      ... on AutomaticBaseChangeSucceededEvent { createdAt }
      ... on ReopenedEvent { createdAt }
      ... on ReadyForReviewEvent { createdAt }
      ... on HeadRefRestoredEvent { createdAt }
    }
    pageInfo { hasNextPage }
  }
  comments(first: 30) { nodes { id body author { __typename login } } pageInfo { hasNextPage } }
  tip: commits(last: 1) {
    nodes {
      commit {
        oid
        checkSuites(first: 10, filterBy: { appId: $app }) {
          nodes {
            checkRuns(first: 50, filterBy: { appId: $app, checkName: "${CHECK_NAME}", checkType: ALL }) {
              nodes { id externalId status conclusion startedAt annotations(first: 1) { totalCount } }
              pageInfo { hasNextPage }
            }
          }
          pageInfo { hasNextPage }
        }
      }
    }
  }
}`;

export const PULL_REQUEST = `query PullRequestFacts(
  $owner: String!, $repo: String!, $number: Int!, $app: Int!, $branch: String!, $ledger: String!
) {
  repository(owner: $owner, name: $repo) {
    id
    pullRequest(number: $number) { ...Facts }
    branch: ref(qualifiedName: $branch) { target { oid } }
    ledger: ref(qualifiedName: $ledger) { target { oid } }
  }
}
${FACTS}
${PERSON}`;

/** More than these are asked for one by one. */
export const MOST_ASSOCIATED = 5;

export const LANDING = `query LandingFacts($owner: String!, $repo: String!, $commit: GitObjectID!, $app: Int!) {
  repository(owner: $owner, name: $repo) {
    id
    object(oid: $commit) {
      ... on Commit {
        associatedPullRequests(first: ${MOST_ASSOCIATED}) { nodes { ...Facts } pageInfo { hasNextPage } }
      }
    }
  }
}
${FACTS}
${PERSON}`;

export interface Page<Item> {
  readonly nodes: readonly (Item | null)[] | null;
  readonly pageInfo: { readonly hasNextPage: boolean };
}

export interface RefAnswer {
  readonly target: { readonly oid: string } | null;
}

export interface ActorAnswer {
  readonly __typename: string;
  readonly login?: string;
  readonly databaseId?: number | null;
}

export interface FactsAnswer {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly isDraft: boolean;
  readonly author: ActorAnswer | null;
  readonly headRefOid: string;
  readonly headRefName: string;
  readonly headRepository: { readonly id: string } | null;
  readonly baseRefName: string;
  readonly baseRepository: { readonly id: string; readonly databaseId: number | null } | null;
  readonly createdAt: string;
  readonly mergedAt: string | null;
  readonly mergedBy: ActorAnswer | null;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly labels: Page<{ readonly id: string; readonly name: string }> | null;
  readonly reviewRequests: Page<{ readonly requestedReviewer: ActorAnswer | null }> | null;
  readonly reviews: Page<ReviewAnswer> | null;
  readonly commits: Page<{ readonly commit: CommitAnswer }>;
  readonly timelineItems: Page<{ readonly __typename: string; readonly createdAt?: string }>;
  readonly comments: Page<CommentAnswer>;
  readonly tip: { readonly nodes: readonly ({ readonly commit: TipAnswer } | null)[] | null };
}

export interface ReviewAnswer {
  /** A number as text, since it may be beyond 32 bits. */
  readonly fullDatabaseId: string | null;
  readonly state: string;
  readonly body: string;
  readonly submittedAt: string | null;
  readonly commit: { readonly oid: string } | null;
  readonly author: ActorAnswer | null;
}

export interface CommitAnswer {
  readonly oid: string;
  readonly committedViaWeb: boolean;
  readonly author: { readonly user: ActorAnswer | null } | null;
  readonly committer: { readonly user: ActorAnswer | null } | null;
}

export interface CommentAnswer {
  readonly id: string;
  readonly body: string;
  readonly author: ActorAnswer | null;
}

interface TipAnswer {
  readonly oid: string;
  readonly checkSuites: Page<{ readonly checkRuns: Page<RunAnswer> | null }> | null;
}

export interface RunAnswer {
  readonly id: string;
  readonly externalId: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: string | null;
  readonly annotations: { readonly totalCount: number } | null;
}
