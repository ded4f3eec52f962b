import { EMPTY_TREE } from '../git/repository.js';
import type { Hub } from '../hub.js';
import { repositoryShape } from '../repository/shape.js';
import type { Loose, Schema } from '../schemas.js';
import { type Account, NO_COMMIT, type Sha } from '../state.js';
import { emit } from './emit.js';

/** GitHub sends at most 2,048 commits in a push event. */
const MOST_COMMITS = 2048;

interface Push {
  readonly ref: string;
  readonly before: Sha | null;
  readonly after: Sha | null;
  readonly forced: boolean;
}

export function tellPush(hub: Hub, actor: Account, push: Push): Promise<void> {
  return emit(hub, 'push', actor, async () => {
    const shas = push.after === null ? [] : await newCommits(hub, push.before, push.after);
    const commits = await Promise.all(shas.slice(0, MOST_COMMITS).map((sha) => pushed(hub, sha)));
    const last = commits.at(-1);
    const body: Loose<Omit<Schema<'webhook-push'>, 'repository' | 'sender'>> = {
      ref: push.ref,
      before: push.before ?? NO_COMMIT,
      after: push.after ?? NO_COMMIT,
      base_ref: null,
      created: push.before === null,
      deleted: push.after === null,
      forced: push.forced,
      compare: `${repositoryShape(hub).html_url}/compare/${push.before ?? NO_COMMIT}...${push.after ?? NO_COMMIT}`,
      commits,
      head_commit: last ?? null,
      pusher: { name: actor.login, email: actor.email },
    };
    return body;
  });
}

async function newCommits(hub: Hub, before: Sha | null, after: Sha): Promise<readonly Sha[]> {
  if (before !== null) return hub.git.between(before, after);
  const main = hub.git.refs.get('refs/heads/main');
  return main === undefined || main === after ? [] : hub.git.between(main, after);
}

async function pushed(hub: Hub, sha: Sha): Promise<Loose<Schema<'webhook-push'>['commits'][number]>> {
  const commit = await hub.git.commit(sha);
  if (commit === undefined) throw new Error(`commit ${sha} vanished`);
  const { author, committer, message, tree, parents } = commit;
  const files = await hub.git.changes(parents[0] ?? EMPTY_TREE, sha);
  const paths = (...statuses: readonly string[]): string[] =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  return {
    id: sha,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: author.date,
    url: `${repositoryShape(hub).html_url}/commit/${sha}`,
    author,
    committer,
    added: paths('added', 'copied', 'renamed'),
    removed: [
      ...paths('removed'),
      ...files.flatMap(({ status, previousPath }) => (status === 'renamed' ? (previousPath ?? []) : [])),
    ],
    modified: paths('modified', 'changed'),
  };
}
