import type { Sha } from '../state.js';
import type { Objects } from './objects.js';
import type { Run } from './run.js';

export interface TreeEntry {
  readonly path: string;
  /** As git writes it in listings: six digits. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: Sha;
  readonly size: number | null;
}

const typeOf = (mode: string): TreeEntry['type'] =>
  mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';

/** Reads a raw tree object: `mode SP name NUL` and twenty bytes of id, again and again. */
export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at);
    const [, digits = '', path = ''] = /^(\d+) (.*)$/s.exec(content.subarray(at, end).toString('utf8')) ?? [];
    const mode = digits.padStart(6, '0');
    const sha = content.subarray(end + 1, end + 21).toString('hex');
    entries.push({ path, mode, type: typeOf(mode), sha, size: null });
    at = end + 21;
  }
  return entries;
}

export async function readTree(objects: Objects, sha: Sha): Promise<TreeEntry[] | undefined> {
  const object = await objects.read(sha);
  return object?.type === 'tree' ? parseTree(object.content) : undefined;
}

/** What lies at a path; the root for the empty path. */
export async function entryAt(objects: Objects, root: Sha, path: string): Promise<TreeEntry | undefined> {
  let found: TreeEntry = { path: '', mode: '040000', type: 'tree', sha: root, size: null };
  for (const name of path.split('/').filter((part) => part !== '')) {
    const next = (await readTree(objects, found.sha))?.find((entry) => entry.path === name);
    if (found.type !== 'tree' || next === undefined) return undefined;
    found = { ...next, path: found.path === '' ? name : `${found.path}/${name}` };
  }
  return found;
}

/** Everything below a tree, trees included, with sizes. */
export async function readRecursive(run: Run, sha: Sha): Promise<TreeEntry[]> {
  const { out } = await run(['ls-tree', '-r', '-t', '-z', '-l', sha]);
  return out
    .toString('utf8')
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', , id = '', size = '-'] = record.slice(0, tab).split(/ +/);
      return {
        path: record.slice(tab + 1),
        mode,
        type: typeOf(mode),
        sha: id,
        size: size === '-' ? null : Number(size),
      };
    });
}
