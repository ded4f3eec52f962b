import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInProcessQueue } from '../../src/adapters/queue/in-process.js';
import { createHints, type HintDeps } from '../../src/app/hints.js';
import type { Instant } from '../../src/core/time.js';
import { at } from './entries.js';
import { activeOn, type EndsWorld, startEnds } from './reconciling/ends-world.js';

let world: EndsWorld;
beforeEach(async () => {
  world = await startEnds();
});
afterEach(() => world.close());

it('the next end is waited for as soon as one is over, although no pass comes', async () => {
  world.entries = [activeOn(world, 'alice', 'one', 60), activeOn(world, 'bob', 'one', 90)];
  const wakes: (Instant | undefined)[] = [];
  const queue = createInProcessQueue({ log: world.deps.log });
  const hints = createHints({
    ...world.deps,
    queue,
    inbox: { take() {} },
    key: { state: () => 'held' },
    directory: {},
    notices: { tell() {} },
    rules: { alertAfterSeconds: 300 },
    pace: { note() {}, wait: () => 3_600 },
    onEnds: (wakeAt: Instant | undefined) => void wakes.push(wakeAt),
  } as unknown as HintDeps);
  world.now = at(60);
  hints.ends();
  await queue.idle();
  expect(world.held('one')).toEqual(['bob']);
  // A quarter of an hour before it ends its holder is told.
  expect(wakes).toEqual([at(75)]);
  world.now = at(75);
  hints.ends();
  await queue.idle();
  expect(wakes.at(-1)).toBe(at(90));
  await queue.close();
});
