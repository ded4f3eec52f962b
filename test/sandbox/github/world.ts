import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { type GitHubOptions, type SandboxGitHub, startGitHub } from '../../../src/sandbox/github/start.js';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const PRIVATE_KEY = keys.privateKey;
export const APP_ID = 4711;
export const INSTALLATION_ID = 77;
export const SECRET = 'a webhook secret of enough bytes.';

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The App as it is registered, unless a test says otherwise. */
export const APP = {
  id: APP_ID,
  slug: 'hall-monitor',
  publicKey: keys.publicKey,
  installationId: INSTALLATION_ID,
  webhookSecret: SECRET,
};

/** A GitHub with alice, bob and carol who write, dave who reads, root who owns, and oscar who is a stranger. */
export interface World {
  readonly github: SandboxGitHub;
  readonly dir: string;
  /** The clock; it stands still until moved. */
  advance(seconds: number): void;
  now(): Date;
  octokit(login: string): Octokit;
  anonymous(): Octokit;
  /** Authenticates as the App itself. */
  app(): Octokit;
  installation(): Octokit;
  close(): Promise<void>;
}

export async function startWorld(options: Partial<GitHubOptions> = {}): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-github-'));
  let now = Math.floor(Date.now() / 1000) * 1000;
  const github = await startGitHub({
    dir,
    owner: 'acme',
    repo: 'access',
    now: () => new Date(now),
    users: [
      { login: 'alice', id: 1001, permission: 'write' },
      { login: 'bob', id: 1002, permission: 'write', email: 'bob@example.com' },
      { login: 'carol', id: 1003, permission: 'write' },
      { login: 'dave', id: 1004, permission: 'read' },
      { login: 'root', id: 1005, permission: 'admin' },
      { login: 'oscar', id: 1006, permission: 'none', member: false },
    ],
    teams: { dba: ['bob'], security: ['carol', 'dave'] },
    app: APP,
    files: { 'README.md': 'hello\n', 'policy.yaml': 'version: 1\n' },
    ...options,
  });
  const client = (auth: object): Octokit => new Octokit({ baseUrl: github.url, log: silent, ...auth });
  const appAuth = { appId: APP_ID, privateKey: PRIVATE_KEY };
  let installation: Octokit | undefined;
  return {
    github,
    dir,
    now: () => new Date(now),
    advance: (seconds) => {
      now += seconds * 1000;
    },
    octokit: (login) => client({ auth: github.token(login) }),
    anonymous: () => client({}),
    app: () => client({ authStrategy: createAppAuth, auth: appAuth }),
    installation: () => {
      installation ??= client({
        authStrategy: createAppAuth,
        auth: { ...appAuth, installationId: INSTALLATION_ID },
      });
      return installation;
    },
    async close() {
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const repo = { owner: 'acme', repo: 'access' } as const;

/** The status GitHub refuses with; fails the test when it does not refuse. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    if (typeof status === 'number') return { status, message };
    throw error;
  }
  throw new Error('nothing was refused');
}
