import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.js';
import { FIRST_FILES } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';
import { readSettings } from '../../src/settings.js';
import { createLog, newSigningKey, providerKinds, runProgram } from '../../src/wire.js';
import { canRead, HALLPASS_PASSWORD, setUp } from '../adapters/providers/postgres/world.js';
import { type Cluster, postgresFlavour, startCluster } from '../support/postgres.js';

const NEXT_PASSWORDS = ['another one that nobody may see', 'a third one that is as secret'] as const;
const POLICY = `version: 1
rules:
  - { name: self-service, entitlements: ["orders-db-*"], auto_approve: true, auto_merge: true }
`;
const CATALOG = `version: 1
targets: { orders-db: { kind: postgres } }
tiers: { open: { min_approvals: 0 } }
entitlements:
  orders-db-readonly: { title: Read orders, target: orders-db, tier: open, grant: { role: app_readonly } }
  orders-db-writer: { title: Write orders, target: orders-db, tier: open, grant: { role: app_writer } }
`;
const PEOPLE = 'version: 1\npeople: { alice: { id: 1001, identities: { orders-db: alice } } }\n';

let dir: string;
let cluster: Cluster;
let world: World;
let clock: SandboxClock;
const lines: string[] = [];
const passwordFile = () => join(dir, 'password');

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-rotation-'));
  const flavour = await postgresFlavour(17);
  cluster = await startCluster(flavour);
  await setUp(cluster, flavour);
  const file = join(dir, 'hallpass.yaml');
  await writeFile(passwordFile(), `${HALLPASS_PASSWORD}\n`);
  await writeFile(join(dir, 'signing'), newSigningKey('test'));
  await writeFile(
    file,
    `version: 1
github: { app_id: 1, private_key: { env: KEY }, webhook_secret: { env: SECRET } }
repository: { owner: acme, name: access, id: 2, installation_id: 3 }
data_dir: data
signing_key: { file: signing }
targets:
  orders-db:
    kind: postgres
    host: ${cluster.host}
    port: ${cluster.port}
    database: postgres
    user: hallpass
    tls: "off"
    password: { command: [/bin/cat, ${passwordFile()}] }
`,
  );
  const env = { KEY: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----', SECRET: 's'.repeat(32) };
  const read = await readSettings({ file, env, kinds: providerKinds, run: runProgram });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  clock = createSandboxClock({ standing: true });
  const write = (line: string) => void lines.push(line);
  world = await startWorld({
    dir,
    clock,
    log: createLog({ clock, secrets: read.secrets, destination: { write } }),
    targets: read.connections,
    github: {
      files: {
        ...FIRST_FILES,
        '.github/access/policy.yaml': POLICY,
        '.github/access/catalog.yaml': CATALOG,
        '.github/access/people.yaml': PEOPLE,
      },
    },
  });
});
afterAll(async () => {
  await world?.close();
  await cluster?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function ask(entitlement: string): Promise<void> {
  const path = `access-requests/${clock.now().slice(0, 7).replace('-', '/')}/${entitlement}.yaml`;
  const alice = world.github.as('alice');
  await alice.push(entitlement, {
    [path]: `version: 1\nsubject: alice\nentitlements: [${entitlement}]\nduration: 1h\njustification: look\n`,
  });
  await alice.openPullRequest({ head: entitlement });
  await world.settled();
}

async function pass(seconds: number): Promise<void> {
  clock.advance(seconds);
  world.running.hints.pass();
  await world.settled();
}

const reads = (role: string) => canRead(cluster, 'alice', role);
const onServer = (password: string) => cluster.admin.query(`ALTER ROLE hallpass PASSWORD '${password}'`);
const inFile = (password: string) => writeFile(passwordFile(), `${password}\n`);

test('a rotated password of a target needs no restart, and an end that was refused is made up for', async () => {
  const [second, third] = NEXT_PASSWORDS;
  await ask('orders-db-readonly');
  expect(await reads('app_readonly')).toBe(true);
  // Half of a rotation: the server has the new password, the file does not.
  await onServer(second);
  await ask('orders-db-writer');
  expect(await reads('app_writer')).toBe(false);
  await inFile(second);
  await pass(60);
  expect(await reads('app_writer')).toBe(true);
  await onServer(third);
  await pass(3_700);
  expect(await reads('app_readonly')).toBe(true);
  await inFile(third);
  await pass(60);
  expect([await reads('app_readonly'), await reads('app_writer')]).toEqual([false, false]);
  const log = lines.join('');
  expect(log.match(/secrets of a target were replaced/g)).toHaveLength(2);
  for (const secret of [HALLPASS_PASSWORD, second, third]) expect(log).not.toContain(secret);
});
