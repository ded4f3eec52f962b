import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createMemoryTarget, hang, type MemoryTarget } from '../../src/adapters/providers/memory/target.js';
import type { SandboxClock } from '../../src/sandbox/clock.js';
import { PEOPLE, type Scenario, startScenario } from './scenario.js';

/** 200 grants end in the same second, while one of four targets hangs and GitHub answers 403 to everything, git over HTTP included. */

const GRANTS = 200;
const A_PULL = 5;
const TARGETS = ['db-0', 'db-1', 'db-2', 'db-3'];
const HANGING = 'db-3';

const POLICY = `version: 1
rules:
  - { name: anybody, entitlements: ["*"], max_duration: 2h, auto_approve: true }
`;
/** A thing for every grant, so that none covers another. */
const thing = (grant: number): string =>
  `  thing-${grant}: { title: Thing ${grant}, target: ${targetOf(grant)}, tier: open, grant: { name: thing-${grant} } }`;
const CATALOG = [
  'version: 1',
  'targets:',
  ...TARGETS.map((id) => `  ${id}: { kind: memory }`),
  'tiers:',
  '  open: { min_approvals: 0 }',
  'entitlements:',
  ...numbers(GRANTS).map(thing),
  '',
].join('\n');

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}

function targetOf(grant: number): string {
  return TARGETS[grant % TARGETS.length] ?? '';
}

/** Four targets that leave ending to Hallpass. */
function fourTargets(clock: SandboxClock): Map<string, MemoryTarget> {
  return new Map(TARGETS.map((id) => [id, { ...createMemoryTarget({ clock }), neverExpires: true }]));
}

/** Grants in 40 merges of five requests; all end in the same second, whenever they were merged. */
async function grantAll(scenario: Scenario): Promise<void> {
  const { github } = scenario.world;
  const start = new Date(scenario.clock.date().getTime() + 1_800_000).toISOString().replace(/\.\d+/, '');
  const alice = github.as('alice');
  github.hooks.pause();
  for (const pull of numbers(GRANTS / A_PULL)) {
    const mine = numbers(A_PULL).map((one) => pull * A_PULL + one);
    const files = mine.map((grant) => [
      scenario.path(`grant-${grant}`),
      scenario.document({ entitlements: [`thing-${grant}`], more: [`start: ${start}`] }),
    ]);
    await alice.push(`pull-${pull}`, Object.fromEntries(files));
    await alice.merge(await alice.openPullRequest({ head: `pull-${pull}` }));
  }
  github.hooks.drop();
  github.hooks.resume(() => []);
  github.hooks.clear();
  await scenario.pass();
  await scenario.after(1_800);
}

async function ledgerCommits(scenario: Scenario): Promise<number> {
  const { stdout } = await promisify(execFile)('git', [
    '--git-dir',
    scenario.world.github.gitDir,
    'rev-list',
    '--count',
    'access-ledger',
  ]);
  return Number(stdout);
}

const pushes = (scenario: Scenario): number =>
  scenario.world.github.calls.filter(
    ({ route, status }) => route.includes('git-receive-pack') && status === 200,
  ).length;

it('every grant ends in its second, but those on a target that hangs, and the ledger has it all once GitHub answers', {
  timeout: 1_800_000,
}, async () => {
  let targets = new Map<string, MemoryTarget>();
  const scenario = await startScenario({
    policy: POLICY,
    catalog: CATALOG,
    people: PEOPLE.replaceAll(/, identities: \{[^}]*\}/g, ''),
    targets(clock) {
      targets = fourTargets(clock);
      return targets;
    },
    timeoutMilliseconds: 10,
  });
  scenario.auditMayFind('ended_late');
  const held = (id: string): number => targets.get(id)?.granted.size ?? 0;
  const elsewhere = (): number =>
    TARGETS.filter((id) => id !== HANGING).reduce((sum, id) => sum + held(id), 0);
  const share = GRANTS / TARGETS.length;
  await grantAll(scenario);
  expect(TARGETS.map(held)).toEqual(TARGETS.map(() => share));

  const release = hang(targets.get(HANGING) as MemoryTarget);
  const { github } = scenario.world;
  github.api.fail(undefined, 403, Number.POSITIVE_INFINITY);
  const commits = await ledgerCommits(scenario);
  await scenario.after(3_600);
  const ended = scenario.clock.now();
  expect(elsewhere(), 'what is left on the targets that answer').toBe(0);
  expect(held(HANGING)).toBe(share);
  expect(await ledgerCommits(scenario)).toBe(commits);

  scenario.clock.advance(600);
  release();
  await scenario.pass();
  expect(held(HANGING), 'what is left on the target that hung, once it answers').toBe(0);

  scenario.clock.advance(600);
  github.api.clear();
  const before = pushes(scenario);
  await scenario.pass();
  await scenario.pass();
  for (const grant of numbers(GRANTS)) {
    const entry = await scenario.entry(`grant-${grant}`);
    const end = entry?.events.find(({ event }) => event === 'ended');
    expect(entry?.holdings, `grant-${grant}`).toMatchObject([{ state: 'ended', reason: 'expired' }]);
    // On time and saying so: the entry names the second in which it ended, not the one in which it could be written down.
    if (targetOf(grant) !== HANGING) expect(end?.at, `grant-${grant}`).toBe(ended);
  }
  expect(pushes(scenario) - before, 'pushes of the ledger').toBeLessThanOrEqual(5);
  await scenario.close();
});
