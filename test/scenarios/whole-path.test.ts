import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSandboxClock } from '../../src/sandbox/clock.js';
import { CATALOG, FIRST_FILES } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';
import type { LogFields } from '../../src/ports/log.js';

let dir: string;
let world: World;
const clock = createSandboxClock({ standing: true });
const lines: string[] = [];
const note = (level: string) => (message: string, fields?: LogFields) => void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-scenario-'));
  world = await startWorld({
    dir,
    clock,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    targets: new Map([['orders-db', { kind: 'memory', connection: {} }]]),
    github: {
      files: {
        ...FIRST_FILES,
        '.github/access/catalog.yaml': CATALOG.replace('kind: postgres', 'kind: memory').replace('role: app_readonly', 'name: app_readonly'),
      },
    },
  });
});

afterEach(async () => {
  await world?.close();
  await rm(dir, { recursive: true, force: true });
});

it('walks from the pull request to the end of the access', async () => {
  const month = clock.now().slice(0, 7).replace('-', '/');
  const path = `access-requests/${month}/alice-orders-db.yaml`;
  const alice = world.github.as('alice');
  await alice.push('ask', {
    [path]: 'version: 1\nsubject: alice\nentitlements: [orders-db-readonly]\nduration: 1h\njustification: "INC-1: look"\nticket: INC-1\n',
  });
  const pull = await alice.openPullRequest({ head: 'ask' });
  await world.settled();
  clock.advance(10);
  await world.github.as('bob').approve(pull);
  await world.settled();
  clock.advance(10);
  await world.github.as('carol').approve(pull);
  await world.settled();
  clock.advance(10);
  await alice.merge(pull);
  await world.settled();
  const provider = world.wired.ports.providers.get('orders-db');
  const holding = { target: 'orders-db', subject: 'alice', grant: { name: 'app_readonly' } };
  console.log(lines.join('\n'));
  console.log(world.github.calls.map((c) => `${c.method} ${c.path} ${c.status}`).join('\n'));
  expect((await provider?.observe([holding]))?.held).toHaveLength(1);
  clock.advance(3_600);
  world.running.hints.pass();
  await world.settled();
  expect((await provider?.observe([holding]))?.held).toHaveLength(0);
});
