import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LEDGER_PRINCIPAL } from '../../src/adapters/git/commit.js';
import { allowedSignersLine, newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { verifyLedger } from '../../src/app/auditing/verify-ledger.js';
import { parseEntry } from '../../src/documents/entry.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { openLedgerHistory, providerKinds } from '../../src/wire-offline.js';
import type { Cluster } from './postgres.js';

const APP = { id: 4711, installationId: 77, slug: 'hallpass-fleet' };
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
const PEOPLE_OF = (logins: readonly string[]): string =>
  `version: 1\npeople:\n${logins.map((login, n) => `  ${login}: { id: ${1001 + n}, identities: { db: ${login}_ro } }`).join('\n')}\n`;

export interface Fleet {
  readonly github: SandboxGitHub;
  readonly signingKey: string;
  /** Everybody the policy knows. */
  readonly people: readonly string[];
  /** How many deliveries were answered with 2xx so far. */
  readonly accepted: () => number;
  /** Starts a replica, and waits until it listens. */
  start(replica: number): Promise<void>;
  /** By SIGKILL, with what it had begun of git. */
  kill(replica: number): Promise<void>;
  signal(replica: number, signal: NodeJS.Signals): void;
  isUp(replica: number): boolean;
  /** Of the process. */
  pid(replica: number): number | undefined;
  /** Who works on the repository, by the locks in the database. */
  holder(): Promise<number | undefined>;
  /** Logins that hold the role on the target. */
  holders(): Promise<readonly string[]>;
  /** Lines of all logs. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly dir: string;
  /** The queue and the target. */
  readonly cluster: Cluster;
  readonly people?: readonly string[];
  /** The heartbeat. */
  readonly schedule?: string;
}

interface Replica {
  readonly process: ChildProcess;
  readonly url: string;
}

/** Real processes of `hallpass serve` on one stand-in for GitHub, behind what spreads deliveries over them. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { dir, cluster, people = ['alice'], schedule = '*/5 * * * * *' } = options;
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const webhookSecret = randomBytes(32).toString('hex');
  const github = await startGitHub({
    dir: join(dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => new Date(),
    users: people.map((login, n) => ({ login, id: 1001 + n, permission: 'write' as const })),
    teams: {},
    files: {
      '.github/access/policy.yaml': POLICY,
      '.github/access/catalog.yaml': CATALOG,
      '.github/access/people.yaml': PEOPLE_OF(people),
    },
    app: { ...APP, publicKey: keys.publicKey, webhookSecret },
  });
  await layOutTarget(cluster, people);
  const signingKey = newPrivateKey('fleet');
  writeFileSync(join(dir, 'app.pem'), keys.privateKey);
  writeFileSync(join(dir, 'signing'), signingKey);
  writeFileSync(join(dir, 'password'), 'pw');
  const replicas = new Map<number, Replica>();
  const log: string[] = [];
  const balancer = await startBalancer(() => [...replicas.values()].map(({ url }) => url));
  github.setWebhookUrl(`${balancer.url}/api/github/webhooks`);

  const end = async (replica: number, signal: NodeJS.Signals): Promise<void> => {
    const running = replicas.get(replica);
    if (running === undefined) return;
    replicas.delete(replica);
    const gone = once(running.process, 'exit');
    process.kill(-(running.process.pid ?? 0), signal);
    if (signal === 'SIGTERM') setTimeout(() => running.process.kill('SIGKILL'), 20_000).unref();
    await gone;
  };

  return {
    github,
    signingKey,
    people,
    log,
    accepted: balancer.accepted,
    async start(replica) {
      const folder = join(dir, `replica-${replica}`);
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'hallpass.yaml');
      writeFileSync(file, settingsOf({ github, cluster, folder: dir, data: folder, schedule }));
      const { superuser, password, host, port } = cluster;
      const database = `postgres://${superuser}:${password}@${host}:${port}/postgres?application_name=replica-${replica}`;
      const child = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--settings', file], {
        env: { PATH: process.env.PATH, SECRET: webhookSecret, DATABASE_URL: database },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own: what it started of git goes with it.
        detached: true,
      });
      child.stderr.on('data', (text) =>
        log.push(
          ...`${text}`
            .split('\n')
            .filter(Boolean)
            .map((line) => `${replica} ${line}`),
        ),
      );
      const url = await new Promise<string>((resolve, reject) => {
        let out = '';
        child.stdout.on('data', (text) => {
          out += text;
          const [, found] = /listens on (\S+);/.exec(out) ?? [];
          if (found !== undefined) resolve(found);
        });
        child.once('exit', () =>
          reject(new Error(`replica ${replica} did not start:\n${log.slice(-5).join('\n')}`)),
        );
      });
      replicas.set(replica, { process: child, url });
    },
    kill: (replica) => end(replica, 'SIGKILL'),
    signal(replica, signal) {
      replicas.get(replica)?.process.kill(signal);
    },
    isUp: (replica) => replicas.has(replica),
    pid: (replica) => replicas.get(replica)?.process.pid,
    async holder() {
      const { rows } = await cluster.admin.query<{ name: string }>(HOLDER);
      const [, replica] = /^replica-(\d+)$/.exec(rows[0]?.name ?? '') ?? [];
      return replica === undefined ? undefined : Number(replica);
    },
    async holders() {
      const { rows } = await cluster.admin.query<{ name: string }>(HOLDERS);
      return rows.map(({ name }) => name.replace(/_ro$/, '')).toSorted();
    },
    async close() {
      await Promise.all([...replicas.keys()].map((replica) => end(replica, 'SIGTERM')));
      await balancer.close();
      await github.close();
    },
  };
}

/** 0x4850 is the class of keys that are held. */
const HOLDER = `
  SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid::bigint >> 16 = ${0x4850}`;
const HOLDERS = `
  SELECT m.rolname AS name FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
  WHERE r.rolname = 'app_readonly' AND m.rolname <> 'hallpass'`;

async function layOutTarget({ admin }: Cluster, people: readonly string[]): Promise<void> {
  for (const sql of [
    'CREATE ROLE app_readonly NOLOGIN',
    ...people.map((login) => `CREATE ROLE ${login}_ro LOGIN`),
    "CREATE ROLE hallpass LOGIN CREATEROLE PASSWORD 'pw'",
    'GRANT app_readonly TO hallpass WITH ADMIN OPTION',
    'GRANT pg_signal_backend TO hallpass',
  ]) {
    await admin.query(sql);
  }
}

interface Place {
  readonly github: SandboxGitHub;
  readonly cluster: Cluster;
  readonly folder: string;
  readonly data: string;
  readonly schedule: string;
}

const settingsOf = ({ github, cluster, folder, data, schedule }: Place): string => `version: 1
github:
  host: ${github.url}
  app_id: ${APP.id}
  private_key: { file: ${folder}/app.pem }
  webhook_secret: { env: SECRET }
repository: { owner: acme, name: access, id: ${github.repositoryId}, installation_id: ${APP.installationId} }
server: { port: 0 }
data_dir: ${data}/data
signing_key: { file: ${folder}/signing }
schedule: '${schedule}'
targets:
  db:
    kind: postgres
    host: ${cluster.host}
    port: ${cluster.port}
    database: postgres
    user: hallpass
    password: { file: ${folder}/password }
    tls: 'off'
`;

/** Hands each delivery to one replica after the other, until one of them takes it. */
async function startBalancer(urls: () => readonly string[]) {
  let accepted = 0;
  let turn = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const all = urls();
      turn += 1;
      for (let n = 0; n < all.length; n += 1) {
        const status = await pass(String(all[(turn + n) % all.length]), request, Buffer.concat(parts));
        if (status === undefined || status >= 500) continue;
        if (status < 300) accepted += 1;
        response.writeHead(status).end();
        return;
      }
      response.writeHead(503).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted: () => accepted,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function pass(
  url: string,
  { method, url: path, headers }: { method?: string | undefined; url?: string | undefined; headers: object },
  body: Buffer,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = {
      headers: { ...headers, connection: 'close' },
      ...(method === undefined ? {} : { method }),
    };
    const forwarded = httpRequest(new URL(path ?? '/', url), options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    forwarded.on('error', () => resolve(undefined));
    forwarded.end(body);
  });
}

const git = ({ github }: Fleet, ...argv: readonly string[]): string =>
  execFileSync('git', ['-C', github.gitDir, ...argv], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

export function ledgerExists(fleet: Fleet): boolean {
  return git(fleet, 'for-each-ref', 'refs/heads/access-ledger') !== '';
}

/** What the ledger on GitHub says of a grant so far. */
export function eventsOf(fleet: Fleet, id: string): readonly string[] {
  const path = `grants/${id}.yaml`;
  if (!ledgerExists(fleet) || git(fleet, 'ls-tree', 'access-ledger', path) === '') return [];
  const parsed = parseEntry(Buffer.from(git(fleet, 'show', `access-ledger:${path}`)), path);
  return 'value' in parsed ? parsed.value.events.map(({ event }) => event) : ['unreadable'];
}

/** Proves the ledger as an auditor would, every decision made again. */
export async function proved(fleet: Fleet) {
  const history = await openLedgerHistory(fleet.github.gitDir);
  try {
    const signers = `${allowedSignersLine(LEDGER_PRINCIPAL, signerFromPrivateKey(fleet.signingKey).publicKey)}\n`;
    return await verifyLedger({ history, signers, kinds: providerKinds, replay: true });
  } finally {
    await history.close();
  }
}

/** Until something is so in the world; each look asks the database, so nothing spins. */
export async function untilSo(
  { fleet, cluster, what }: { readonly fleet: Fleet; readonly cluster: Cluster; readonly what: string },
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let turn = 0; turn < 12_000; turn += 1) {
    if (await condition()) return;
    await cluster.admin.query('SELECT pg_sleep(0.005)');
  }
  const telling = fleet.log.filter((line) => !line.includes('setup finding')).slice(-15);
  throw new Error(`never: ${what}\n${telling.join('\n')}`);
}

/** Pushes a request of somebody and opens its pull request. */
export async function ask(
  fleet: Fleet,
  login: string,
  name: string,
): Promise<{ readonly id: string; readonly pull: number }> {
  const id = `${new Date().toISOString().slice(0, 7).replace('-', '/')}/${name}`;
  const document = `version: 1\nsubject: ${login}\nentitlements: [db-readonly]\nduration: 1h\njustification: look\n`;
  const actor = fleet.github.as(login);
  await actor.push(name, { [`access-requests/${id}.yaml`]: document });
  return { id, pull: await actor.openPullRequest({ head: name }) };
}
