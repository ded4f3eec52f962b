import { type Oid, parseOid, type Review } from '../../core/approval.js';
import type { PullRequest } from '../../core/pull-request.js';
import { Retry } from '../../ports/fault.js';
import type { CommitAttribution, PullRequestFacts, PullRequestLook } from '../../ports/review-host.js';
import { type ActivityOnGitHub, pushersAmong, reachesTo, readActivity, readActivityOf } from './activity.js';
import { attributionOf, readAttributions } from './attributions.js';
import type { OnGitHub } from './client.js';
import { type Epochal, epochOf, readEvents } from './epoch.js';
import { query } from './graphql.js';
import type { OwnMarks } from './own-marks.js';
import {
  type ActorAnswer,
  type FactsAnswer,
  LANDING,
  type Page,
  PULL_REQUEST,
  type RefAnswer,
  type RunAnswer,
} from './pull-request-query.js';
import { isPinned, pullRequestOf, readPullRequestNumbersOf } from './pull-requests.js';
import { readReviews, reviewOf } from './reviews.js';
import type { UserOnGitHub } from './values.js';

interface Deps {
  readonly on: OnGitHub;
  /** Learns from each answer what this app has put there. */
  readonly marks: OwnMarks;
}

/** Everything about one pull request, in one query and the list of pushes, which only REST has. */
export async function readFacts(deps: Deps, number: number): Promise<PullRequestFacts | undefined> {
  const answer = (await ask(deps, number))?.pullRequest ?? null;
  return answer === null ? undefined : factsFrom(deps, answer);
}

/**
 * The same a round trip sooner: the list of pushes needs the name of the branch, so it is asked for by the name that was seen last, and again where
 * that turns out to be wrong or too early.
 */
export async function lookAt(deps: Deps, number: number): Promise<PullRequestLook | undefined> {
  const branch = deps.marks.of(number)?.headBranch;
  const pushes = branch === undefined ? undefined : readActivityOf(deps.on, branch);
  pushes?.catch(() => {});
  const repository = await ask(deps, number);
  const answer = repository?.pullRequest ?? null;
  const facts =
    answer === null
      ? undefined
      : await factsFrom(deps, answer, answer.headRefName === branch ? pushes : undefined);
  return (
    facts && { facts, heads: { branch: headOf(repository?.branch), ledger: headOf(repository?.ledger) } }
  );
}

const headOf = (ref: RefAnswer | null | undefined): Oid | null => parseOid(ref?.target?.oid ?? '') ?? null;

async function ask({ on }: Deps, number: number): Promise<RepositoryAnswer | null> {
  const { owner, repo, appId: app } = on;
  const [branch, ledger] = [on.branch, on.ledgerBranch].map((name) => `refs/heads/${name}`);
  const { repository } = await query<{ readonly repository: RepositoryAnswer | null }>(
    on.client,
    PULL_REQUEST,
    {
      variables: { owner, repo, number, app, branch, ledger },
      mayBeMissing: (path) => path === 'repository.pullRequest',
    },
  );
  return repository;
}

interface RepositoryAnswer {
  readonly pullRequest?: FactsAnswer | null;
  readonly branch?: RefAnswer | null;
  readonly ledger?: RefAnswer | null;
  readonly object?: { readonly associatedPullRequests?: Page<FactsAnswer> | null } | null;
}

/** The same of every pull request GitHub associates with a commit of the default branch. */
export async function readFactsOf(deps: Deps, commit: Oid): Promise<readonly PullRequestFacts[]> {
  const { owner, repo, appId: app, client } = deps.on;
  const { repository } = await query<{ readonly repository: RepositoryAnswer | null }>(client, LANDING, {
    variables: { owner, repo, commit, app },
  });
  const page = repository?.object?.associatedPullRequests ?? null;
  // GitHub has not seen the commit yet, or does not tell: "could not" is no answer.
  if (page === null) throw new Retry('github_answer', `GitHub does not know the commit ${commit} yet.`);
  const answers = itemsOf(page, 'pull requests');
  const found =
    answers === undefined
      ? await Promise.all(
          (await readPullRequestNumbersOf(deps.on, commit)).map((number) => readFacts(deps, number)),
        )
      : await Promise.all(answers.map((answer) => factsFrom(deps, answer)));
  return found.flatMap((facts) => facts ?? []);
}

/** @param asked for the pushes to the head branch of this name, before the answer was here */
async function factsFrom(
  { on, marks }: Deps,
  answer: FactsAnswer,
  asked?: Promise<readonly ActivityOnGitHub[]>,
): Promise<PullRequestFacts | undefined> {
  const pullRequest = pullRequestIn(on, answer);
  if (pullRequest === undefined) return undefined;
  const { number } = pullRequest;
  const runs = runsOf(answer);
  marks.learn(number, { answer, runs, head: pullRequest.head });
  const early = pullRequest.sameRepository ? asked : undefined;
  const [pushes, reviews, attributions, events] = await Promise.all([
    early ?? readActivity(on, pullRequest),
    reviewsOf(answer) ?? readReviews(on, number),
    attributionsOf(answer) ?? readAttributions(on, number),
    eventsOf(answer) ?? readEvents(on, number),
  ]);
  const isWhole = early === undefined || reachesTo(pushes, pullRequest, events);
  const activity = isWhole ? pushes : await readActivity(on, pullRequest);
  return {
    pullRequest,
    reviews,
    attributions,
    pushers: pushersAmong(activity, pullRequest),
    epoch: epochOf(pullRequest, { runs: runs.map(({ startedAt }) => startedAt), events, activity }),
  };
}

/** Every item of a list, or `undefined` when there are more than this page has. A list that GitHub leaves out is no empty one. */
function itemsOf<Item>(page: Page<Item> | null, what: string): readonly Item[] | undefined {
  const nodes = page?.nodes ?? undefined;
  if (page === null || nodes === undefined || nodes.some((node) => node === null))
    throw new Retry('github_answer', `GitHub left ${what} out of its answer.`);
  return page.pageInfo.hasNextPage ? undefined : nodes.flatMap((node) => node ?? []);
}

/** As REST writes somebody: there the login of a bot ends in `[bot]`, and whoever is gone is nobody in both. */
function userFrom(actor: ActorAnswer | null): UserOnGitHub | null {
  if (actor === null) return null;
  const { __typename: type, login = '', databaseId } = actor;
  return {
    type,
    login: type === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login,
    ...(typeof databaseId === 'number' ? { id: databaseId } : {}),
  };
}

function pullRequestIn(on: OnGitHub, answer: FactsAnswer): PullRequest | undefined {
  const base = { ref: answer.baseRefName, repo: { id: answer.baseRepository?.databaseId ?? 0 } };
  if (!isPinned(on, { base })) return undefined;
  // By GitHub's own ids: a number of a repository may be larger than GraphQL can say.
  const isSame = answer.headRepository?.id === answer.baseRepository?.id;
  const head = answer.headRepository && { id: isSame ? on.repositoryId : 0 };
  const asked = (answer.reviewRequests?.nodes ?? []).flatMap(
    (one) => userFrom(one?.requestedReviewer ?? null) ?? [],
  );
  return pullRequestOf(on, {
    number: answer.number,
    state: answer.state === 'OPEN' ? 'open' : 'closed',
    draft: answer.isDraft,
    user: userFrom(answer.author),
    head: { sha: answer.headRefOid, ref: answer.headRefName, repo: head },
    base,
    created_at: answer.createdAt,
    labels: (answer.labels?.nodes ?? []).flatMap((label) => label ?? []),
    requested_reviewers: asked,
    merged_at: answer.mergedAt,
    merge_commit_sha: answer.mergeCommit?.oid ?? null,
    merged_by: userFrom(answer.mergedBy),
  });
}

function reviewsOf({ reviews }: FactsAnswer): readonly Review[] | undefined {
  return itemsOf(reviews, 'reviews')
    ?.filter(({ state }) => state !== 'PENDING')
    .map((review) =>
      reviewOf({
        id: Number(review.fullDatabaseId ?? 0),
        user: userFrom(review.author),
        state: review.state,
        commit_id: review.commit?.oid ?? null,
        submitted_at: review.submittedAt,
        body: review.body,
      }),
    );
}

function attributionsOf({ commits }: FactsAnswer): readonly CommitAttribution[] | undefined {
  return itemsOf(commits, 'commits')?.map(({ commit }) =>
    attributionOf({
      sha: commit.oid,
      author: userFrom(commit.author?.user ?? null),
      committer: userFrom(commit.committer?.user ?? null),
      // Where REST names `web-flow`, GraphQL may name nobody.
      viaWeb: commit.committedViaWeb && (commit.committer?.user ?? null) === null,
    }),
  );
}

function eventsOf({ timelineItems }: FactsAnswer): readonly (string | undefined)[] | undefined {
  return itemsOf(timelineItems, 'events')?.map(({ createdAt }) => createdAt);
}

/** This app's runs of the check for the head, oldest first. None where the last commit is not the head: then its epoch is not known. */
function runsOf(answer: FactsAnswer): readonly (RunAnswer & Epochal)[] {
  const tip = answer.tip.nodes?.[0]?.commit;
  if (tip === undefined || tip.oid !== answer.headRefOid) return [];
  const suites = itemsOf(tip.checkSuites, 'check suites');
  const runs = suites?.map(({ checkRuns }) => itemsOf(checkRuns, 'check runs'));
  if (runs === undefined || runs.some((some) => some === undefined))
    throw new Retry('github_answer', 'GitHub has more check runs of this app for the head than it may.');
  return runs.flatMap((some) => some ?? []);
}
