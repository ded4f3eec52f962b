import { nodeId } from '../accounts/shape.js';
import { actorOf, reads, writes } from '../auth/access.js';
import { readRecursive, readTree, type TreeEntry } from '../git/tree.js';
import { type Answer, type Call, created, noContent, ok, optional, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import type { Hub } from '../hub.js';
import { notFound, Refusal } from '../refusal.js';
import type { Schema } from '../schemas.js';
import type { Sha } from '../state.js';
import { commitNamed, verification } from './commit-shape.js';
import { deleteBranch, pushCommit } from './push.js';
import { commitOf } from './revision.js';
import { repositoryShape } from './shape.js';

const READ = reads('contents');
const WRITE = writes('contents', 'write');
const GIT = '/repos/{owner}/{repo}/git';
/** Beyond this many entries a tree is cut off and says so. */
const MOST_ENTRIES = 100_000;
const LARGEST_BLOB = 100 * 1024 * 1024;

export const gitDatabaseRoutes: readonly RouteRow[] = [
  ['GET', `${GIT}/ref/{ref}`, READ, getRef],
  ['GET', `${GIT}/matching-refs/{ref}`, READ, matchingRefs],
  ['POST', `${GIT}/refs`, WRITE, createRef],
  ['PATCH', `${GIT}/refs/{ref}`, WRITE, updateRef],
  ['DELETE', `${GIT}/refs/{ref}`, WRITE, deleteRef],
  ['GET', `${GIT}/trees/{tree_sha}`, READ, getTree],
  ['GET', `${GIT}/blobs/{file_sha}`, READ, getBlob],
  ['GET', `${GIT}/commits/{commit_sha}`, READ, getCommit],
];

function refShape(hub: Hub, ref: string, sha: Sha): Schema<'git-ref'> {
  const { url } = repositoryShape(hub);
  return {
    ref,
    node_id: Buffer.from(`Ref:${ref}`).toString('base64'),
    url: `${url}/git/${ref}`,
    object: { type: 'commit', sha, url: `${url}/git/commits/${sha}` },
  };
}

/** Refs of the repository itself: those of forks are not its own. */
const ownRefs = (hub: Hub): [string, Sha][] =>
  [...hub.git.refs].filter(([ref]) => !ref.startsWith('refs/namespaces/')).sort();

function getRef({ hub, params }: Call): Answer {
  const ref = `refs/${params.ref}`;
  const sha = ownRefs(hub).find(([name]) => name === ref)?.[1];
  if (sha === undefined) throw notFound();
  return ok(refShape(hub, ref, sha));
}

function matchingRefs(call: Call): Promise<Answer> {
  const found = ownRefs(call.hub).filter(([name]) => name.startsWith(`refs/${call.params.ref}`));
  return listed(call, found, ([ref, sha]) => refShape(call.hub, ref, sha));
}

function branchOf(ref: string): string {
  const branch = /^(?:refs\/)?heads\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) throw new Refusal(422, 'Reference name must start with refs/heads/.');
  return branch;
}

async function createRef(call: Call): Promise<Answer> {
  const { hub } = call;
  const ref = wanted(call, 'ref', 'string');
  const sha = wanted(call, 'sha', 'string');
  const branch = branchOf(ref);
  if (hub.git.refs.has(ref)) throw new Refusal(422, 'Reference already exists');
  if ((await hub.git.commit(sha)) === undefined) throw new Refusal(422, 'Object does not exist');
  await pushCommit(hub, actorOf(call), { branch, sha, force: false });
  return created(refShape(hub, ref, sha));
}

async function updateRef(call: Call): Promise<Answer> {
  const { hub } = call;
  const ref = `refs/${call.params.ref}`;
  const sha = wanted(call, 'sha', 'string');
  if (!hub.git.refs.has(ref)) throw new Refusal(422, 'Reference does not exist');
  if ((await hub.git.commit(sha)) === undefined) throw new Refusal(422, 'Object does not exist');
  const force = optional(call, 'force', 'boolean') ?? false;
  await pushCommit(hub, actorOf(call), { branch: branchOf(ref), sha, force });
  return ok(refShape(hub, ref, sha));
}

async function deleteRef(call: Call): Promise<Answer> {
  await deleteBranch(call.hub, actorOf(call), branchOf(call.params.ref ?? ''));
  return noContent();
}

/** A tree by its own id, or by anything that has one. */
async function getTree(call: Call): Promise<Answer> {
  const { hub, query } = call;
  const name = call.params.tree_sha ?? '';
  const sha = (await commitOf(hub, name))?.tree ?? name;
  if (!/^[0-9a-f]{40}$/.test(sha)) throw notFound();
  const entries = await readTree(hub.git.objects, sha);
  if (entries === undefined) throw notFound();
  const all = query.has('recursive') ? await readRecursive(hub.git.run, sha) : entries;
  const { url } = repositoryShape(hub);
  const shape: Schema<'git-tree'> = {
    sha,
    url: `${url}/git/trees/${sha}`,
    truncated: all.length > MOST_ENTRIES,
    tree: await Promise.all(all.slice(0, MOST_ENTRIES).map((entry) => treeEntry(hub, entry))),
  };
  return ok(shape);
}

async function treeEntry(hub: Hub, entry: TreeEntry): Promise<Schema<'git-tree'>['tree'][number]> {
  const { path, mode, type, sha } = entry;
  const { url } = repositoryShape(hub);
  if (type === 'commit') return { path, mode, type, sha };
  if (type === 'tree') return { path, mode, type, sha, url: `${url}/git/trees/${sha}` };
  const size = entry.size ?? (await hub.git.objects.size(sha)) ?? 0;
  return { path, mode, type, sha, size, url: `${url}/git/blobs/${sha}` };
}

async function getBlob(call: Call): Promise<Answer> {
  const { hub } = call;
  const sha = call.params.file_sha ?? '';
  const blob = /^[0-9a-f]{40}$/.test(sha) ? await hub.git.objects.read(sha) : undefined;
  if (blob?.type !== 'blob') throw notFound();
  if (blob.size > LARGEST_BLOB) throw new Refusal(403, 'This API returns blobs up to 100 MB in size.');
  if (call.accept.includes('raw')) return raw(blob.content);
  const shape: Schema<'blob'> = {
    sha,
    node_id: nodeId('Blob', blob.size),
    size: blob.size,
    url: `${repositoryShape(hub).url}/git/blobs/${sha}`,
    content: wrapped(blob.content),
    encoding: 'base64',
  };
  return ok(shape);
}

/** GitHub wraps base64 at sixty characters. */
export const wrapped = (content: Buffer): string =>
  content.toString('base64').replaceAll(/.{60}/g, '$&\n').replace(/\n?$/, '\n');

export const raw = (content: Buffer): Answer => ({
  ...ok(content),
  headers: { 'content-type': 'application/vnd.github.v3.raw; charset=utf-8' },
});

async function getCommit(call: Call): Promise<Answer> {
  const { hub } = call;
  const sha = call.params.commit_sha ?? '';
  if (!/^[0-9a-f]{40}$/.test(sha) || (await hub.git.commit(sha)) === undefined) throw notFound();
  const commit = await commitNamed(hub, sha);
  const { url, html_url: html } = repositoryShape(hub);
  const shape: Schema<'git-commit'> = {
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
  return ok(shape);
}
