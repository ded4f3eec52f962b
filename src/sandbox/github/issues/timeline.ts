import { association, nodeId, simpleUser, userOrNull } from '../accounts/shape.js';
import { reads } from '../auth/access.js';
import type { Answer, Call } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { accountOf, type Hub } from '../hub.js';
import { comparison } from '../pulls/comparison.js';
import { commitNamed, verification } from '../repository/commit-shape.js';
import { repositoryShape } from '../repository/shape.js';
import { reviewShape } from '../reviews/shape.js';
import type { Schema } from '../schemas.js';
import { type Issue, type IssueEvent, isPullRequest, type PullRequest } from '../state.js';
import { teamShape } from '../teams/shape.js';
import { issueAsked } from './find.js';
import { labelShape } from './label-shape.js';
import { commentShape } from './shape.js';

const READ = reads('issues');
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

export const timelineRoutes: readonly RouteRow[] = [
  ['GET', `${ISSUE}/events`, READ, listEvents],
  ['GET', `${ISSUE}/timeline`, READ, listTimeline],
];

const eventsOf = (hub: Hub, issue: Issue): IssueEvent[] =>
  hub.state.events.filter((event) => event.issue === issue.number);

function listEvents(call: Call): Promise<Answer> {
  return listed(call, eventsOf(call.hub, issueAsked(call)), (event) => eventShape(call.hub, event));
}

function eventShape(hub: Hub, event: IssueEvent): Schema<'issue-event'> {
  const { url } = repositoryShape(hub);
  return {
    id: event.id,
    node_id: nodeId('IssueEvent', event.id),
    url: `${url}/issues/events/${event.id}`,
    actor: userOrNull(hub, event.actorId),
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId === null ? null : `${url}/commits/${event.commitId}`,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...detailShape(hub, event),
  };
}

function detailShape(hub: Hub, { detail, event, actorId }: IssueEvent): Partial<Schema<'issue-event'>> {
  const { label, requestedUser, requestedTeam, rename, dismissed } = detail;
  const person = requestedUser === undefined ? undefined : accountOf(hub, requestedUser);
  const team = hub.state.teams.find((each) => each.id === requestedTeam);
  return {
    ...(label === undefined ? {} : { label: { name: label, color: labelShape(hub, label).color } }),
    ...(event.startsWith('review_request') ? { review_requester: userOrNull(hub, actorId) } : {}),
    ...(person === undefined ? {} : { requested_reviewer: simpleUser(hub, person) }),
    ...(team === undefined ? {} : { requested_team: teamShape(hub, team) }),
    ...(rename === undefined ? {} : { rename }),
    ...(dismissed === undefined
      ? {}
      : {
          dismissed_review: {
            state: dismissed.state,
            review_id: dismissed.review,
            dismissal_message: dismissed.message,
          },
        }),
  };
}

/** One entry of the timeline and when it happened. */
interface Entry {
  readonly at: string;
  readonly shape: () => unknown;
}

/** Commits, reviews, comments and events in one list. A base change is not among them: only the issue events have it. */
async function listTimeline(call: Call): Promise<Answer> {
  const { hub } = call;
  const issue = issueAsked(call);
  const comments = hub.state.comments.filter((comment) => comment.issue === issue.number);
  const entries: Entry[] = [
    ...(isPullRequest(issue) ? [...(await commitEntries(hub, issue)), ...reviewEntries(hub, issue)] : []),
    ...eventsOf(hub, issue)
      .filter((event) => event.surface === 'both')
      .map((event) => ({ at: event.createdAt, shape: () => eventShape(hub, event) })),
    ...comments.map((comment) => ({
      at: comment.createdAt,
      shape: () => ({
        event: 'commented',
        actor: commentShape(hub, comment).user,
        ...commentShape(hub, comment),
      }),
    })),
  ];
  const ordered = entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return listed(call, ordered, (entry) => entry.shape());
}

async function commitEntries(hub: Hub, pull: PullRequest): Promise<Entry[]> {
  const { commits } = await comparison(hub, pull);
  return Promise.all(
    commits.map(async (sha) => {
      const commit = await commitNamed(hub, sha);
      const { url, html_url: html } = repositoryShape(hub);
      const shape: Schema<'timeline-committed-event'> = {
        event: 'committed',
        sha,
        node_id: `C_${sha}`,
        url: `${url}/git/commits/${sha}`,
        html_url: `${html}/commit/${sha}`,
        author: commit.author,
        committer: commit.committer,
        message: commit.message,
        tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
        parents: commit.parents.map((parent) => ({
          sha: parent,
          url: `${url}/git/commits/${parent}`,
          html_url: `${html}/commit/${parent}`,
        })),
        verification: verification(hub, commit),
      };
      return { at: commit.committer.date, shape: () => shape };
    }),
  );
}

function reviewEntries(hub: Hub, pull: PullRequest): Entry[] {
  return pull.reviews.flatMap((review) => {
    if (review.submittedAt === null) return [];
    const shape = () => ({
      ...reviewShape(hub, pull, review),
      event: 'reviewed',
      state: review.state.toLowerCase(),
      author_association: association(hub, review.userId),
    });
    return [{ at: review.submittedAt, shape }];
  });
}
