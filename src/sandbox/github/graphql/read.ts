import { nodeId } from '../accounts/shape.js';
import { accountByEmail } from '../accounts/signature.js';
import { allow, MEMBERS, reads, VISIBLE } from '../auth/access.js';
import type { Call } from '../http/call.js';
import { accountOf, type Hub } from '../hub.js';
import { labelNamed } from '../issues/label-shape.js';
import { comparison } from '../pulls/comparison.js';
import { commitNamed } from '../repository/commit-shape.js';
import { pullsWith } from '../repository/commits.js';
import { type RepositoryShape, repositoryShape } from '../repository/shape.js';
import {
  type Account,
  accountNamed,
  type CheckRun,
  isPullRequest,
  type PullRequest,
  type Team,
  WEB_FLOW,
} from '../state.js';
import { activeMembers } from '../teams/members.js';
import { unresolved } from './errors.js';

interface Slice {
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
}

/** GitHub gives no more than a hundred at a time. */
function connection<Item, Shape>(items: readonly Item[], slice: Slice, shape: (item: Item) => Shape) {
  const from = slice.after === undefined ? 0 : Number(slice.after);
  const size = Math.min(slice.first ?? slice.last ?? 0, 100);
  const chosen = slice.last === undefined ? items.slice(from, from + size) : items.slice(-size);
  const end = from + chosen.length;
  return {
    nodes: chosen.map(shape),
    totalCount: items.length,
    pageInfo: { hasNextPage: slice.last === undefined && end < items.length, endCursor: String(end) },
  };
}

/** Deleted people are nobody; the login of a bot lacks what REST hangs on to it. */
export function actor(hub: Hub, id: number | null) {
  const account = id === null ? undefined : accountOf(hub, id);
  return account === undefined ? null : person(account);
}

function person(account: Account) {
  return {
    __typename: account.type,
    id: nodeId(account.type, account.id),
    databaseId: account.id,
    login: account.login.replace(/\[bot\]$/, ''),
  };
}

export const queries = {
  repository: ({ owner, name }: { readonly owner: string; readonly name: string }, call: Call) => {
    const { options } = call.hub;
    allow(reads('metadata'), call.who);
    const isOurs =
      owner.toLowerCase() === options.owner.toLowerCase() &&
      name.toLowerCase() === options.repo.toLowerCase();
    if (!isOurs) throw unresolved(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
    return repository(call);
  },
  organization: ({ login }: { readonly login: string }, call: Call) => {
    if (login.toLowerCase() !== call.hub.options.owner.toLowerCase())
      throw unresolved(`Could not resolve to an Organization with the login of '${login}'.`);
    return {
      team: ({ slug }: { readonly slug: string }) => {
        allow(MEMBERS, call.who);
        const found = call.hub.state.teams.find((each) => each.slug === slug.toLowerCase());
        return found === undefined ? null : team(call.hub, found);
      },
    };
  },
  user: ({ login }: { readonly login: string }, call: Call) => {
    allow(VISIBLE, call.who);
    const account = accountNamed(call.hub.state, login);
    if (account?.type !== 'User')
      throw unresolved(`Could not resolve to a User with the login of '${login}'.`);
    return person(account);
  },
};

/** People of child teams would be here as well, and nobody who was only invited. */
const team = (hub: Hub, found: Team) => ({
  databaseId: found.id,
  members: (slice: Slice) => connection(activeMembers(hub, found, null), slice, person),
});

function repository(call: Call) {
  const { hub } = call;
  return {
    id: repositoryShape(hub).node_id,
    databaseId: hub.state.repositoryId,
    pullRequest: ({ number }: { readonly number: number }) => {
      allow(reads('pull_requests'), call.who);
      const issue = hub.state.issues.get(number);
      if (isPullRequest(issue)) return pullRequest(call, issue);
      throw unresolved(`Could not resolve to a PullRequest with the number of ${number}.`);
    },
    object: async ({ oid }: { readonly oid: string }) => {
      const known = await hub.git.commit(oid);
      return known === undefined ? null : commit(call, oid);
    },
    ref: ({ qualifiedName }: { readonly qualifiedName: string }) => {
      allow(reads('contents'), call.who);
      const head = hub.git.refs.get(qualifiedName);
      return head === undefined ? null : { target: () => commit(call, head) };
    },
    label: ({ name }: { readonly name: string }) => {
      const known = hub.state.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
      return known === undefined ? null : { id: nodeId('Label', known.id), name: known.name };
    },
  };
}

async function commit(call: Call, oid: string) {
  const { hub } = call;
  const { author, committer } = await commitNamed(hub, oid);
  const byEmail = (email: string) => {
    const account = accountByEmail(hub, email);
    return { user: account?.type === 'User' ? person(account) : null };
  };
  return {
    __typename: 'Commit',
    oid,
    author: byEmail(author.email),
    committer: byEmail(committer.email),
    committedViaWeb: committer.email === WEB_FLOW.email,
    checkSuites: ({ filterBy, ...slice }: Slice & { readonly filterBy?: { readonly appId?: number } }) => {
      allow(reads('checks'), call.who);
      const runs = hub.state.checkRuns.filter((run) => run.headSha === oid);
      const apps = [...new Set(runs.map((run) => run.appId))];
      const wanted = apps.filter((app) => filterBy?.appId === undefined || app === filterBy.appId);
      return connection(wanted, slice, (app) => suite(runs.filter((run) => run.appId === app)));
    },
    associatedPullRequests: async (slice: Slice) => {
      allow(reads('pull_requests'), call.who);
      return connection(await pullsWith(hub, oid), slice, (pull) => pullRequest(call, pull));
    },
  };
}

interface RunFilter {
  readonly filterBy?: { readonly checkName?: string; readonly checkType?: string };
}

const suite = (runs: readonly CheckRun[]) => ({
  checkRuns: ({ filterBy, ...slice }: Slice & RunFilter) => {
    const named = runs.filter((run) => filterBy?.checkName === undefined || run.name === filterBy.checkName);
    return connection(filterBy?.checkType === 'ALL' ? named : named.slice(-1), slice, checkRun);
  },
});

export const checkRun = (run: CheckRun) => ({
  id: nodeId('CheckRun', run.id),
  name: run.name,
  externalId: run.externalId,
  status: run.status.toUpperCase(),
  conclusion: run.conclusion?.toUpperCase() ?? null,
  startedAt: run.startedAt,
  annotations: { totalCount: run.annotations.length },
});

export function pullRequest(call: Call, pull: PullRequest) {
  const { hub } = call;
  const commits = async () => (await comparison(hub, pull)).commits.slice(0, 250);
  return {
    id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.merged === null ? pull.state.toUpperCase() : 'MERGED',
    isDraft: pull.draft,
    author: actor(hub, pull.openedBy),
    headRefOid: pull.headSha,
    headRefName: pull.headRef,
    headRepository: pull.headRepositoryDeleted ? null : idsOf(repositoryShape(hub, pull.fork)),
    baseRefName: pull.baseRef,
    baseRepository: idsOf(repositoryShape(hub)),
    createdAt: pull.createdAt,
    mergedAt: pull.merged?.at ?? null,
    mergedBy: actor(hub, pull.merged?.by ?? null),
    mergeCommit: pull.merged === null ? null : () => commit(call, pull.merged?.commit ?? ''),
    labels: (slice: Slice) =>
      connection(pull.labels, slice, (name) => ({ id: nodeId('Label', labelNamed(hub, name).id), name })),
    reviewRequests: (slice: Slice) =>
      connection(pull.requestedUsers, slice, (id) => ({ requestedReviewer: actor(hub, id) })),
    reviews: (slice: Slice) =>
      connection(pull.reviews, slice, (review) => ({
        fullDatabaseId: String(review.id),
        author: actor(hub, review.userId),
        body: review.body,
        state: review.state,
        commit: review.commitId === null ? null : { oid: review.commitId },
        submittedAt: review.submittedAt,
      })),
    commits: async (slice: Slice) =>
      connection(await commits(), slice, (oid) => ({ commit: () => commit(call, oid) })),
    comments: (slice: Slice) => {
      allow(reads('issues'), call.who);
      const all = hub.state.comments.filter((comment) => comment.issue === pull.number);
      return connection(all, slice, (comment) => ({
        id: nodeId('IssueComment', comment.id),
        author: actor(hub, comment.userId),
        body: comment.body,
      }));
    },
    timelineItems: ({ itemTypes, ...slice }: Slice & { readonly itemTypes: readonly string[] }) => {
      const events = hub.state.events.filter(
        ({ issue, event }) => issue === pull.number && itemTypes.includes(`${event.toUpperCase()}_EVENT`),
      );
      return connection(events, slice, ({ event, createdAt }) => ({ __typename: typeOf(event), createdAt }));
    },
  };
}

const idsOf = ({ id, node_id }: Pick<RepositoryShape, 'id' | 'node_id'>) => ({
  id: node_id,
  databaseId: id,
});

/** `head_ref_restored` is a `HeadRefRestoredEvent`. */
const typeOf = (event: string): string =>
  `${event.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase())}Event`;
