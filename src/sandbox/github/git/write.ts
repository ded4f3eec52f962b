import type { Sha } from '../state.js';
import type { Signature } from './commit.js';
import type { Run } from './run.js';

/** What a path becomes: text, bytes or a link with a mode of its own, or `null` to delete it. */
export type FileContent =
  | string
  | Buffer
  | { readonly mode: '100755' | '120000' | '160000'; readonly content: string };
export type Files = Readonly<Record<string, FileContent | null>>;

export interface NewCommit {
  readonly parents: readonly Sha[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const quoted = (path: string): string =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
const signature = (who: Signature): string =>
  `${who.name} <${who.email}> ${Math.floor(Date.parse(who.date) / 1000)} +0000`;
const data = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
};

/** A commit on top of its first parent, and the branch on it, in one process. */
export async function commitFiles(run: Run, ref: string, commit: NewCommit, files: Files): Promise<Sha> {
  const [first, ...others] = commit.parents;
  const stream: Buffer[] = [
    Buffer.from(`commit ${ref}\nmark :1\nauthor ${signature(commit.author)}\n`),
    Buffer.from(`committer ${signature(commit.committer)}\n`),
    data(commit.message),
    Buffer.from(first === undefined ? '' : `from ${first}\n`),
    ...others.map((parent) => Buffer.from(`merge ${parent}\n`)),
    ...Object.entries(files).flatMap(([path, content]) => fileCommand(path, content)),
    Buffer.from('\nget-mark :1\ndone\n'),
  ];
  const { out } = await run(['fast-import', '--quiet', '--force', '--done', '--date-format=raw'], {
    input: Buffer.concat(stream),
  });
  return out.toString().trim();
}

function fileCommand(path: string, content: Files[string]): Buffer[] {
  if (content === null) return [Buffer.from(`D ${quoted(path)}\n`)];
  if (typeof content === 'string' || Buffer.isBuffer(content)) {
    return [Buffer.from(`M 100644 inline ${quoted(path)}\n`), data(content)];
  }
  if (content.mode === '160000') return [Buffer.from(`M 160000 ${content.content} ${quoted(path)}\n`)];
  return [Buffer.from(`M ${content.mode} inline ${quoted(path)}\n`), data(content.content)];
}

/** A commit of a tree that exists, on no branch yet. */
export async function commitTree(run: Run, tree: Sha, commit: NewCommit): Promise<Sha> {
  const text = [
    `tree ${tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signature(commit.author)}`,
    `committer ${signature(commit.committer)}`,
    '',
    commit.message,
  ].join('\n');
  const { out } = await run(['hash-object', '-t', 'commit', '-w', '--stdin'], {
    input: text.endsWith('\n') ? text : `${text}\n`,
  });
  return out.toString().trim();
}

/** The tree of a three-way merge, `null` when there is a conflict or no common history. */
export async function mergeTree(run: Run, ours: Sha, theirs: Sha): Promise<Sha | null> {
  const args = ['merge-tree', '--write-tree', '--no-messages', '-z', ours, theirs];
  const { code, out } = await run(args, { codes: [0, 1, 128] });
  return code === 0 ? (out.toString().split('\0')[0] ?? '').trim() : null;
}

export interface RefMove {
  readonly ref: string;
  /** `null`: delete. */
  readonly to: Sha | null;
}

export async function moveRefs(run: Run, moves: readonly RefMove[]): Promise<void> {
  if (moves.length === 0) return;
  const lines = moves.map(({ ref, to }) => (to === null ? `delete ${ref}\n` : `update ${ref} ${to}\n`));
  await run(['update-ref', '--stdin'], { input: lines.join('') });
}
