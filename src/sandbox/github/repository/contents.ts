import { posix } from 'node:path';
import { signatureOf } from '../accounts/signature.js';
import { actorOf, reads, writes } from '../auth/access.js';
import { entryAt, readTree, type TreeEntry } from '../git/tree.js';
import { commitFiles } from '../git/write.js';
import { type Answer, type Call, created, ok, optional, wanted } from '../http/call.js';
import type { RouteRow } from '../http/router.js';
import { branchHead, DEFAULT_BRANCH, type Hub, stampNow } from '../hub.js';
import { refOfBranch } from '../pulls/find.js';
import { notFound, Refusal } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { type Sha, WEB_FLOW } from '../state.js';
import { branchesMoved } from './branches.js';
import { commitNamed } from './commit-shape.js';
import { urlPath } from './file-shape.js';
import { raw, wrapped } from './git-database.js';
import { commitOf } from './revision.js';
import { closedTo, missingCheck } from './rules.js';
import { repositoryShape } from './shape.js';

const CONTENTS = '/repos/{owner}/{repo}/contents/{path}';
/** Above, JSON answers an empty content and `encoding: none`; GitHub says nothing else about it. */
const LARGEST_INLINE = 1024 * 1024;
const MOST_LISTED = 1000;

export const contentRoutes: readonly RouteRow[] = [
  ['GET', CONTENTS, reads('contents'), getContents],
  ['PUT', CONTENTS, writes('contents', 'write'), putContents],
  ['DELETE', CONTENTS, writes('contents', 'write'), deleteContents],
];

const pathAsked = (call: Call): string => (call.params.path ?? '').replace(/^\/+|\/+$/g, '');

async function getContents(call: Call): Promise<Answer> {
  const { hub } = call;
  const ref = call.query.get('ref') ?? DEFAULT_BRANCH;
  const commit = await commitOf(hub, ref);
  if (commit === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const entry = await resolved(hub, commit.tree, pathAsked(call));
  if (entry === undefined) throw notFound();
  if (entry.type === 'tree') return listing(hub, entry, ref);
  if (entry.type === 'commit') return ok({ ...located(hub, entry, ref), type: 'submodule' });
  return file(call, entry, ref);
}

/** A link to a file in the repository is followed, and its target answered under the link's name (T017). */
async function resolved(hub: Hub, root: Sha, path: string): Promise<TreeEntry | undefined> {
  const entry = await entryAt(hub.git.objects, root, path);
  if (entry?.mode !== '120000') return entry;
  const target = (await hub.git.objects.read(entry.sha))?.content.toString() ?? '';
  const followed = await entryAt(hub.git.objects, root, posix.join(posix.dirname(path), target));
  return followed?.type === 'blob' ? { ...followed, path } : entry;
}

function located(hub: Hub, entry: TreeEntry, ref: string) {
  const { url, html_url: html } = repositoryShape(hub);
  const path = urlPath(entry.path);
  const self = `${url}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === 'tree' ? 'trees' : 'blobs';
  const git = `${url}/git/${kind}/${entry.sha}`;
  const page = `${html}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: posix.basename(entry.path),
    path: entry.path,
    sha: entry.sha,
    size: 0,
    url: self,
    git_url: git,
    html_url: page,
    download_url: entry.type === 'blob' ? `${html}/raw/${ref}/${path}` : null,
    _links: { self, git, html: page },
  };
}

/** In a listing a submodule is called a file. */
const LISTED_TYPE = { tree: 'dir', blob: 'file', commit: 'file' } as const;

async function listing(hub: Hub, entry: TreeEntry, ref: string): Promise<Answer> {
  const children = (await readTree(hub.git.objects, entry.sha)) ?? [];
  const shape: Schema<'content-directory'> = await Promise.all(
    children.slice(0, MOST_LISTED).map(async (child) => ({
      ...located(hub, { ...child, path: posix.join(entry.path, child.path) }, ref),
      size: child.type === 'blob' ? ((await hub.git.objects.size(child.sha)) ?? 0) : 0,
      type: child.mode === '120000' ? 'symlink' : LISTED_TYPE[child.type],
    })),
  );
  return ok(shape);
}

async function file(call: Call, entry: TreeEntry, ref: string): Promise<Answer> {
  const content = (await call.hub.git.objects.read(entry.sha))?.content ?? Buffer.alloc(0);
  if (call.accept.includes('raw')) return raw(content);
  const large = content.length > LARGEST_INLINE;
  const shape: Schema<'content-file'> = {
    ...located(call.hub, entry, ref),
    type: 'file',
    size: content.length,
    encoding: large ? 'none' : 'base64',
    content: large ? '' : wrapped(content),
  };
  return ok(shape);
}

/** An edit in the browser: committed by GitHub for the person, on a branch that exists. */
async function putContents(call: Call): Promise<Answer> {
  const content = Buffer.from(wanted(call, 'content', 'string'), 'base64');
  const { before, after, entry } = await commitEdit(call, content);
  const answer = await edited(call, after, entry);
  return before === undefined ? created(answer) : ok(answer);
}

async function deleteContents(call: Call): Promise<Answer> {
  if (optional(call, 'sha', 'string') === undefined) throw new Refusal(422, '"sha" wasn\'t supplied.');
  const { after } = await commitEdit(call, null);
  return ok(await edited(call, after, undefined));
}

interface Edit {
  readonly before: TreeEntry | undefined;
  readonly after: Sha;
  readonly entry: TreeEntry | undefined;
}

async function commitEdit(call: Call, content: Buffer | null): Promise<Edit> {
  const { hub } = call;
  const actor = actorOf(call);
  const branch = optional(call, 'branch', 'string') ?? DEFAULT_BRANCH;
  const path = pathAsked(call);
  const head = branchHead(hub, branch);
  if (head === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const why = closedTo(hub, actor, branch) ?? missingCheck(hub, actor, branch, '');
  if (why !== undefined) throw new Refusal(409, `Repository rule violations found\n\n${why}\n\n`);
  const before = await entryAt(hub.git.objects, (await commitNamed(hub, head)).tree, path);
  refuseStale(path, before, optional(call, 'sha', 'string'), content);
  const author = { ...signatureOf(hub, actor) };
  const committer = { name: 'GitHub', email: WEB_FLOW.email, date: stampNow(hub) };
  const message = wanted(call, 'message', 'string');
  const commit = { parents: [head], author, committer, message };
  const ref = refOfBranch(branch);
  const after = await commitFiles(hub.git.run, ref, commit, { [path]: content });
  hub.state.webFlowCommits.add(after);
  await branchesMoved(hub, actor, [{ ref, before: head, after }]);
  const entry = await entryAt(hub.git.objects, (await commitNamed(hub, after)).tree, path);
  return { before, after, entry };
}

/** An edit names the blob it was made from: 422 without, 409 when somebody was faster. */
function refuseStale(
  path: string,
  before: TreeEntry | undefined,
  sha: Sha | undefined,
  content: Buffer | null,
): void {
  if (before === undefined) {
    if (content === null) throw notFound();
    return;
  }
  if (sha === undefined) throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== before.sha) throw new Refusal(409, `${path} does not match ${sha}`);
}

async function edited(
  call: Call,
  after: Sha,
  entry: TreeEntry | undefined,
): Promise<Loose<Schema<'file-commit'>>> {
  const { hub } = call;
  const commit = await commitNamed(hub, after);
  const place = entry === undefined ? undefined : located(hub, entry, after);
  return {
    content:
      place === undefined
        ? null
        : { name: place.name, path: place.path, sha: place.sha, url: place.url, type: 'file' },
    commit: {
      sha: after,
      message: commit.message,
      author: commit.author,
      committer: commit.committer,
      tree: { sha: commit.tree },
      parents: commit.parents.map((sha) => ({ sha })),
    },
  };
}
