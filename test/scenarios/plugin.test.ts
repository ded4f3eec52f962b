import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.js';
import { FIRST_FILES } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';

const PLUGIN = fileURLToPath(new URL('../../examples/plugins/group-files.sh', import.meta.url));
const POLICY = `version: 1
rules:
  - { name: self-service, entitlements: [legacy-readers], auto_approve: true, auto_merge: true }
`;
const CATALOG = `version: 1
targets: { legacy: { kind: exec } }
tiers: { open: { min_approvals: 0 } }
entitlements:
  legacy-readers: { title: Read the legacy system, target: legacy, tier: open, grant: { group: readers } }
`;
const PEOPLE = 'version: 1\npeople: { alice: { id: 1001, identities: { legacy: alice } } }\n';

let dir: string;
let world: World;
let clock: SandboxClock;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-plugin-'));
  await mkdir(join(dir, 'groups'));
  await writeFile(join(dir, 'people'), 'alice\n');
  await writeFile(join(dir, 'groups', 'readers'), 'root\n');
  clock = createSandboxClock({ standing: true });
  const silent = () => undefined;
  world = await startWorld({
    dir,
    clock,
    log: { info: silent, warn: silent, error: silent },
    targets: new Map([
      ['legacy', { kind: 'exec', connection: { command: [PLUGIN, dir], abilities: { enumerates: true } } }],
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
  await rm(dir, { recursive: true, force: true });
});

const readers = () => readFile(join(dir, 'groups', 'readers'), 'utf8');

test('a shell script grants and ends, and approvers are told no more of it than holds for any plugin', async () => {
  const path = `access-requests/${clock.now().slice(0, 7).replace('-', '/')}/look.yaml`;
  const alice = world.github.as('alice');
  await alice.push('look', {
    [path]: 'version: 1\nsubject: alice\nentitlements: [legacy-readers]\nduration: 1h\njustification: look\n',
  });
  const pull = await alice.openPullRequest({ head: 'look' });
  await world.settled();
  expect(await readers()).toBe('root\nalice # hallpass\n');
  const answer = await fetch(`${world.github.url}/repos/acme/access/issues/${pull}/comments`, {
    headers: { authorization: `Bearer ${world.github.token('bob')}` },
  });
  const comments = (await answer.json()) as { body: string }[];
  expect(comments.map(({ body }) => body).join('\n')).toMatch(/only Hallpass ends it on .*legacy.*may go on/);
  clock.advance(3_700);
  world.running.hints.pass();
  await world.settled();
  expect(await readers()).toBe('root\n');
});
