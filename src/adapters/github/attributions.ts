import type { CommitAttribution } from '../../ports/review-host.js';
import { at, type OnGitHub, type Rest } from './client.js';
import { readAll } from './pages.js';
import { oidFrom, personOf, type UserOnGitHub } from './values.js';

type CommitOnGitHub = Rest['pulls']['listCommits']['response']['data'][number];

/** What is read of a commit, in a list or alone. */
interface Attributed {
  readonly sha: string;
  readonly author: UserOnGitHub | null;
  readonly committer: UserOnGitHub | null;
  /** Whether GitHub says that it made the commit itself, and names no committer. */
  readonly viaWeb: boolean;
}

/** GitHub lists no more (docs: "List commits on a pull request"), and does not say that there are. */
const MOST_COMMITS = 250;
/** The committer of whatever is made on the web. Whoever did it is the author, and the pusher (T027). */
const WEB_FLOW_ID = 19_864_447;

export async function readAttributions(
  on: OnGitHub,
  number: number,
): Promise<readonly CommitAttribution[] | null> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits';
  const commits = await readAll<CommitOnGitHub>(on.client, route, { ...at(on), pull_number: number });
  if (commits.length >= MOST_COMMITS) return null;
  return commits.map((commit) => attributionOf({ ...commit, viaWeb: false }));
}

export function attributionOf({ sha, author, committer, viaWeb }: Attributed): CommitAttribution {
  return {
    commit: oidFrom(sha),
    author: personOf(author),
    committer: viaWeb || committer?.id === WEB_FLOW_ID ? 'github' : personOf(committer),
  };
}
