import { join } from 'node:path';
import { createInProcessQueue } from '../../src/adapters/queue/in-process.js';
import { systemClock } from '../../src/adapters/system/clock.js';
import { openSpool } from '../../src/adapters/system/spool.js';
import { systemTimer } from '../../src/adapters/system/timer.js';
import { createHints, type HintDeps } from '../../src/app/hints.js';
import { createLanes } from '../../src/app/reconciling/lanes.js';
import { createTroubles } from '../../src/app/reconciling/troubles.js';
import type { Entry } from '../../src/core/grant.js';
import type { RequestId } from '../../src/core/request.js';
import { addSeconds, type Instant } from '../../src/core/time.js';
import type { Provider } from '../../src/ports/provider.js';
import { type Schedule, startSchedule } from '../../src/schedule/start-schedule.js';
import { entry, LIFE, oid } from '../../test/app/entries.js';
import { quantile } from '../measure.js';
import type { Metric } from '../metric.js';

const PENDING = 10_000;
const SECONDS = 30;
const ENDS_A_SECOND = 4;
const STALL_MILLISECONDS = 5_000;
/** Not in the middle of it, so that most of what is measured is not the stall. */
const STALL_AFTER_SECONDS = 27;

/** How long after its end access is gone, on a target that answers at once, with ten thousand grants alive. */
export const expiryLateness: Metric = {
  name: 'expiry.lateness',
  async measure({ folder }) {
    const start = addSeconds(systemClock.now(), 4);
    const { ends, late, early, schedule, hints, stop } = await startEnds(join(folder, 'ends'), start);
    const plain = plainTimers(start);
    schedule.wakeAt(start);
    hints.ends();
    await asleep(start, STALL_AFTER_SECONDS);
    block(STALL_MILLISECONDS);
    await asleep(start, SECONDS + 8);
    await stop();
    // What was due within the stall came late on both sides, and is counted apart.
    const due = ends.filter(({ second }) => second < STALL_AFTER_SECONDS - 1);
    const ours = due.map(({ id }) => late.get(id) ?? Number.POSITIVE_INFINITY);
    const floor = quantile(
      plain.filter(({ second }) => second < STALL_AFTER_SECONDS - 1).map(({ by }) => by),
      0.99,
    );
    const lost = ends.filter(({ id }) => !late.has(id)).length;
    return [
      {
        name: 'expiry.lateness',
        value: quantile(ours, 0.99) - floor,
        unit: 'ms above',
        floor: `${PENDING} plain timers of the same process, p99 ${floor.toFixed(1)} ms; ours p50 ${quantile(ours, 0.5).toFixed(1)}, p99 ${quantile(ours, 0.99).toFixed(1)} ms`,
        target: { atMost: 5 },
        spread: [Math.min(...ours) - floor, Math.max(...ours) - floor],
      },
      {
        name: 'expiry.wrong',
        value: lost + early.length,
        unit: 'ends',
        floor: `${early.length} early and ${lost} lost of ${ends.length}, with a stall of ${STALL_MILLISECONDS / 1_000} s among them`,
        target: { exactly: 0 },
      },
    ];
  },
};

interface End {
  readonly id: string;
  readonly second: number;
}

async function startEnds(dir: string, start: Instant) {
  const late = new Map<string, number>();
  const early: string[] = [];
  const held = new Set<string>();
  const ends: End[] = [];
  const entries: Entry[] = [];
  for (let n = 0; n < PENDING; n += 1) {
    const soon = n < SECONDS * ENDS_A_SECOND;
    const second = soon ? Math.floor(n / ENDS_A_SECOND) : 3_600 + n;
    const expiresAt = addSeconds(start, second);
    const id = `2026/11/end-${n}`;
    const subject = `user-${n}`;
    held.add(subject);
    if (soon) ends.push({ id, second });
    entries.push(
      entry(LIFE.slice(0, 3), {
        id: id as RequestId,
        window: { startsAt: addSeconds(start, -7_200), expiresAt },
        holdings: [
          {
            entitlement: 'orders-db-readonly',
            holding: { target: 'one', subject, grant: { name: 'reader' } },
            state: 'intended',
            preexisting: false,
          },
        ],
      }),
    );
  }
  const dues = new Map(
    entries.map(({ id, window, holdings }) => [
      holdings[0]?.holding.subject,
      { id, due: Date.parse(window?.expiresAt ?? '') },
    ]),
  );
  /** A healthy target: it answers at once, whoever else has something there. */
  const provider: Provider = {
    abilities: { enumerates: false, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
    observe: async (scope) => ({
      complete: true,
      held: scope.flatMap((holding) =>
        held.has(holding.subject) ? [{ holding, managed: 'yes' as const }] : [],
      ),
    }),
    grant: () => Promise.reject(new Error('nothing is granted here')),
    async revoke(holding) {
      const changed = held.delete(holding.subject);
      const { id, due } = dues.get(holding.subject) ?? { id: '', due: Number.NaN };
      const by = Date.now() - due;
      if (!(by >= 0)) early.push(id);
      if (!late.has(id)) late.set(id, by);
      return { changed };
    },
  };
  const snapshot = {
    head: oid('a'),
    cursor: null,
    active: entries.map((one) => ({ id: one.id, entry: one })),
  };
  const silent = { info() {}, warn() {}, error() {} };
  const queue = createInProcessQueue({ log: silent });
  let schedule: Schedule | undefined;
  const deps = {
    ledger: { known: async () => ({ snapshot, asOf: systemClock.now() }), read: async () => snapshot },
    providers: new Map([['one', provider]]),
    spool: openSpool(join(dir, 'spool'), silent),
    lanes: createLanes(),
    troubles: createTroubles(Math.random),
    clock: systemClock,
    timer: systemTimer,
    log: silent,
    host: { hostClock: () => undefined },
    notices: { tell() {} },
    rules: { alertAfterSeconds: 300 },
    directory: {},
    queue,
    inbox: { take() {} },
    key: { state: () => 'held' },
    // Recording is measured elsewhere; here no pass comes.
    pace: { note() {}, wait: () => 3_600 },
    onEnds: (wakeAt: Instant | undefined) => schedule?.wakeAt(wakeAt),
  } as unknown as HintDeps;
  const hints = createHints(deps);
  const running = startSchedule({
    expression: '0 0 29 2 *',
    clock: systemClock,
    fullEvery: 5,
    onTick() {},
    onWake: hints.ends,
  });
  schedule = running;
  const stop = async (): Promise<void> => {
    await running.stop();
    await queue.close();
  };
  return { ends, late, early, schedule: running, hints, stop };
}

/** One timer for each end, as the platform has them. */
function plainTimers(start: Instant): readonly { readonly second: number; readonly by: number }[] {
  const fired: { second: number; by: number }[] = [];
  for (let n = 0; n < PENDING; n += 1) {
    const soon = n < SECONDS * ENDS_A_SECOND;
    const second = soon ? Math.floor(n / ENDS_A_SECOND) : 3_600 + n;
    const due = Date.parse(start) + second * 1_000;
    setTimeout(() => fired.push({ second, by: Date.now() - due }), due - Date.now()).unref();
  }
  return fired;
}

function asleep(start: Instant, seconds: number): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(resolve, Date.parse(start) + seconds * 1_000 - 500 - Date.now()),
  );
}

/** Keeps the process from doing anything, as a collection of garbage or a suspended machine does. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
