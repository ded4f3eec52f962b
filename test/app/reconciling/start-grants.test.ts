import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hang } from '../../../src/adapters/providers/memory/target.js';
import { endDue } from '../../../src/app/reconciling/end-due.js';
import { type Journal, openJournal } from '../../../src/app/reconciling/journal.js';
import { startGrants } from '../../../src/app/reconciling/start-grants.js';
import type { Entry } from '../../../src/core/grant.js';
import { claimsOf } from '../../../src/core/reconcile/claim.js';
import { planOf, type Step } from '../../../src/core/reconcile/plan.js';
import type { RequestId } from '../../../src/core/request.js';
import { at } from '../entries.js';
import { activeOn, type EndsWorld, startEnds } from './ends-world.js';

let world: EndsWorld;
let journal: Journal;
beforeEach(async () => {
  world = await startEnds();
});
afterEach(() => world.close());

const ID = '2026/11/alice' as RequestId;
const one = () => {
  const target = world.targets.get('one');
  if (target === undefined) throw new Error('no target');
  return target;
};

/** What a pass would grant, when everything was found to be missing. */
async function stepsFor(entries: readonly Entry[]): Promise<readonly Step[]> {
  world.entries = entries;
  const snapshot = await world.deps.ledger.read();
  journal = openJournal(world.deps.ledger, snapshot);
  const claims = claimsOf(entries, world.now);
  const missing = new Set(claims.map(({ key }) => key));
  for (const target of world.targets.values()) target.granted.clear();
  return planOf(claims, { now: world.now, missing, starts: 'settled' }).steps;
}

const events = () => journal.entry(ID)?.events.map(({ event, code }) => `${event} ${code ?? ''}`.trim());

describe('grants', () => {
  it('are given while they are wanted', async () => {
    const steps = await stepsFor([activeOn(world, 'alice')]);
    expect(await startGrants(world.deps, journal, steps)).toEqual([]);
    expect(world.held('one')).toEqual(['alice']);
    expect(events()?.at(-1)).toBe('granted missing');
  });

  it.each([
    ['its end came while it waited for its turn', { now: () => at(60) }],
    ['somebody asked for its end meanwhile', { entries: () => world.entries.map(endRequested) }],
    ['another process ended it meanwhile', { entries: () => [] }],
  ])('are not given when %s', async (_, meanwhile) => {
    const steps = await stepsFor([activeOn(world, 'alice')]);
    const release = hang(one());
    // Somebody else's call about the same holding is still without an answer.
    void world.deps.lanes.run(turnOf(steps), () => world.deps.providers.get('one')!.observe([]));
    const granting = startGrants(world.deps, journal, steps);
    await world.rest();
    if ('now' in meanwhile) world.now = meanwhile.now();
    else world.entries = meanwhile.entries();
    const ending = endDue(world.deps, { starts: 'open' });
    await world.rest();
    release();
    await Promise.all([granting, ending]);
    expect(world.held('one')).toEqual([]);
    expect(events()?.at(-1)).toBe('granted');
  });

  it('on a target that hangs are left to the next pass, and delay no other target', async () => {
    const hanging = { ...activeOn(world, 'bob', 'two'), id: '2026/11/bob' as RequestId };
    const steps = await stepsFor([activeOn(world, 'alice'), hanging]);
    const two = world.targets.get('two');
    if (two === undefined) throw new Error('no target');
    const release = hang(two);
    const granting = startGrants(world.deps, journal, steps);
    await world.rest();
    expect(world.held('one')).toEqual(['alice']);
    await world.timer.pass(10);
    expect((await granting).map(({ id }) => id)).toEqual(['2026/11/bob']);
    expect(journal.entry('2026/11/bob' as RequestId)?.events.at(-1)).toMatchObject({ code: 'target_silent' });
    release();
  });
});

function turnOf(steps: readonly Step[]) {
  const [step] = steps;
  if (step?.step !== 'grant') throw new Error('no grant was planned');
  const about = claimsOf(world.entries, world.now)[0]?.key ?? '';
  return { target: 'one', about, urgency: 'other', width: 4 } as const;
}

function endRequested(entry: Entry): Entry {
  const event = { event: 'end_requested', at: at(1), reason: 'revoked' } as const;
  return { ...entry, events: [...entry.events, event] };
}
