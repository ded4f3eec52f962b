import { simpleUser } from '../accounts/shape.js';
import { accountByEmail } from '../accounts/signature.js';
import type { Commit } from '../git/commit.js';
import { EMPTY_TREE } from '../git/repository.js';
import type { Hub } from '../hub.js';
import { Refusal } from '../refusal.js';
import type { Schema } from '../schemas.js';
import type { Sha } from '../state.js';
import { fileShape } from './file-shape.js';
import { repositoryShape } from './shape.js';

export async function commitNamed(hub: Hub, sha: Sha): Promise<Commit> {
  const commit = await hub.git.commit(sha);
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  return commit;
}

/** GitHub maps a commit to accounts by its addresses alone; an unknown address is nobody. */
function accountFor(hub: Hub, email: string): Schema<'simple-user'> | null {
  const account = accountByEmail(hub, email);
  return account === undefined ? null : simpleUser(hub, account);
}

/** GitHub signs what its own buttons commit. Other signatures are of keys it does not know. */
export function verification(hub: Hub, commit: Commit): Schema<'verification'> {
  if (hub.state.webFlowCommits.has(commit.sha)) {
    return {
      verified: true,
      reason: 'valid',
      signature: null,
      payload: null,
      verified_at: commit.committer.date,
    };
  }
  const reason = commit.signature === null ? 'unsigned' : 'unknown_key';
  return { verified: false, reason, signature: commit.signature, payload: null, verified_at: null };
}

export async function commitShape(hub: Hub, sha: Sha): Promise<Schema<'commit'>> {
  const commit = await commitNamed(hub, sha);
  const { url: repository, html_url: html } = repositoryShape(hub);
  const url = `${repository}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repository}/git/trees/${commit.tree}` },
      url: `${repository}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(hub, commit),
    },
    author: accountFor(hub, commit.author.email),
    committer: accountFor(hub, commit.committer.email),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${repository}/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
  };
}

/** A commit with what it changed against its first parent. */
export async function commitWithFiles(hub: Hub, sha: Sha): Promise<Schema<'commit'>> {
  const shape = await commitShape(hub, sha);
  const from = shape.parents[0]?.sha ?? EMPTY_TREE;
  const files = await hub.git.changes(from, sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...shape,
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => fileShape(hub, sha, file)),
  };
}
