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

const NEXT_PASSWORD = 'another one that nobody may see';
const POLICY = `version: 1
rules:
  - { name: self-service, entitlements: [orders-db-readonly], auto_approve: true, auto_merge: true }
`;
const CATALOG = `version: 1
targets: { orders-db: { kind: postgres } }
tiers: { open: { min_approvals: 0 } }
entitlements:
  orders-db-readonly: { title: Read orders, target: orders-db, tier: open, grant: { role: app_readonly } }
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

async function ask(name: string): Promise<void> {
  const path = `access-requests/${clock.now().slice(0, 7).replace('-', '/')}/${name}.yaml`;
  const alice = world.github.as('alice');
  await alice.push(name, {
    [path]: `version: 1\nsubject: alice\nentitlements: [orders-db-readonly]\nduration: 1h\njustification: look\n`,
  });
  await alice.openPullRequest({ head: name });
  await world.settled();
}

async function pass(seconds: number): Promise<void> {
  clock.advance(seconds);
  world.running.hints.pass();
  await world.settled();
}

const reads = () => canRead(cluster, 'alice', 'app_readonly');

test('a rotated password of a target needs no restart, and an end that was refused is made up for', async () => {
  await ask('before');
  expect(await reads()).toBe(true);
  // Half of a rotation: the server has the new password, the file does not.
  await cluster.admin.query(`ALTER ROLE hallpass PASSWORD '${NEXT_PASSWORD}'`);
  await pass(3_700);
  expect(await reads()).toBe(true);
  await writeFile(passwordFile(), `${NEXT_PASSWORD}\n`);
  await pass(1);
  expect(await reads()).toBe(false);
  await ask('after');
  expect(await reads()).toBe(true);
  const log = lines.join('');
  expect(log).toContain('secrets of a target were replaced');
  expect(log).not.toContain(HALLPASS_PASSWORD);
  expect(log).not.toContain(NEXT_PASSWORD);
});
