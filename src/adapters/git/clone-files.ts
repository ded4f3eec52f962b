import { parseOid } from '../../core/approval.js';
import { Blocked, Retry } from '../../ports/fault.js';
import { type Clone, openClone } from './clone.js';
import { openObjects } from './objects.js';
import { runGit } from './run.js';
import { openTrees } from './trees.js';

export interface CloneFiles {
  /** `undefined`: nothing lies at that path. */
  read(path: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** A branch, a tag, a commit, or what lies so many steps before one; nothing git could take for an option or a range. */
const REVISION = /^[A-Za-z0-9][A-Za-z0-9._/-]*(?:[~^]\d{0,3})*$/;
/** Bytes. No document may be so large. */
const MOST_BYTES = 1024 * 1024;

/** The files of one commit of a clone. @throws Blocked when there is no repository or no such commit. */
export async function openCloneFiles(directory: string, revision: string): Promise<CloneFiles> {
  const clone = await openClone(directory);
  const objects = openObjects(clone.objects);
  const close = async () => {
    objects.close();
    await clone.close();
  };
  try {
    const commit = await commitOf(clone, revision);
    const trees = openTrees(objects, (oid) => new Retry('object_missing', `${oid} is not in this clone`));
    return {
      async read(path) {
        const file = await trees.file(commit, path);
        if (file === undefined) return undefined;
        const info = await objects.info(file.oid);
        if (file.mode !== '100644' || info?.type !== 'blob' || !(info.size <= MOST_BYTES)) {
          throw new Blocked('file_not_plain', `${path} is no plain file there.`, 'Name another commit.');
        }
        return (await objects.read(file.oid))?.content;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function commitOf(clone: Clone, revision: string) {
  const isSafe = REVISION.test(revision) && !revision.includes('..');
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = isSafe ? parseOid(await firstLine(clone, args)) : undefined;
  if (commit !== undefined) return commit;
  throw new Blocked(
    'no_commit',
    `There is no commit ${revision} in this clone.`,
    'Name a branch, a tag or a commit that is there, such as origin/main.',
  );
}

async function firstLine(clone: Clone, args: readonly string[]): Promise<string> {
  const { bytes } = await runGit(clone.refs, args, { codes: [0, 1, 128] });
  return bytes.toString('latin1').trim().split('\n').at(-1) ?? '';
}
