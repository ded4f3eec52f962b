import { buildSchema } from 'graphql';

/**
 * The part of GitHub's published schema that this stand-in answers. A test holds every type, field and argument to the published one
 * (`@octokit/graphql-schema`), so nothing can be asked here that GitHub does not know.
 */
export const SCHEMA_TEXT = `
scalar BigInt
scalar DateTime
scalar GitObjectID

interface Actor { login: String! }
type User implements Actor { id: ID! databaseId: Int login: String! }
type Bot implements Actor { databaseId: Int login: String! }
type Mannequin implements Actor { databaseId: Int login: String! }

type PageInfo { hasNextPage: Boolean! endCursor: String }

type Query {
  repository(owner: String!, name: String!): Repository
  organization(login: String!): Organization
  user(login: String!): User
}

type Repository {
  id: ID!
  databaseId: Int
  pullRequest(number: Int!): PullRequest
  object(oid: GitObjectID): GitObject
  ref(qualifiedName: String!): Ref
  label(name: String!): Label
}

type Ref { target: GitObject }
interface GitObject { oid: GitObjectID! }
type Commit implements GitObject {
  oid: GitObjectID!
  author: GitActor
  committer: GitActor
  committedViaWeb: Boolean!
  checkSuites(first: Int, filterBy: CheckSuiteFilter): CheckSuiteConnection
  associatedPullRequests(first: Int): PullRequestConnection
}
type GitActor { user: User }

enum PullRequestState { CLOSED MERGED OPEN }
type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! }
type PullRequest {
  id: ID!
  number: Int!
  state: PullRequestState!
  isDraft: Boolean!
  author: Actor
  headRefOid: GitObjectID!
  headRefName: String!
  headRepository: Repository
  baseRefName: String!
  baseRepository: Repository
  createdAt: DateTime!
  mergedAt: DateTime
  mergedBy: Actor
  mergeCommit: Commit
  labels(first: Int): LabelConnection
  reviewRequests(first: Int): ReviewRequestConnection
  reviews(first: Int): PullRequestReviewConnection
  commits(first: Int, last: Int): PullRequestCommitConnection!
  comments(first: Int): IssueCommentConnection!
  timelineItems(first: Int, itemTypes: [PullRequestTimelineItemsItemType!]): PullRequestTimelineItemsConnection!
}

type Label { id: ID! name: String! }
type LabelConnection { nodes: [Label] pageInfo: PageInfo! }

union RequestedReviewer = User | Bot | Mannequin
type ReviewRequest { requestedReviewer: RequestedReviewer }
type ReviewRequestConnection { nodes: [ReviewRequest] pageInfo: PageInfo! }

enum PullRequestReviewState { APPROVED CHANGES_REQUESTED COMMENTED DISMISSED PENDING }
type PullRequestReview {
  fullDatabaseId: BigInt
  author: Actor
  body: String!
  state: PullRequestReviewState!
  commit: Commit
  submittedAt: DateTime
}
type PullRequestReviewConnection { nodes: [PullRequestReview] pageInfo: PageInfo! }

type PullRequestCommit { commit: Commit! }
type PullRequestCommitConnection { nodes: [PullRequestCommit] pageInfo: PageInfo! totalCount: Int! }

type IssueComment { id: ID! author: Actor body: String! }
type IssueCommentConnection { nodes: [IssueComment] pageInfo: PageInfo! }

enum PullRequestTimelineItemsItemType {
  HEAD_REF_FORCE_PUSHED_EVENT
  BASE_REF_CHANGED_EVENT
  AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT
  REOPENED_EVENT
  READY_FOR_REVIEW_EVENT
  HEAD_REF_RESTORED_EVENT
}
type HeadRefForcePushedEvent { createdAt: DateTime! }
type BaseRefChangedEvent { createdAt: DateTime! }
type AutomaticBaseChangeSucceededEvent { createdAt: DateTime! }
type ReopenedEvent { createdAt: DateTime! }
type ReadyForReviewEvent { createdAt: DateTime! }
type HeadRefRestoredEvent { createdAt: DateTime! }
union PullRequestTimelineItems =
  | HeadRefForcePushedEvent
  | BaseRefChangedEvent
  | AutomaticBaseChangeSucceededEvent
  | ReopenedEvent
  | ReadyForReviewEvent
  | HeadRefRestoredEvent
type PullRequestTimelineItemsConnection { nodes: [PullRequestTimelineItems] pageInfo: PageInfo! }

input CheckSuiteFilter { appId: Int }
enum CheckRunType { ALL LATEST }
input CheckRunFilter { appId: Int checkName: String checkType: CheckRunType }
type CheckSuiteConnection { nodes: [CheckSuite] pageInfo: PageInfo! }
type CheckSuite { checkRuns(first: Int, filterBy: CheckRunFilter): CheckRunConnection }
type CheckRunConnection { nodes: [CheckRun] pageInfo: PageInfo! }
enum CheckStatusState { COMPLETED IN_PROGRESS PENDING QUEUED REQUESTED WAITING }
enum RequestableCheckStatusState { COMPLETED IN_PROGRESS PENDING QUEUED WAITING }
enum CheckConclusionState { ACTION_REQUIRED CANCELLED FAILURE NEUTRAL SKIPPED STALE STARTUP_FAILURE SUCCESS TIMED_OUT }
type CheckRun {
  id: ID!
  name: String!
  externalId: String
  status: CheckStatusState!
  conclusion: CheckConclusionState
  startedAt: DateTime
  annotations(first: Int): CheckAnnotationConnection
}
type CheckAnnotationConnection { totalCount: Int! }

type Organization { team(slug: String!): Team }
type Team {
  databaseId: Int
  members(first: Int, after: String, membership: TeamMembershipType): TeamMemberConnection!
}
enum TeamMembershipType { ALL CHILD_TEAM IMMEDIATE }
type TeamMemberConnection { nodes: [User] pageInfo: PageInfo! }

type Mutation {
  addComment(input: AddCommentInput!): AddCommentPayload
  updateIssueComment(input: UpdateIssueCommentInput!): UpdateIssueCommentPayload
  updateCheckRun(input: UpdateCheckRunInput!): UpdateCheckRunPayload
  addLabelsToLabelable(input: AddLabelsToLabelableInput!): AddLabelsToLabelablePayload
  removeLabelsFromLabelable(input: RemoveLabelsFromLabelableInput!): RemoveLabelsFromLabelablePayload
  requestReviews(input: RequestReviewsInput!): RequestReviewsPayload
}
input AddCommentInput { subjectId: ID! body: String! }
type AddCommentPayload { commentEdge: IssueCommentEdge }
type IssueCommentEdge { node: IssueComment }
input UpdateIssueCommentInput { id: ID! body: String! }
type UpdateIssueCommentPayload { issueComment: IssueComment }
input UpdateCheckRunInput {
  repositoryId: ID!
  checkRunId: ID!
  status: RequestableCheckStatusState
  conclusion: CheckConclusionState
  externalId: String
  output: CheckRunOutput
}
input CheckRunOutput { title: String! summary: String! }
type UpdateCheckRunPayload { checkRun: CheckRun }
input AddLabelsToLabelableInput { labelableId: ID! labelIds: [ID!]! }
type AddLabelsToLabelablePayload { clientMutationId: String }
input RemoveLabelsFromLabelableInput { labelableId: ID! labelIds: [ID!]! }
type RemoveLabelsFromLabelablePayload { clientMutationId: String }
input RequestReviewsInput { pullRequestId: ID! userIds: [ID!] union: Boolean }
type RequestReviewsPayload { clientMutationId: String }
`;

export const SCHEMA = buildSchema(SCHEMA_TEXT);
