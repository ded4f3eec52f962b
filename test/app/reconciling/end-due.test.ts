import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext, hang } from '../../../src/adapters/providers/memory/target.js';
import { endDue } from '../../../src/app/reconciling/end-due.js';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import { applyEvent } from '../../../src/core/lifecycle/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds } from '../../../src/core/time.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';
import { until } from '../../support/manual-timer.js';
import { at } from '../entries.js';
import { activeOn, type EndsWorld, startEnds } from './ends-world.js';

let world: EndsWorld;
beforeEach(async () => {
  world = await startEnds();
});
afterEach(() => world.close());

const ID = '2026/11/alice' as RequestId;
const ends = () => endDue(world.deps, { starts: 'open' });
const target = (id: string) => {
  const found = world.targets.get(id);
  if (found === undefined) throw new Error(`no target ${id}`);
  return found;
};

describe('ends', () => {
  it('take away what is due and nothing else, and note it where it is not lost', async () => {
    world.entries = [activeOn(world, 'alice'), activeOn(world, 'bob', 'one', 61)];
    world.now = at(60);
    expect(await ends()).toBeUndefined();
    expect(world.held('one')).toEqual(['bob']);
    const [spooled] = await world.deps.spool.pending();
    expect(spooled).toEqual({
      id: ID,
      event: {
        event: 'ended',
        at: at(60),
        hostAt: addSeconds(at(60), 1),
        entitlement: 'orders-db-readonly',
        reason: 'expired',
      },
      granted: 1,
    });
    target('one').calls.length = 0;
    await ends();
    expect(target('one').calls).toEqual([]);
  });

  it('of 200 grants come in one go while another target hangs and the ledger cannot be read', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `person-${index}`);
    world.entries = [
      ...names.map((name) => activeOn(world, name, 'one')),
      ...['x', 'y', 'z'].map((name) => activeOn(world, name, 'two')),
    ];
    const release = hang(target('two'));
    world.reading = () => Promise.reject(new Retry('remote_away', '403'));
    world.now = at(60);
    const running = ends();
    await until(() => world.held('one').length === 0);
    await world.rest();
    expect(world.held('one')).toEqual([]);
    expect(await world.spooled()).toHaveLength(200);
    await world.timer.pass(10);
    await running;
    expect(await world.spooled('2026/11/x' as RequestId)).toEqual(['ending target_silent']);
    release();
    await world.rest();
    world.now = at(62);
    await ends();
    expect(world.held('two')).toEqual([]);
  });

  it('wait five seconds to learn whether another process prolonged the access, and no longer', async () => {
    world.entries = [activeOn(world, 'alice')];
    world.reading = () => new Promise(() => {});
    world.now = at(60);
    const running = ends();
    await world.rest();
    expect(world.held('one')).toEqual(['alice']);
    await world.timer.pass(5);
    await running;
    expect(world.held('one')).toEqual([]);
  });

  it('leave what another process has prolonged meanwhile', async () => {
    const short = activeOn(world, 'alice');
    const long = { ...activeOn(world, 'alice', 'one', 120), id: '2026/11/alice-longer' as RequestId };
    world.entries = [short];
    world.reading = async () => {
      world.entries = [short, long];
    };
    world.now = at(60);
    await ends();
    expect(world.held('one')).toEqual(['alice']);
  });

  it('look once more when their turn comes: a grant may have been prolonged in the meantime', async () => {
    const short = activeOn(world, 'alice');
    const long = { ...activeOn(world, 'alice', 'one', 120), id: '2026/11/alice-longer' as RequestId };
    const before = ['a', 'b', 'c', 'd'].map((name) => activeOn(world, name));
    world.entries = [...before, short];
    world.now = at(60);
    const release = hang(target('one'));
    const running = ends();
    await world.rest();
    world.entries = [...world.entries, long];
    release();
    await running;
    expect(world.held('one')).toEqual(['alice']);
  });

  it('are tried again until the target lets go, and say once each why not', async () => {
    world.entries = [activeOn(world, 'alice')];
    failNext(target('one'), 'revoke', { times: 2 });
    world.now = at(60);
    expect(await ends()).toBe(addSeconds(at(60), 5));
    expect(await ends()).toBe(addSeconds(at(60), 5));
    world.now = addSeconds(at(60), 5);
    await ends();
    expect(await world.spooled()).toEqual(['ending planted']);
    const refused = new Blocked('no_admin', 'refused', 'Give hallpass the role back.');
    failNext(target('one'), 'revoke', { fault: refused });
    world.now = addSeconds(at(60), 20);
    await ends();
    expect(world.deps.troubles.of({ id: ID, entitlement: 'orders-db-readonly' })?.unblock).toBe(
      'Give hallpass the role back.',
    );
    expect(world.log.join('\n')).toContain('Give hallpass the role back.');
    world.now = at(70);
    expect(await ends()).toBeUndefined();
    expect(await world.spooled()).toEqual(['ending planted', 'faulted no_admin', 'ended']);
    expect(world.held('one')).toEqual([]);
  });

  it('are not over before the target shows it', async () => {
    world.entries = [activeOn(world, 'alice')];
    target('one').partial = true;
    world.now = at(60);
    await ends();
    expect(await world.spooled()).toEqual(['ending partial_observation']);
  });

  it('go on where the spool is the only one that knows of an early end', async () => {
    world.entries = [activeOn(world, 'alice')];
    await world.deps.spool.append([
      { id: ID, event: { event: 'ending', at: at(1), entitlement: 'orders-db-readonly', code: 'x' } },
    ]);
    world.now = at(60);
    await ends();
    expect(await world.spooled()).toEqual(['ending x', 'ended']);
  });

  it('wait for a successor that is due, but in no case longer than half a minute', async () => {
    const first = activeOn(world, 'alice');
    const about = { entitlement: 'orders-db-readonly' };
    const scheduled: readonly GrantEvent[] = [
      { event: 'landed', at: at(0) },
      { event: 'scheduled', at: at(0), ...about },
    ];
    const unborn: Entry = {
      ...first,
      id: '2026/11/alice-next' as RequestId,
      window: { startsAt: at(60), expiresAt: at(120) },
      events: [],
      holdings: first.holdings.map(({ entitlement, holding }) => ({
        entitlement,
        holding,
        state: 'scheduled',
      })),
    };
    const successor = scheduled.reduce((grown, event) => applyEvent(grown, event), unborn);
    world.entries = [first, successor];
    const patient = () => endDue(world.deps, { starts: 'open', waitingSince: at(0) });
    world.now = addSeconds(at(60), 30);
    await patient();
    expect(world.held('one')).toEqual(['alice']);
    world.now = addSeconds(at(60), 31);
    await patient();
    expect(world.held('one')).toEqual([]);
  });
});
