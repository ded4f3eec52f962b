import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/grant.js';
import { parseRequestId } from '../../src/core/request.js';
import { addSeconds, type Instant, instantOf } from '../../src/core/time.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { type PostgresServer, startPostgres } from '../../src/sandbox/postgres.js';
import { newSigningKey, type ServerOptions, wireServer } from '../../src/wire.js';
import { bundled } from '../support/bundle.js';

const run = promisify(execFile);
const APP = { id: 4711, installationId: 77, slug: 'hallpass-crash' };
const POLICY = `version: 1
rules:
  - { name: anybody, entitlements: ["*"], max_duration: 8h, auto_approve: true }
`;
const CATALOG = `version: 1
targets: { db: { kind: postgres } }
tiers: { open: { min_approvals: 0 } }
entitlements:
  db-readonly: { title: Read, target: db, tier: open, grant: { role: app_readonly } }
`;
const PEOPLE = `version: 1
people: { alice: { id: 1001, identities: { db: alice_ro } } }
`;

let dir: string;
/** What makes one pass and is killed. */
let child: string;
/** The folder of the shim for git. */
let shims: string;
let github: SandboxGitHub;
let postgres: PostgresServer;
let admin: Client;
let options: Omit<ServerOptions, 'clock' | 'log' | 'targets'>;
let now: Instant = instantOf(Date.now() / 1_000);
let asked = 0;

const targets = () => ({
  db: {
    kind: 'postgres',
    connection: {
      host: postgres.host,
      port: postgres.port,
      database: 'postgres',
      user: 'hallpass',
      password: 'pw',
      tls: 'off',
    },
  },
});

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-crash-'));
  child = await bundled(join(import.meta.dirname, 'child.mjs'), 'crash');
  shims = join(dir, 'shims');
  await mkdir(shims);
  await copyFile(join(import.meta.dirname, 'git-shim.sh'), join(shims, 'git'));
  await writeFile(join(shims, 'real-git'), (await run('which', ['git'])).stdout.trim());
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  github = await startGitHub({
    dir: join(dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => new Date(now),
    users: [{ login: 'alice', id: 1001, permission: 'write' }],
    teams: {},
    files: {
      '.github/access/policy.yaml': POLICY,
      '.github/access/catalog.yaml': CATALOG,
      '.github/access/people.yaml': PEOPLE,
    },
    app: { ...APP, publicKey: keys.publicKey, webhookSecret: 'x'.repeat(32) },
  });
  postgres = await startPostgres({ dir: join(dir, 'postgres') });
  admin = new Client({
    host: postgres.host,
    port: postgres.port,
    user: postgres.superuser,
    password: postgres.password,
    database: 'postgres',
  });
  await admin.connect();
  for (const sql of [
    'CREATE ROLE app_readonly NOLOGIN',
    'CREATE ROLE alice_ro LOGIN',
    "CREATE ROLE hallpass LOGIN CREATEROLE PASSWORD 'pw'",
    'GRANT app_readonly TO hallpass WITH ADMIN TRUE, INHERIT FALSE, SET FALSE',
    'GRANT pg_signal_backend TO hallpass',
  ]) {
    await admin.query(sql);
  }
  options = {
    github: { apiUrl: github.url, cloneUrl: github.cloneUrl, appId: APP.id, privateKey: keys.privateKey },
    repository: {
      owner: 'acme',
      name: 'access',
      id: github.repositoryId,
      installationId: APP.installationId,
      ledgerBranch: 'access-ledger',
    },
    rules: { branch: 'main', allowForks: false, revokers: { teams: [], users: [] }, alertAfterSeconds: 300 },
    dataDir: join(dir, 'hallpass'),
    signingKey: newSigningKey('crash'),
    gitEnvironment: { PATH: `${shims}:${process.env.PATH}` },
  };
  await pass();
});

afterAll(async () => {
  await admin?.end();
  await postgres?.stop();
  await github?.close();
  await rm(dir, { recursive: true, force: true });
  await rm(dirname(child), { recursive: true, force: true });
});

/** What a pass is killed around: calls of the app and files it puts in their places, or commands of git that bring or take something away. */
type Kind = 'calls' | 'git';

/** One pass in a process of its own, killed at a point of one kind. @returns how many points there are, or `killed` when it was. */
async function pass(kind: Kind = 'calls', killAt = 0): Promise<'killed' | Readonly<Record<Kind, number>>> {
  const plan = join(dir, 'plan.json');
  const calls = kind === 'calls' ? killAt : 0;
  await writeFile(plan, JSON.stringify({ options, targets: targets(), now, killAt: calls }));
  await writeFile(join(shims, 'durable'), '');
  await writeFile(join(shims, 'kill-at'), `${kind === 'git' ? killAt : 0}`);
  try {
    const { stdout } = await run(process.execPath, [child, plan], {
      timeout: 60_000,
    });
    const report = JSON.parse(stdout) as { points: number; faults: unknown[] };
    expect(report.faults).toEqual([]);
    const commands = (await readFile(join(shims, 'durable'), 'utf8')).length;
    return { calls: report.points, git: commands * 2 };
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return 'killed';
    throw error;
  }
}

async function holders(): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT m.rolname AS name FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
     WHERE r.rolname = 'app_readonly' AND m.rolname <> 'hallpass'`,
  );
  return rows.map(({ name }) => name);
}

async function entryOf(name: string): Promise<Entry | undefined> {
  const clock = { now: () => now };
  const silent = { info() {}, warn() {}, error() {} };
  const wired = await wireServer({
    ...options,
    dataDir: join(dir, 'reader'),
    targets: new Map(),
    clock,
    log: silent,
  });
  await wired.ports.ledger.read();
  const id = parseRequestId(name);
  const entry = id && (await wired.ports.ledger.entry(id));
  await wired.close();
  return entry;
}

/** A request that has landed and waits for a pass. @returns its id */
async function land(): Promise<string> {
  asked += 1;
  const id = `${now.slice(0, 7).replace('-', '/')}/ask-${asked}`;
  const document =
    'version: 1\nsubject: alice\nentitlements: [db-readonly]\nduration: 1h\njustification: look\n';
  const alice = github.as('alice');
  await alice.push(`ask-${asked}`, { [`access-requests/${id}.yaml`]: document });
  await alice.merge(await alice.openPullRequest({ head: `ask-${asked}` }));
  return id;
}

/** What is left of a grant's life, whatever happened on the way. */
function lifeOf(entry: Entry | undefined) {
  const holdings = entry?.holdings.map(({ state, reason, preexisting }) => ({ state, reason, preexisting }));
  return { events: entry?.events.map(({ event }) => event), holdings };
}

describe('killed anywhere and started again', () => {
  let granting: Readonly<Record<Kind, number>>;
  let ending: Readonly<Record<Kind, number>>;
  let expected: ReturnType<typeof lifeOf>;

  beforeAll(async () => {
    const calm = await land();
    const [first, second] = [await pass(), await inAnHour(() => pass())];
    if (first === 'killed' || second === 'killed') throw new Error('nobody asked for that');
    [granting, ending] = [first, second];
    expected = lifeOf(await entryOf(calm));
    expect(expected.events).toEqual(['landed', 'intended', 'granted', 'ended']);
    expect(granting.calls).toBeGreaterThanOrEqual(12);
    expect(ending.calls).toBeGreaterThanOrEqual(12);
    expect(granting.git).toBeGreaterThanOrEqual(6);
    expect(ending.git).toBeGreaterThanOrEqual(2);
  });

  it.each<Kind>(['calls', 'git'])(
    'grants and ends exactly as if nothing had happened: %s',
    {
      timeout: 900_000,
    },
    async (kind) => {
      for (let point = 1; point <= Math.max(granting[kind], ending[kind]); point += 1) {
        const id = await land();
        const killedGranting = (await pass(kind, point)) === 'killed';
        expect(killedGranting, `grant, point ${point}`).toBe(point <= granting[kind]);
        await pass();
        expect(await holders(), `granted after a crash at point ${point}`).toEqual(['alice_ro']);
        const killedEnding = (await inAnHour(() => pass(kind, point))) === 'killed';
        expect(killedEnding, `end, point ${point}`).toBe(point <= ending[kind]);
        await pass();
        expect(await holders(), `ended after a crash at point ${point}`).toEqual([]);
        expect(lifeOf(await entryOf(id)), `the ledger after crashes at point ${point}`).toEqual(expected);
      }
    },
  );
});

function inAnHour<T>(work: () => Promise<T>): Promise<T> {
  now = addSeconds(now, 3_600);
  return work();
}
