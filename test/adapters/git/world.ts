import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { type GitLedger, type LedgerOptions, openLedger } from '../../../src/adapters/git/ledger.js';
import type { LedgerCodec } from '../../../src/adapters/git/ledger-codec.js';
import { type Mirror, type MirrorOptions, openMirror } from '../../../src/adapters/git/mirror.js';
import { newPrivateKey, type Signer, signerFromPrivateKey } from '../../../src/adapters/git/ssh-key.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import type { Clock } from '../../../src/ports/clock.js';

/** Folders and mirrors of one test; taken away after it. */
const made: string[] = [];
const shared: string[] = [];
const opened: Mirror[] = [];

afterEach(() => {
  for (const mirror of opened.splice(0)) mirror.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

afterAll(() => {
  for (const folder of shared.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** @param keep for what all tests of a file share: it goes when they are over. */
export function scratch({ keep = false } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-git-'));
  (keep ? shared : made).push(folder);
  return folder;
}

const ENV = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@example.com',
  GIT_AUTHOR_DATE: '1767225600 +0000',
  GIT_COMMITTER_NAME: 'Alice',
  GIT_COMMITTER_EMAIL: 'alice@example.com',
  GIT_COMMITTER_DATE: '1767225600 +0000',
};

/** Plain git as a person would run it: the oracle, and the hand of the attacker. */
export function git(
  gitDir: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): string {
  return gitBytes(gitDir, args, options).toString().trim();
}

export function gitBytes(
  gitDir: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): Buffer {
  return execFileSync('git', [`--git-dir=${gitDir}`, ...args], {
    env: { ...ENV, ...options.env },
    input: options.input ?? '',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
}

export function bareRemote(folder = join(scratch(), 'remote.git')): string {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder], { env: ENV });
  return folder;
}

/** A file: its text, `null` to take it away, or an object id with its mode. */
export type Content = string | Buffer | null | { readonly mode: string; readonly oid: string };

export interface CommitOptions {
  readonly branch?: string;
  /** Default: the head of the branch. */
  readonly parents?: readonly string[];
  readonly message?: string;
  readonly env?: Record<string, string>;
}

/** Commits on a branch of a bare repository through a temporary index. */
export function commit(
  gitDir: string,
  files: Readonly<Record<string, Content>>,
  options: CommitOptions = {},
): Oid {
  const { branch = 'main', message = 'change' } = options;
  const parents = options.parents ?? headOf(gitDir, branch);
  const tree = treeWith(gitDir, parents[0], files);
  const flags = parents.flatMap((parent) => ['-p', parent]);
  const made = git(gitDir, ['commit-tree', tree, ...flags], {
    input: message,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  git(gitDir, ['update-ref', `refs/heads/${branch}`, made]);
  return made as Oid;
}

export function headOf(gitDir: string, branch: string): readonly string[] {
  const found = git(gitDir, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
  return found === '' ? [] : [found];
}

export function treeWith(
  gitDir: string,
  base: string | undefined,
  files: Readonly<Record<string, Content>>,
): string {
  const env = { GIT_INDEX_FILE: join(scratch(), 'index') };
  git(gitDir, base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
  for (const [path, content] of Object.entries(files)) {
    const at =
      content === null
        ? { mode: '0', oid: '0'.repeat(40) }
        : typeof content === 'string' || Buffer.isBuffer(content)
          ? { mode: '100644', oid: blob(gitDir, content) }
          : content;
    git(gitDir, ['update-index', '--add', '-z', '--index-info'], {
      env,
      input: `${at.mode} ${at.oid}\t${path}\0`,
    });
  }
  return git(gitDir, ['write-tree'], { env });
}

export function blob(gitDir: string, content: string | Buffer): Oid {
  return git(gitDir, ['hash-object', '-w', '--stdin'], { input: content }) as Oid;
}

export async function mirrorOf(url: string, options: Partial<MirrorOptions> = {}): Promise<Mirror> {
  const mirror = await openMirror({ url, directory: scratch(), ...options });
  opened.push(mirror);
  return mirror;
}

export function newSigner(): Signer {
  return signerFromPrivateKey(newPrivateKey('test'));
}

/** Steps by a second at every look. */
export function tickingClock(start = '2026-11-22T12:00:00Z'): Clock {
  let now = start as Instant;
  return {
    now() {
      now = addSeconds(now, 1);
      return now;
    },
  };
}

/** Documents as JSON: what a ledger is about does not depend on YAML. */
export const jsonCodec: LedgerCodec = {
  parseEntry(bytes) {
    try {
      return { value: JSON.parse(Buffer.from(bytes).toString()) as Entry };
    } catch {
      return { problem: 'not JSON' };
    }
  },
  renderEntry: (entry) => `${JSON.stringify(entry, null, 1)}\n`,
  renderViolation: (violation) => `${JSON.stringify(violation, null, 1)}\n`,
  renderOrphans: (record) => `${JSON.stringify(record, null, 1)}\n`,
  parseAccessReview: (bytes) => ({ value: JSON.parse(Buffer.from(bytes).toString()) }),
  renderAccessReview: (record) => `${JSON.stringify(record, null, 1)}\n`,
};

export async function ledgerOn(
  url: string,
  options: Partial<LedgerOptions> = {},
): Promise<{ ledger: GitLedger; mirror: Mirror; signer: Signer }> {
  const mirror = options.mirror ?? (await mirrorOf(url));
  const signer = options.signer ?? newSigner();
  const ledger = openLedger({ mirror, signer, codec: jsonCodec, clock: tickingClock(), ...options });
  return { ledger, mirror, signer };
}

const ZERO = '0'.repeat(40) as Oid;

/** An entry that lives, or one that has ended. What is in it beside does not matter to the ledger. */
export function sampleEntry(id: string, state: 'active' | 'ended' = 'active'): Entry {
  const at = '2026-11-22T12:00:00Z' as Instant;
  return {
    version: 1,
    id: id as RequestId,
    request: { blob: ZERO, content: 'version: 1\n' },
    landing: { commit: ZERO, parent: ZERO, pullRequest: 7, mergedAt: at },
    requester: null,
    subject: null,
    decision: {} as Entry['decision'],
    breakGlass: false,
    holdings: [
      {
        entitlement: 'orders-db-readonly',
        holding: { target: 'orders-db', subject: 'alice_ro', grant: {} },
        state,
      },
    ],
    events: [{ event: 'landed', at }],
  };
}
