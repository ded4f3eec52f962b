import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { instantOf } from '../../src/core/time.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';

const { publicKey } = generateKeyPairSync('ed25519');
const NOW = new Date('2026-11-22T12:00:00Z');
export const now = instantOf(NOW.getTime() / 1_000);

/** An organization as a target: alice and bob are in it, oscar is not, and root may do everything. */
export interface Organization {
  readonly github: SandboxGitHub;
  /** The token of root. */
  readonly root: string;
  /** GitHub as root sees it. */
  readonly admin: Octokit;
  close(): Promise<void>;
}

export async function startOrganization(
  permission: 'none' | 'write',
  more: Pick<Parameters<typeof startGitHub>[0], 'repo' | 'teams' | 'roles'>,
): Promise<Organization> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  const github = await startGitHub({
    dir,
    owner: 'acme',
    now: () => NOW,
    users: [
      { login: 'alice', id: 1001, permission },
      { login: 'bob', id: 1002, permission },
      { login: 'oscar', id: 1003, permission: 'none', member: false },
      { login: 'root', id: 1004, permission: 'admin' },
    ],
    app: {
      id: 1,
      slug: 'hallpass',
      publicKey,
      installationId: 1,
      webhookSecret: 'a webhook secret of enough bytes',
    },
    files: { 'README.md': 'hello\n' },
    ...more,
  });
  const root = github.token('root');
  return {
    github,
    root,
    admin: new Octokit({ auth: root, baseUrl: github.url }),
    async close() {
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
