import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../../src/adapters/providers/memory/provider.js';
import { createMemoryTarget } from '../../src/adapters/providers/memory/target.js';
import { runPass } from '../../src/app/reconciling/run-pass.js';
import { createSandboxClock } from '../../src/sandbox/clock.js';
import { FIRST_FILES } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';
import { wireServer } from '../../src/wire.js';
import type { Metric } from '../metric.js';

const POLICY = `version: 1
rules:
  - { name: anybody, entitlements: ["*"], max_duration: 8h, auto_approve: true }
`;
const CATALOG = `version: 1
targets: { db: { kind: memory } }
tiers: { open: { min_approvals: 0 } }
entitlements:
  db-readonly: { title: Read, target: db, tier: open, grant: { name: readonly } }
`;
const PEOPLE = `version: 1
people: { alice: { id: 1001, identities: { db: alice } } }
`;
const REQUEST =
  'version: 1\nsubject: alice\nentitlements: [db-readonly]\nduration: 1h\njustification: look\n';
const silent = { info() {}, warn() {}, error() {} };

/** A pass while a grant lives and nothing happens: what it starts, and what it asks of GitHub. */
export const passIdle: Metric = {
  name: 'pass.idle',
  async measure({ folder }) {
    const clock = createSandboxClock({ standing: true });
    const target = createMemoryTarget({ clock });
    const world = await startWorld({
      dir: join(folder, 'world'),
      clock,
      log: silent,
      targets: new Map(['db', 'teams'].map((id) => [id, { kind: 'memory', connection: {} }])),
      providers: new Map([
        ['memory', { kind, create: async () => memoryProvider(target, { target: 'db' }) }],
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
    try {
      await grantOne(world, clock.now());
      const { processes, requests, calls } = await idlePass(world, folder);
      return [
        { name: 'pass.idle.processes', value: processes, unit: '', floor: 'none', target: { exactly: 0 } },
        {
          name: 'pass.idle.calls',
          value: calls,
          unit: '',
          floor: `none; beside them ${requests} requests of git's protocol, which count against no limit`,
          target: { exactly: 0 },
        },
      ];
    } finally {
      await world.close();
    }
  },
};

async function grantOne(world: World, now: string): Promise<void> {
  const path = `access-requests/${now.slice(0, 7).replace('-', '/')}/ask.yaml`;
  const alice = world.github.as('alice');
  await alice.push('ask', { [path]: REQUEST });
  await alice.merge(await alice.openPullRequest({ head: 'ask' }));
  await world.settled();
  world.running.hints.pass();
  await world.settled();
}

/** A Hallpass of its own, so that what it starts can be told from what the stand-in for GitHub starts. */
async function idlePass(world: World, folder: string) {
  const shims = join(folder, 'shims');
  const log = join(folder, 'processes');
  mkdirSync(shims);
  const git = execFileSync('which', ['git']).toString().trim();
  writeFileSync(join(shims, 'git'), `#!/bin/sh\necho "$*" >>'${log}'\nexec '${git}' "$@"\n`, { mode: 0o755 });
  const { ports, close } = await wireServer({
    ...world.serveOptions,
    dataDir: join(folder, 'data'),
    gitEnvironment: { PATH: `${shims}:${process.env.PATH}` },
  });
  const pass = () => runPass(ports, { observe: false, told: new Set() });
  try {
    for (let warm = 0; warm < 2; warm += 1) await pass();
    writeFileSync(log, '');
    const before = world.github.calls.length;
    const { live, faults } = await pass();
    if (live.length !== 1 || faults.length > 0) throw new Error('That was no idle pass.');
    const asked = world.github.calls.slice(before);
    const ofGit = asked.filter(
      ({ route }) => route.includes('git-upload-pack') || route.includes('info/refs'),
    );
    return {
      processes: readFileSync(log, 'utf8').split('\n').length - 1,
      requests: ofGit.length,
      calls: asked.filter((call) => !ofGit.includes(call) && call.status !== 304).length,
    };
  } finally {
    await close();
  }
}
