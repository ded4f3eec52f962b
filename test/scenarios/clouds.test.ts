import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProviderFactory } from '../../src/adapters/providers/deps.js';
import { providers } from '../../src/adapters/providers/index.js';
import { addSeconds } from '../../src/core/time.js';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.js';
import { FIRST_FILES } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';
import { type FakeAws, startAws } from '../adapters/providers/aws-identity-center/fake.js';
import * as aws from '../adapters/providers/aws-identity-center/world.js';
import type { FakeEntra } from '../adapters/providers/entra/fake.js';
import * as entra from '../adapters/providers/entra/world.js';
import type { FakeGoogle } from '../adapters/providers/gcp-iam/fake.js';
import * as gcp from '../adapters/providers/gcp-iam/world.js';

const POLICY = `version: 1
rules:
  - { name: self-service, entitlements: ["*"], auto_approve: true, auto_merge: true, max_duration: 1h, max_total: 2h }
`;
const CATALOG = `version: 1
targets: { aws: { kind: aws-identity-center }, gcp: { kind: gcp-iam }, corp: { kind: entra } }
tiers:
  open: { min_approvals: 0 }
  ending: { min_approvals: 0, native_expiry: required }
entitlements:
  account: { title: Read the account, target: aws, tier: open, grant: { account: "${aws.ACCOUNTS[0]}", permission_set: ${aws.SET} } }
  dataset: { title: Read the data, target: gcp, tier: ending, grant: { resource: ${gcp.PROJECT}, role: ${gcp.ROLE} } }
  group: { title: Be on call, target: corp, tier: ending, grant: { group: ${entra.GROUPS[0]}, through: pim } }
`;
const PEOPLE = `version: 1
people:
  alice: { id: 1001, identities: { aws: alice@example.com, gcp: ${gcp.ALICE}, corp: alice@example.com } }
`;

let dir: string;
let world: World;
let clock: SandboxClock;
let amazon: FakeAws;
let google: FakeGoogle;
let microsoft: FakeEntra;

/** A kind as it is, with a stand-in for the target itself. */
function factoryOf(name: string, create: ProviderFactory['create']): [string, ProviderFactory] {
  const factory = providers.get(name);
  if (factory === undefined) throw new Error(`no kind ${name}`);
  return [name, { ...factory, create }];
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-clouds-'));
  clock = createSandboxClock({ standing: true });
  amazon = await startAws();
  aws.furnish(amazon);
  google = await gcp.startFurnished();
  microsoft = await entra.startFurnished();
  for (const { state } of [google, microsoft])
    Object.defineProperty(state, 'now', { get: () => clock.now() });
  const silent = () => undefined;
  world = await startWorld({
    dir,
    clock,
    log: { info: silent, warn: silent, error: silent },
    targets: new Map([
      ['aws', { kind: 'aws-identity-center', connection: {} }],
      ['gcp', { kind: 'gcp-iam', connection: {} }],
      ['corp', { kind: 'entra', connection: {} }],
    ]),
    providers: new Map([
      ...providers,
      factoryOf('aws-identity-center', () => aws.providerFor(amazon)),
      factoryOf('gcp-iam', () => gcp.providerFor(google)),
      factoryOf('entra', () => entra.providerFor(microsoft)),
    ]),
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
  for (const fake of [amazon, google, microsoft]) fake?.close();
  await rm(dir, { recursive: true, force: true });
});

async function ask(name: string, more = ''): Promise<string> {
  const month = clock.now().slice(0, 7).replace('-', '/');
  const alice = world.github.as('alice');
  await alice.push(name, {
    [`access-requests/${month}/${name}.yaml`]: `version: 1
subject: alice
entitlements: [account, dataset, group]
duration: 1h
justification: look
${more}`,
  });
  await alice.openPullRequest({ head: name });
  await world.settled();
  return `${month}/${name}`;
}

async function after(seconds: number): Promise<void> {
  clock.advance(seconds);
  world.running.hints.pass();
  await world.settled();
}

const held = () => [
  amazon.state.assignments.some(({ PrincipalId }) => PrincipalId === aws.ALICE),
  google.allows(gcp.PROJECT, gcp.ROLE, `user:${gcp.ALICE}`),
  microsoft.isMember(entra.GROUPS[0], entra.ALICE),
];
const ends = () => [
  google.bindings(gcp.PROJECT).map(({ condition }) => condition?.expression),
  microsoft.state.assignments.flatMap(({ endDateTime: end }) =>
    end !== null && end > clock.now() ? [end] : [],
  ),
];
const endingAt = (end: string) => [[`request.time < timestamp("${end}")`], [end]];

test('three clouds grant, prolong and end together, and two of them would end by themselves', async () => {
  const begin = clock.now();
  const id = await ask('look');
  expect(held()).toEqual([true, true, true]);
  expect(ends()).toEqual(endingAt(addSeconds(begin, 3_600)));
  await after(1_800);
  await ask('longer', `extends: ${id}\n`);
  await after(1_800);
  expect(held()).toEqual([true, true, true]);
  expect(ends()).toEqual(endingAt(addSeconds(begin, 7_200)));
  // The targets' clock alone: nothing of ours has run.
  clock.advance(3_600);
  expect(held()).toEqual([true, false, false]);
  await after(1);
  expect(held()).toEqual([false, false, false]);
  expect(google.bindings(gcp.PROJECT)).toEqual([]);
});
