import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext, openSession, rowKey } from '../../src/adapters/providers/memory/target.js';
import { runPass } from '../../src/app/reconciling/run-pass.js';
import { lookAtTargets } from '../../src/app/targets/look-at-targets.js';
import { holdingsNow } from '../../src/app/targets/observe-targets.js';
import { removeOrphans } from '../../src/app/targets/remove-orphans.js';
import { CATALOG_PATH } from '../../src/core/pull-request.js';
import { type DriftReport, reportOf } from '../../src/core/reconcile/report.js';
import { addSeconds } from '../../src/core/time.js';
import { Retry } from '../../src/ports/fault.js';
import { filesIn } from './ledger-files.js';
import { MEMORY_CATALOG, type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const READONLY = 'app_readonly';
const lines = (message: string) => scenario.log.filter((line) => line.includes(` ${message} `));
const records = () => filesIn(scenario.world.github.gitDir, 'orphans');

/** What Hallpass left on the target and nobody knows of. */
function leave(subject: string, name = READONLY): void {
  const row = { subject, name };
  scenario.target.granted.set(rowKey(row), { ...row, until: addSeconds(scenario.clock.now(), 86_400) });
}

/** A pass that looks at the targets. */
async function look(): Promise<void> {
  scenario.clock.advance(60);
  scenario.world.running.hints.sweep();
  await scenario.world.settled();
}

/** What a look without any claim reports now. */
async function reportNow(): Promise<DriftReport> {
  const { ports } = scenario.world.wired;
  const documents = await holdingsNow(ports);
  return reportOf(await lookAtTargets(ports, [], documents.catalog), {
    ...documents,
    now: ports.clock.now(),
    firstSeen: new Map(),
  });
}

async function granted(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

describe('orphans', () => {
  it('are found on a target without any live grant, removed with their sessions, and recorded', async () => {
    leave('mallory');
    openSession(scenario.target, { subject: 'mallory', name: READONLY });
    await look();
    expect(scenario.held()).toEqual([]);
    expect([...scenario.target.sessions.values()].filter((count) => count > 0)).toEqual([]);
    const written = await records();
    expect(written.map(({ path }) => path.replace(/.*z-/, ''))).toEqual([
      'orders-db-done.yaml',
      'orders-db-intended.yaml',
    ]);
    expect(written[0]?.text).toContain('subject: mallory');
    expect(written[0]?.text).toContain('entitlements: [orders-db-readonly]');
    expect(written[0]?.text).not.toContain('code:');
  });

  it('do not take what a live grant holds with them', async () => {
    await granted('mine');
    leave('mallory');
    await look();
    expect(scenario.held()).toEqual([`alice ${READONLY}`]);
  });

  it('one that cannot be removed does not keep the others, is recorded once, and is tried again', async () => {
    leave('mallory');
    leave('trent');
    failNext(scenario.target, 'revoke');
    await look();
    expect(scenario.held()).toEqual([`mallory ${READONLY}`]);
    const done = async () =>
      (await records()).filter(({ path }) => path.endsWith('-done.yaml')).map(({ text }) => text);
    expect((await done()).join('')).toMatch(/mallory[\s\S]*code: planted[\s\S]*trent/);
    failNext(scenario.target, 'revoke');
    await look();
    expect(await done()).toHaveLength(1);
    await look();
    expect(scenario.held()).toEqual([]);
    expect(await done()).toHaveLength(2);
  });

  it('stay when more would go at once than a mistake could be told from', async () => {
    const strangers = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const stranger of strangers) leave(stranger);
    await look();
    expect(scenario.held()).toHaveLength(6);
    expect(lines('orphans left alone')).toHaveLength(1);
    expect(await records()).toEqual([]);
    scenario.target.granted.delete(rowKey({ subject: 'f', name: READONLY }));
    await look();
    expect(scenario.held()).toEqual([]);
  });

  it('stay while their removal cannot be recorded, and so does everything else', async () => {
    leave('mallory');
    const { ledger } = scenario.world.wired.ports;
    const append = ledger.append.bind(ledger);
    const refuse: typeof append = async (batch) => {
      if (batch.orphans !== undefined) throw new Retry('remote_away', 'away');
      return append(batch);
    };
    Object.assign(ledger, { append: refuse });
    await look();
    expect(scenario.held()).toEqual([`mallory ${READONLY}`]);
    expect(lines('orphans not removed')).toHaveLength(1);
    Object.assign(ledger, { append });
    await look();
    expect(scenario.held()).toEqual([]);
  });

  it('one that is granted while its removal is being recorded is none any more', async () => {
    const pull = await scenario.ask('alice', 'mine');
    await scenario.approve(pull, 'bob', 'carol');
    scenario.world.github.hooks.pause();
    const other = await scenario.world.replica();
    try {
      await scenario.merge(pull);
      leave('alice');
      const { ledger } = scenario.world.wired.ports;
      const append = ledger.append.bind(ledger);
      // The other process decides and intends after this one has looked, and before it touches the target.
      const interrupted: typeof append = async (batch) => {
        if (batch.orphans?.[0]?.stage === 'intended') {
          Object.assign(ledger, { append });
          await runPass(other.ports, { observe: false, told: new Set() });
        }
        return append(batch);
      };
      Object.assign(ledger, { append: interrupted });
      const { ports } = scenario.world.wired;
      await removeOrphans(ports, await reportNow(), { claims: [], recorded: new Set() });
    } finally {
      await other.close();
    }
    expect(scenario.held()).toEqual([`alice ${READONLY}`]);
    expect((await records()).map(({ text }) => text).join('')).toContain('code: held_by_grant');
    scenario.world.github.hooks.resume();
  });

  it('are looked for on what the catalog has now, and what a grant holds by an older one is no drift', async () => {
    await granted('mine');
    const root = scenario.world.github.as('root');
    await root.push('main', {
      [CATALOG_PATH]: MEMORY_CATALOG.replace('name: app_readonly', 'name: app_reader'),
    });
    await scenario.world.settled();
    leave('mallory', 'app_reader');
    await look();
    expect(scenario.held()).toEqual([`alice ${READONLY}`]);
    expect(scenario.log.filter((line) => line.includes('"kind":"missing"'))).toEqual([]);
  });

  it('are looked for by the live grants alone while the catalog cannot be read', async () => {
    await granted('mine');
    await scenario.world.github.as('root').push('main', { [CATALOG_PATH]: 'version: 7\n' });
    await scenario.world.settled();
    leave('mallory');
    leave('trent', 'orders');
    await look();
    expect(scenario.held().toSorted()).toEqual([`alice ${READONLY}`, 'trent orders']);
    expect(lines('catalog not readable, looking by live grants alone').length).toBeGreaterThan(0);
  });
});

describe('standing privileges', () => {
  it('are reported and left as they are, and only where the catalog says exclusive', async () => {
    for (const name of [READONLY, 'orders']) {
      const row = { subject: 'eve', name };
      scenario.target.standing.set(rowKey(row), row);
    }
    await look();
    expect(scenario.log.filter((line) => line.includes('"kind":"unmanaged"'))).toEqual([
      'warn drift {"kind":"unmanaged","target":"orders-db","subject":"eve"}',
    ]);
    expect(scenario.target.standing.size).toBe(2);
    expect(await records()).toEqual([]);
  });
});

describe('issues for drift', () => {
  const OWNED = MEMORY_CATALOG.replace(
    'orders-db: { kind: memory }',
    'orders-db: { kind: memory, owners: { teams: [dba], users: [dana] } }',
  );
  const eve = { subject: 'eve', name: READONLY };
  const open = async () => (await scenario.issues()).filter(({ state }) => state === 'open');

  it('are opened for the owners, edited in place, and closed when nothing differs any more', async () => {
    await scenario.close();
    scenario = await startScenario({ catalog: OWNED, driftIssue: true });
    expect(await scenario.issues()).toEqual([]);
    scenario.target.standing.set(rowKey(eve), eve);
    await look();
    const [first] = await open();
    expect(first).toMatchObject({ title: 'Drift on orders-db', assignees: [{ login: 'dana' }] });
    expect(first?.body).toContain('`eve` has `orders-db-readonly` without a grant');
    expect(first?.body).toContain('Owners: team `dba` and `dana`.');
    const calls = () => scenario.world.github.calls.filter(({ method }) => method === 'PATCH').length;
    const before = calls();
    await look();
    expect(calls()).toBe(before);
    scenario.target.standing.set('more', { subject: 'trent', name: READONLY });
    await look();
    expect(await scenario.issues()).toHaveLength(1);
    expect((await open())[0]?.body).toContain('`trent` has');
    scenario.target.standing.clear();
    await look();
    expect(await open()).toEqual([]);
    scenario.target.standing.set(rowKey(eve), eve);
    await look();
    expect(await scenario.issues()).toHaveLength(1);
    expect(await open()).toHaveLength(1);
  });

  it('stay open while the target is away', async () => {
    await scenario.close();
    scenario = await startScenario({ driftIssue: true });
    scenario.target.standing.set(rowKey(eve), eve);
    await look();
    expect((await open())[0]?.body).toContain('The catalog names no owners.');
    failNext(scenario.target, 'observe', { times: Number.POSITIVE_INFINITY });
    await look();
    expect(await open()).toHaveLength(1);
  });

  it('are not opened for what the same pass gives back', async () => {
    await scenario.close();
    scenario = await startScenario({ driftIssue: true });
    await granted('mine');
    scenario.target.granted.clear();
    await look();
    expect(scenario.held()).toEqual([`alice ${READONLY}`]);
    expect(await scenario.issues()).toEqual([]);
  });

  it('are not kept unless the settings ask for them', async () => {
    scenario.target.standing.set(rowKey(eve), eve);
    await look();
    expect(await scenario.issues()).toEqual([]);
  });
});

describe('a target that is away', () => {
  it('hides nothing of the others and is not taken for an empty one', async () => {
    await granted('mine');
    failNext(scenario.target, 'observe', { times: Number.POSITIVE_INFINITY });
    await look();
    expect(scenario.log.filter((line) => line.includes('"kind":"missing"'))).toEqual([]);
    expect(lines('target not observed').length).toBeGreaterThan(0);
  });
});
