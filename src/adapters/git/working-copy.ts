import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Oid } from '../../core/approval.js';
import { epochSeconds } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked } from '../../ports/fault.js';
import type { NewBranch, WorkingCopy } from '../../ports/working-copy.js';
import { branchRef, type Mirror, openMirror } from './mirror.js';
import { newObject } from './new-object.js';
import type { RemoteOptions } from './remote.js';
import { GitFailed, runGit } from './run.js';
import { type Environment, sealedEnvironment } from './sealed.js';
import { editTree } from './tree-edit.js';

export interface WorkingCopyOptions extends RemoteOptions {
  readonly base: string;
  readonly clock: Clock;
  /** Whose addresses GitHub maps to accounts: `users.noreply.<host>`. */
  readonly host: string;
}

const BASE = 'refs/hallpass/base';
const OTHER = 'refs/hallpass/other';
/** Bytes. No document may be so large. */
const MOST_BYTES = 1024 * 1024;

/**
 * A bare copy in a temporary folder, under the same seal as the server's mirror: no hooks, no configuration of the person's clone,
 * no checkout. It is gone afterwards, whatever came of it.
 */
export async function openWorkingCopy(options: WorkingCopyOptions): Promise<WorkingCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'hallpass-request-'));
  try {
    const mirror = await openMirror({ ...options, directory, shallow: true });
    return await copyIn(mirror, options);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function copyIn(mirror: Mirror, options: WorkingCopyOptions): Promise<WorkingCopy> {
  const base = await fetched(mirror, options.base, BASE);
  if (base === undefined) {
    throw new Blocked(
      'no_branch',
      `the repository has no branch ${options.base} yet`,
      'Push policy, catalog and people to it first.',
    );
  }
  return {
    read: (path) => readAt(mirror, base, path),
    async branch(name) {
      const head = await fetched(mirror, name, OTHER);
      return head === undefined ? undefined : (path) => readAt(mirror, head, path);
    },
    push: (change) => push(mirror, change, { ...options, parent: base }),
    async close() {
      mirror.close();
      await rm(mirror.directory, { recursive: true, force: true });
    },
  };
}

async function fetched(mirror: Mirror, branch: string, local: string): Promise<Oid | undefined> {
  return (await mirror.fetch([{ remote: branchRef(branch), local }])) ? mirror.ref(local) : undefined;
}

async function readAt(mirror: Mirror, commit: Oid, path: string): Promise<Uint8Array | undefined> {
  const file = await mirror.trees.file(commit, path);
  if (file === undefined) return undefined;
  const info = await mirror.objects.info(file.oid);
  if (file.mode !== '100644' || info?.type !== 'blob' || !(info.size <= MOST_BYTES))
    throw new Blocked('file_not_plain', `${path} is no plain file there.`, 'Ask who keeps the repository.');
  return (await mirror.objects.read(file.oid))?.content;
}

async function push(
  mirror: Mirror,
  { branch, path, content, subject, author }: NewBranch,
  { parent, clock, host }: WorkingCopyOptions & { readonly parent: Oid },
): Promise<Oid | undefined> {
  const writes = new Map([[path, Buffer.from(content, 'utf8')]]);
  const { tree, objects } = await editTree(mirror.trees, await mirror.trees.rootOf(parent), writes);
  // The address GitHub gives every account, so that the commit has an author whatever git is set up with here.
  const email = `${author.id}+${author.login}@users.noreply.${host}`;
  const by = `${author.login} <${email}> ${epochSeconds(clock.now())} +0000`;
  const text = `tree ${tree}\nparent ${parent}\nauthor ${by}\ncommitter ${by}\n\n${subject}\n`;
  const commit = newObject('commit', Buffer.from(text, 'utf8'));
  await mirror.write([...objects, commit]);
  return (await mirror.push(commit.oid, branch, null)) === 'pushed' ? commit.oid : undefined;
}

const REMOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What somebody's clone calls a remote; read, not followed. */
export async function remoteUrlOf(
  folder: string,
  name: string,
  environment: Environment,
): Promise<string | undefined> {
  if (!REMOTE_NAME.test(name)) return undefined;
  try {
    const place = { environment: sealedEnvironment(environment), folder };
    const { bytes } = await runGit(place, ['config', '--get', `remote.${name}.url`]);
    return bytes.toString('utf8').trim();
  } catch (error) {
    if (error instanceof GitFailed) return undefined;
    throw error;
  }
}
