import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pushersAmong, readActivity } from '../../../src/adapters/github/activity.js';
import { readAttributions } from '../../../src/adapters/github/attributions.js';
import { readOwnCheckRuns } from '../../../src/adapters/github/check-runs.js';
import type { OnGitHub } from '../../../src/adapters/github/client.js';
import { type Clients, createClients, PERMISSIONS } from '../../../src/adapters/github/clients.js';
import { createDirectory } from '../../../src/adapters/github/directory.js';
import { epochOf, readEvents } from '../../../src/adapters/github/epoch.js';
import { createOwnMarks } from '../../../src/adapters/github/own-marks.js';
import { readPullRequest } from '../../../src/adapters/github/pull-requests.js';
import { createReviewHost } from '../../../src/adapters/github/review-host.js';
import { readReviews } from '../../../src/adapters/github/reviews.js';
import type { Oid } from '../../../src/core/approval.js';
import type { PullRequest } from '../../../src/core/pull-request.js';
import { type Instant, instantOf } from '../../../src/core/time.js';
import type { Directory } from '../../../src/ports/directory.js';
import type { PullRequestFacts, ReviewHost } from '../../../src/ports/review-host.js';
import { type GitHubOptions, type SandboxGitHub, startGitHub } from '../../../src/sandbox/github/start.js';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const APP_ID = 4711;
export const SLUG = 'hall-monitor';
export const INSTALLATION_ID = 77;
export const SECRET = 'a webhook secret of enough bytes.';
/** Far from the clock of any machine, which the app's tokens must survive. */
const START = Date.parse('2031-05-05T12:00:00Z');

/** Somebody's GitHub, and the app that is installed on it. */
export interface World {
  readonly github: SandboxGitHub;
  readonly clients: Clients;
  /** PEM. */
  readonly privateKey: string;
  readonly on: OnGitHub;
  readonly host: ReviewHost;
  readonly directory: Directory;
  /** GitHub's clock, and ours; it stands still until moved. */
  readonly clock: { now(): Instant };
  advance(seconds: number): void;
  /** A branch of somebody with one commit, and its pull request. @returns its number */
  open(head?: string, by?: string): Promise<number>;
  pull(number: number): Promise<PullRequest>;
  /** Read by the one query, by the lists of REST, and as it is shown; all have to say the same. */
  facts(number: number): Promise<PullRequestFacts>;
  /** Paths of the calls that change something, since the last time. */
  writes(): string[];
  close(): Promise<void>;
}

export async function startWorld(options: Partial<GitHubOptions> = {}): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-github-'));
  let milliseconds = START;
  let waited = 0;
  const github = await startGitHub({
    dir,
    owner: 'acme',
    repo: 'access',
    now: () => new Date(milliseconds),
    users: [
      { login: 'alice', id: 1001, permission: 'write' },
      { login: 'bob', id: 1002, permission: 'write', email: 'bob@example.com' },
      { login: 'carol', id: 1003, permission: 'write' },
      { login: 'dave', id: 1004, permission: 'write' },
      { login: 'root', id: 1005, permission: 'admin' },
      { login: 'oscar', id: 1006, permission: 'none', member: false },
      { login: 'robot[bot]', id: 1007, permission: 'write', type: 'Bot' },
    ],
    teams: { dba: ['bob', 'carol'], security: ['carol', 'oscar'], nobody: [] },
    app: {
      id: APP_ID,
      slug: SLUG,
      publicKey: keys.publicKey,
      installationId: INSTALLATION_ID,
      webhookSecret: SECRET,
    },
    files: { 'README.md': 'hello\n' },
    ...options,
  });
  const clock = { now: () => instantOf(milliseconds / 1_000) };
  const clients = createClients({
    appId: APP_ID,
    privateKey: keys.privateKey,
    installationId: INSTALLATION_ID,
    repositoryId: github.repositoryId,
    clock,
    baseUrl: github.url,
    readRetries: 0,
    pacing: {
      seconds: () => milliseconds / 1_000 + waited,
      // Whoever waits for budget waits no longer than it takes to say so.
      after(seconds, work) {
        const immediate = setImmediate(() => {
          waited += seconds;
          work();
        });
        return () => clearImmediate(immediate);
      },
    },
  });
  const client = clients.installation(PERMISSIONS.reviewing);
  const on: OnGitHub = {
    client,
    owner: 'acme',
    repo: 'access',
    repositoryId: github.repositoryId,
    branch: 'main',
    ledgerBranch: 'access-ledger',
    appId: APP_ID,
    appSlug: SLUG,
  };
  const marks = createOwnMarks(SLUG);
  const host = createReviewHost(on, clock, marks);
  let seen = 0;
  return {
    github,
    clients,
    privateKey: keys.privateKey,
    on,
    host,
    directory: createDirectory({ client, organization: 'acme', marks }),
    clock,
    advance: (seconds) => {
      milliseconds += seconds * 1_000;
    },
    async open(head = 'topic', by = 'alice') {
      await github.as(by).push(head, { [`${head}.txt`]: `${head}\n` });
      return github.as(by).openPullRequest({ head });
    },
    async pull(number) {
      const pull = await host.pullRequest(number);
      if (pull === undefined) throw new Error(`there is no pull request ${number}`);
      return pull;
    },
    async facts(number) {
      const facts = await host.facts(number);
      if (facts === undefined) throw new Error(`there is no pull request ${number}`);
      expect(facts).toEqual(await factsByLists(on, facts.pullRequest));
      // Twice: the first look may not know yet which branch to ask for.
      expect([await host.look(number), await host.look(number)].map((look) => look?.facts)).toEqual([
        facts,
        facts,
      ]);
      return facts;
    },
    writes() {
      const fresh = github.calls.slice(seen);
      seen = github.calls.length;
      return fresh.flatMap(({ method, path, route }) => {
        if (path === '/graphql')
          return route
            .split(' ')
            .slice(1)
            .filter((field) => /^[a-z]/.test(field));
        const isWrite = method !== 'GET' && path.startsWith('/repos/');
        return isWrite ? `${method} ${path.replace('/repos/acme/access', '')}` : [];
      });
    },
    async close() {
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The same facts by the lists of REST, which are longer and of which there are many. */
async function factsByLists(on: OnGitHub, pullRequest: PullRequest): Promise<PullRequestFacts> {
  const { number, head } = pullRequest;
  const activity = await readActivity(on, pullRequest);
  const runs = await readOwnCheckRuns(on, head);
  const lists = { runs: runs.map((run) => run.started_at), events: await readEvents(on, number), activity };
  return {
    pullRequest: (await readPullRequest(on, number)) ?? pullRequest,
    reviews: await readReviews(on, number),
    attributions: await readAttributions(on, number),
    pushers: pushersAmong(activity, pullRequest),
    epoch: epochOf(pullRequest, lists),
  };
}

export const oid = (text: string): Oid => text as Oid;

/** So many commits on `main`, straight into the repository and without a push. @returns the first and the last */
export function commitChain(gitDir: string, count: number): readonly string[] {
  const who = 'alice <1001+alice@users.noreply.github.com> 1935748800 +0000';
  const commits = Array.from({ length: count }, (_, n) => {
    const from = n === 0 ? 'from refs/heads/main\n' : '';
    return `commit refs/chain/tip\nmark :${n + 1}\nauthor ${who}\ncommitter ${who}\ndata 1\n${n % 10}\n${from}`;
  });
  const git = (args: readonly string[], input?: string): string =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { input, encoding: 'utf8' });
  git(['fast-import', '--quiet'], commits.join('\n'));
  const all = git(['rev-list', '--reverse', 'refs/heads/main..refs/chain/tip']).trim().split('\n');
  git(['update-ref', '-d', 'refs/chain/tip']);
  return [all[0] ?? '', all.at(-1) ?? ''];
}
