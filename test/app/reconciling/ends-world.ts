import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryProvider } from '../../../src/adapters/providers/memory/provider.js';
import {
  createMemoryTarget,
  type MemoryTarget,
  rowKey,
} from '../../../src/adapters/providers/memory/target.js';
import { openSpool } from '../../../src/adapters/system/spool.js';
import type { EndDeps } from '../../../src/app/reconciling/end-due.js';
import { createLanes } from '../../../src/app/reconciling/lanes.js';
import { createTroubles } from '../../../src/app/reconciling/troubles.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import type { LedgerSnapshot } from '../../../src/ports/ledger.js';
import type { Provider } from '../../../src/ports/provider.js';
import type { Spool } from '../../../src/ports/spool.js';
import { createManualTimer, type ManualTimer, turns } from '../../support/manual-timer.js';
import { at, entry, LIFE, NOON, oid } from '../entries.js';

/** Ends on targets in memory, by a ledger that says what the test says. */
export interface EndsWorld {
  readonly deps: EndDeps;
  readonly timer: ManualTimer;
  readonly log: string[];
  readonly targets: ReadonlyMap<string, MemoryTarget>;
  /** Live entries as the ledger has them. */
  entries: readonly Entry[];
  /** What reading the ledger does; as fast as nothing where it is not set. */
  reading: () => Promise<void>;
  now: Instant;
  held(target: string): readonly string[];
  /** Lets everything happen that needs no waiting but for the disk. */
  rest(): Promise<void>;
  /** Codes and events that wait to be recorded, of one grant. */
  spooled(id?: RequestId): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** An active grant of `reader` on a target, from noon for so many minutes, that the target holds. */
export function activeOn(world: EndsWorld, name: string, target = 'one', minutes = 60): Entry {
  const holding = { target, subject: name, grant: { name: 'reader' } };
  const row = { subject: name, name: 'reader' };
  world.targets.get(target)?.granted.set(rowKey(row), { ...row, until: at(minutes) });
  return entry(LIFE.slice(0, 3), {
    id: `2026/11/${name}` as RequestId,
    window: { startsAt: NOON, expiresAt: at(minutes) },
    holdings: [{ entitlement: 'orders-db-readonly', holding, state: 'intended', preexisting: false }],
  });
}

export async function startEnds(): Promise<EndsWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-ends-'));
  const log: string[] = [];
  const note = (message: string, fields: object = {}) =>
    void log.push(`${message} ${JSON.stringify(fields)}`);
  const { spool, rest } = watched(openSpool(join(dir, 'spool'), { info: note, warn: note, error: note }));
  const timer = createManualTimer(rest);
  const clock = { now: () => world.now };
  const targets = new Map(['one', 'two'].map((id) => [id, createMemoryTarget({ clock })]));
  for (const target of targets.values()) target.neverExpires = true;
  const providers = new Map<string, Provider>(
    [...targets].map(([id, target]) => [
      id,
      memoryProvider(target, { target: id, timeoutMilliseconds: 2 ** 30 }),
    ]),
  );
  let readAt = NOON;
  /** One snapshot for one list of entries, as the ledger keeps the one it read last. */
  const snapshots = new WeakMap<readonly Entry[], LedgerSnapshot>();
  const snapshotNow = (): LedgerSnapshot => {
    const active = world.entries.map((one) => ({ id: one.id, entry: one }));
    const snapshot = snapshots.get(world.entries) ?? { head: oid('a'), cursor: null, active };
    snapshots.set(world.entries, snapshot);
    return snapshot;
  };
  const nobody = async (): Promise<never> => {
    throw new Error('an end needs nothing but what is known');
  };
  const world: EndsWorld = {
    timer,
    log,
    targets,
    entries: [],
    reading: async () => {},
    now: NOON,
    deps: {
      ledger: {
        known: async () => ({ snapshot: snapshotNow(), asOf: readAt }),
        async read() {
          await world.reading();
          readAt = world.now;
          return snapshotNow();
        },
        entry: nobody,
        accessReviewsOf: async () => [],
        filedIn: nobody,
        append: nobody,
      },
      providers,
      spool,
      lanes: createLanes(),
      troubles: createTroubles(() => 1),
      clock,
      timer,
      log: { info: note, warn: note, error: note },
      host: { hostClock: () => addSeconds(world.now, 1) },
    },
    held: (target) => [...(targets.get(target)?.granted.values() ?? [])].map(({ subject }) => subject),
    async spooled(id) {
      const all = await world.deps.spool.pending();
      const own = all.filter((one) => id === undefined || one.id === id);
      return own.map(({ event }) => [event.event, event.code].filter(Boolean).join(' '));
    },
    rest,
    close: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
  return world;
}

/** A spool, and what lets everything happen that waits for nothing but its disk. */
function watched(spool: Spool): { readonly spool: Spool; readonly rest: () => Promise<void> } {
  let busy = 0;
  const during = async <T>(work: Promise<T>): Promise<T> => {
    busy += 1;
    try {
      return await work;
    } finally {
      busy -= 1;
    }
  };
  return {
    spool: {
      pending: () => during(spool.pending()),
      pendingOf: (id) => during(spool.pendingOf(id)),
      append: (spooled) => during(spool.append(spooled)),
      settle: (spooled) => during(spool.settle(spooled)),
    },
    async rest() {
      do await turns();
      while (busy > 0);
    },
  };
}
