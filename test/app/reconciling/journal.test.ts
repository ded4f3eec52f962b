import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Journal, openJournal } from '../../../src/app/reconciling/journal.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Entry, GrantEvent, Violation } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';
import { Retry } from '../../../src/ports/fault.js';
import type { ActiveEntry, Ledger, LedgerBatch } from '../../../src/ports/ledger.js';
import { at, entry, LIFE, oid } from '../entries.js';

const READ = 'orders-db-readonly';
const ONE = '2026/11/one' as RequestId;
const TWO = '2026/11/two' as RequestId;

/** A grant after the first so many events of its life: 1 landed, 2 intended, 3 granted, 4 ended. */
function grant(id: RequestId, events: number): Entry {
  return entry(LIFE.slice(0, events), { id });
}

function fault(minutes: number): GrantEvent {
  return { event: 'faulted', at: at(minutes), entitlement: READ, code: 'away' };
}

function violation(digit: string): Violation {
  return { version: 1, commit: oid(digit), at: at(0), problems: [{ code: 'mixed_landing', message: 'x' }] };
}

/** A ledger in memory: takes a batch unless somebody else changed what it is about, and fails as often as it is told to. */
class FakeLedger implements Ledger {
  readonly batches: LedgerBatch[] = [];
  readonly documents = new Map<RequestId, Entry>();
  readonly #heads: (Oid | null)[] = [null];
  readonly #changedAt = new Map<string, number>();
  failures = 0;

  async accessReviewsOf(): Promise<readonly never[]> {
    return [];
  }

  async append(batch: LedgerBatch): Promise<Oid | null> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Retry('remote_away', 'the remote is away');
    }
    const { base, since, cursor } = batch;
    const about = [
      ...batch.entries.map(({ id }) => id),
      ...(cursor === undefined ? [] : ['cursor' as const]),
    ];
    const moved = about.some(
      (one) => (this.#changedAt.get(one) ?? 0) > this.#heads.indexOf(since?.get(one) ?? base),
    );
    if (moved) throw new Retry('ledger_moved', 'somebody else changed it');
    this.batches.push(batch);
    return this.#commit(batch.entries, cursor);
  }

  /** Somebody else's commit. */
  meanwhile(one: Entry): void {
    this.#commit([one]);
  }

  #commit(entries: readonly Entry[], cursor?: Oid): Oid {
    if (cursor !== undefined) this.#changedAt.set('cursor', this.#heads.length);
    const head = this.#heads.length.toString(16).padStart(40, '0') as Oid;
    for (const one of entries) {
      this.documents.set(one.id, one);
      this.#changedAt.set(one.id, this.#heads.length);
    }
    this.#heads.push(head);
    return head;
  }

  read(): never {
    throw new Error('a journal reads nothing');
  }
  entry = this.read;
  known = this.read;
  filedIn = this.read;
}

function opened(
  active: readonly (Entry | ActiveEntry)[] = [],
  cursor: Oid | null = null,
  clock?: () => Instant | undefined,
): { readonly ledger: FakeLedger; readonly journal: Journal } {
  const ledger = new FakeLedger();
  const snapshot = {
    head: null,
    cursor,
    active: active.map((one) => ('decision' in one ? { id: one.id, entry: one } : one)),
  };
  return { ledger, journal: openJournal(ledger, snapshot, clock) };
}

const names = (events: readonly GrantEvent[]) => events.map(({ event }) => event);

describe('a journal', () => {
  it('begins with what lives in the ledger, as far as it can be read', () => {
    const { journal } = opened([grant(ONE, 3), { id: 'x', problem: 'unreadable' }]);
    expect(journal.live().map(({ id }) => id)).toEqual([ONE]);
    expect(journal.entry(ONE)).toEqual(grant(ONE, 3));
    expect(journal.entry('x' as RequestId)).toBeUndefined();
  });

  it('writes nothing while nothing happens', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)], oid('a'));
    expect(await journal.record('end')).toEqual({ events: [], violations: [], pushed: false });
    expect(ledger.batches).toEqual([]);
  });

  it('records a change with its entry, once', async () => {
    const { ledger, journal } = opened([grant(ONE, 3), grant(TWO, 3)]);
    journal.change(ONE, fault(5));
    expect(names(journal.entry(ONE)?.events ?? [])).toEqual(['landed', 'intended', 'granted', 'faulted']);
    const { events } = await journal.record('end');
    expect(events).toEqual([{ entry: journal.entry(ONE), event: fault(5) }]);
    expect(ledger.batches).toMatchObject([
      { base: null, subject: 'end: 2026/11/one', entries: [journal.entry(ONE)], violations: [] },
    ]);
    expect(await journal.record('end')).toEqual({ events: [], violations: [], pushed: false });
    expect(ledger.batches).toHaveLength(1);
  });

  it('writes an entry whole, and again on top of what it wrote itself', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)]);
    journal.change(ONE, fault(5));
    await journal.record('grant');
    journal.change(ONE, fault(6));
    await journal.record('end');
    expect(ledger.batches).toHaveLength(2);
    expect(names(ledger.documents.get(ONE)?.events ?? [])).toEqual([
      'landed',
      'intended',
      'granted',
      'faulted',
      'faulted',
    ]);
  });

  it("writes over nobody else's change, even after a commit of its own", async () => {
    const { ledger, journal } = opened([grant(ONE, 3), grant(TWO, 3)]);
    ledger.meanwhile(grant(TWO, 4));
    journal.change(ONE, fault(5));
    await journal.record('grant');
    journal.change(TWO, fault(6));
    await expect(journal.record('end')).rejects.toThrow('somebody else changed it');
    expect(ledger.documents.get(TWO)).toEqual(grant(TWO, 4));
  });

  it('tells of every event with its entry as it came to be', async () => {
    const { journal } = opened([grant(ONE, 3)]);
    journal.change(ONE, fault(5));
    journal.change(ONE, { event: 'ended', at: at(6), entitlement: READ, reason: 'expired' });
    const { events } = await journal.record('end');
    expect(names(events.map(({ event }) => event))).toEqual(['faulted', 'ended']);
    for (const one of events) expect(one.entry.holdings[0]?.state).toBe('ended');
    expect(journal.live()).toEqual([]);
    expect(journal.entry(ONE)?.events).toHaveLength(5);
  });

  it('takes in a new entry with all that happened to it', async () => {
    const { ledger, journal } = opened();
    journal.add(grant(ONE, 2));
    expect(journal.live()).toEqual([grant(ONE, 2)]);
    const { events } = await journal.record('decide');
    expect(names(events.map(({ event }) => event))).toEqual(['landed', 'intended']);
    expect(ledger.documents.get(ONE)).toEqual(grant(ONE, 2));
  });

  it('adopts what is recorded already, and records it only when it changes', async () => {
    const { ledger, journal } = opened();
    journal.adopt(grant(ONE, 4));
    expect(journal.live()).toEqual([]);
    await journal.record('review');
    expect(ledger.batches).toEqual([]);
    journal.change(ONE, { event: 'reviewed', at: at(200), code: 'approved' });
    const { events } = await journal.record('review');
    expect(names(events.map(({ event }) => event))).toEqual(['reviewed']);
    expect(ledger.documents.get(ONE)?.events).toHaveLength(5);
  });

  it.each<[string, (journal: Journal) => void]>([
    ['a change of what it does not know', (journal) => journal.change(TWO, fault(5))],
    [
      'a look at what it does not know',
      (journal) => journal.look(TWO, { entitlement: READ, at: at(5), preexisting: false }),
    ],
    [
      'a step no life has',
      (journal) => journal.change(ONE, { event: 'scheduled', at: at(5), entitlement: READ }),
    ],
  ])('refuses %s, and is as it was', async (_name, act) => {
    const { ledger, journal } = opened([grant(ONE, 3)]);
    expect(() => act(journal)).toThrow(RangeError);
    expect(journal.live()).toEqual([grant(ONE, 3)]);
    await journal.record('end');
    expect(ledger.batches).toEqual([]);
  });

  it("notes the host's clock beside ours, where it is known", async () => {
    const times: (Instant | undefined)[] = [at(7), undefined];
    const { journal } = opened([grant(ONE, 3)], null, () => times.shift());
    journal.change(ONE, fault(5));
    journal.change(ONE, fault(6));
    const { events } = await journal.record('end');
    expect(events.map(({ event }) => event)).toEqual([{ ...fault(5), hostAt: at(7) }, fault(6)]);
    expect(journal.entry(ONE)?.events.slice(-2)).toEqual([{ ...fault(5), hostAt: at(7) }, fault(6)]);
  });
});

describe('a look before access is given', () => {
  const seen = (preexisting: boolean) => ({ entitlement: READ, at: at(5), preexisting });
  const found = (journal: Journal) => journal.entry(ONE)?.holdings.map((held) => held.preexisting);

  it('goes with the intent that is not recorded yet', async () => {
    const { ledger, journal } = opened();
    journal.add(grant(ONE, 2));
    journal.look(ONE, seen(true));
    expect(found(journal)).toEqual([true]);
    const { events } = await journal.record('decide');
    expect(names(events.map(({ event }) => event))).toEqual(['landed', 'intended']);
    expect(ledger.documents.get(ONE)?.holdings[0]?.preexisting).toBe(true);
    expect(events[1]?.entry.holdings[0]?.preexisting).toBe(true);
  });

  it('is a second intent once the first is recorded', async () => {
    const { ledger, journal } = opened([grant(ONE, 2)]);
    journal.look(ONE, seen(false));
    const { events } = await journal.record('decide');
    expect(events.map(({ event }) => event)).toEqual([{ event: 'intended', at: at(5), entitlement: READ }]);
    expect(ledger.documents.get(ONE)?.holdings[0]?.preexisting).toBe(false);
    journal.look(ONE, seen(true));
    expect((await journal.record('decide')).events).toHaveLength(1);
    expect(found(journal)).toEqual([true]);
  });

  it('goes with an intent that could not be recorded, too', async () => {
    const { ledger, journal } = opened();
    journal.add(grant(ONE, 2));
    ledger.failures = 1;
    await expect(journal.record('decide')).rejects.toThrow(Retry);
    journal.look(ONE, seen(false));
    const { events } = await journal.record('decide');
    expect(names(events.map(({ event }) => event))).toEqual(['landed', 'intended']);
    expect(ledger.documents.get(ONE)?.holdings[0]?.preexisting).toBe(false);
  });

  it.each<[string, (journal: Journal) => void, readonly string[]]>([
    [
      'the intent of another grant',
      (journal) => journal.add(grant(TWO, 2)),
      ['landed', 'intended', 'intended'],
    ],
    ['something else that happened', (journal) => journal.change(ONE, fault(4)), ['faulted', 'intended']],
  ])('does not go with %s', async (_name, before, expected) => {
    const { journal } = opened([grant(ONE, 2)]);
    before(journal);
    journal.look(ONE, seen(true));
    const { events } = await journal.record('decide');
    expect(names(events.map(({ event }) => event))).toEqual(expected);
    expect(found(journal)).toEqual([true]);
  });

  it('is about one entitlement of several', async () => {
    const [held] = grant(ONE, 2).holdings;
    const intended = (entitlement: string): GrantEvent => ({ event: 'intended', at: at(1), entitlement });
    const both = entry([{ event: 'landed', at: at(0) }, intended('a')], {
      id: ONE,
      holdings: ['a', 'b'].map((entitlement) => ({ ...held!, entitlement })),
    });
    const { journal } = opened([both]);
    journal.change(ONE, intended('b'));
    journal.look(ONE, { entitlement: 'b', at: at(5), preexisting: true });
    expect(found(journal)).toEqual([undefined, true]);
    journal.look(ONE, { entitlement: 'a', at: at(5), preexisting: false });
    expect(found(journal)).toEqual([false, true]);
    const { events } = await journal.record('decide');
    expect(events.map(({ event }) => event)).toEqual([intended('b'), { ...intended('a'), at: at(5) }]);
  });
});

describe('violations and the cursor', () => {
  it('are recorded once', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)], oid('a'));
    journal.violation(violation('b'));
    journal.moveCursor(oid('c'));
    expect(journal.cursor).toBe(oid('c'));
    expect((await journal.record('decide')).violations).toEqual([violation('b')]);
    expect(ledger.batches).toMatchObject([
      {
        entries: [],
        violations: [violation('b')],
        cursor: oid('c'),
        subject: 'decide: 0 grants, 1 violations',
      },
    ]);
    journal.moveCursor(oid('c'));
    expect(await journal.record('decide')).toEqual({ events: [], violations: [], pushed: false });
    expect(ledger.batches).toHaveLength(1);
  });

  it('a cursor alone is worth a commit when it moves, and there is none before the first', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)]);
    journal.change(ONE, fault(5));
    await journal.record('end');
    expect(ledger.batches[0]).not.toHaveProperty('cursor');
    journal.moveCursor(oid('c'));
    journal.moveCursor(oid('c'));
    await journal.record('decide');
    expect(ledger.batches[1]).toMatchObject({ entries: [], cursor: oid('c'), subject: 'decide: cursor' });
  });

  it('every commit repeats the cursor, so that none goes back', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)], oid('a'));
    for (const minutes of [5, 6]) {
      journal.change(ONE, fault(minutes));
      await journal.record('end');
    }
    expect(ledger.batches.map(({ cursor }) => cursor)).toEqual([oid('a'), oid('a')]);
  });

  it.each<[string, readonly RequestId[], number]>([
    ['end: 2026/11/one', [ONE], 0],
    ['end: 2 grants', [ONE, TWO], 0],
    ['end: 1 grants, 2 violations', [ONE], 2],
  ])('%s: ids and numbers only', async (subject, ids, count) => {
    const { ledger, journal } = opened([grant(ONE, 3), grant(TWO, 3)]);
    for (const id of ids) journal.change(id, fault(5));
    for (const digit of 'bc'.slice(0, count)) journal.violation(violation(digit));
    await journal.record('end');
    expect(ledger.batches[0]?.subject).toBe(subject);
  });
});

describe('what a decision goes by', () => {
  it('is named with what is recorded next, and only with that', async () => {
    const { ledger, journal } = opened([grant(ONE, 3), grant(TWO, 3)]);
    journal.relyOn([TWO]);
    journal.relyOn([ONE]);
    await journal.record('decide');
    expect(ledger.batches).toEqual([]);
    journal.change(ONE, fault(5));
    ledger.failures = 1;
    await expect(journal.record('decide')).rejects.toThrow(Retry);
    await journal.record('decide');
    journal.change(ONE, fault(6));
    await journal.record('decide');
    expect(ledger.batches.map(({ reliesOn }) => reliesOn)).toEqual([[TWO, ONE], []]);
  });
});

describe('a ledger that cannot be written', () => {
  it('is said, and everything stays for the next time', async () => {
    const { ledger, journal } = opened([grant(ONE, 3)], oid('a'));
    journal.change(ONE, fault(5));
    journal.violation(violation('b'));
    journal.moveCursor(oid('c'));
    ledger.failures = 2;
    await expect(journal.record('end')).rejects.toThrow('the remote is away');
    await expect(journal.record('end')).rejects.toThrow('the remote is away');
    journal.add(grant(TWO, 2));
    journal.violation(violation('d'));
    const batch = await journal.record('end');
    expect(batch.events.map(({ entry: { id }, event }) => `${id} ${event.event}`)).toEqual([
      `${ONE} faulted`,
      `${TWO} landed`,
      `${TWO} intended`,
    ]);
    expect(batch.violations).toEqual([violation('b'), violation('d')]);
    expect(ledger.batches).toMatchObject([{ base: null, cursor: oid('c') }]);
    expect(ledger.batches[0]?.entries.map(({ id }) => id)).toEqual([ONE, TWO]);
  });

  /** What is done to a journal, by name. Whatever is done at a minute carries that minute. */
  const ACTS: Readonly<Record<string, (one: ReturnType<typeof opened> & Seen, minute: number) => unknown>> = {
    'change one': ({ journal, did }, minute) => {
      journal.change(ONE, fault(minute));
      did.push(`${ONE} ${at(minute)}`);
    },
    'change two': ({ journal, did }, minute) => {
      journal.change(TWO, fault(minute));
      did.push(`${TWO} ${at(minute)}`);
    },
    violation: ({ journal, did }, minute) => {
      journal.violation({ ...violation('b'), at: at(minute) });
      did.push(`violation ${at(minute)}`);
    },
    record: async ({ journal, told }) => told.push(...linesOf(await journal.record('end'))),
    'record in vain': async ({ journal, ledger }) => {
      ledger.failures = 1;
      await journal.record('end').catch(() => undefined);
      ledger.failures = 0;
    },
  };
  interface Seen {
    readonly did: string[];
    readonly told: string[];
  }

  it('loses nothing and writes nothing twice, whatever happens when', async () => {
    const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const seen: Seen = { did: [], told: [] };
        const one = { ...opened([grant(ONE, 3), grant(TWO, 3)]), ...seen };
        for (const [minute, act] of [...list, 'record'].entries()) await ACTS[act]?.(one, minute);
        expect(one.told.toSorted()).toEqual(one.did.toSorted());
        expect(written(one.ledger).toSorted()).toEqual(one.did.toSorted());
        for (const { entries, violations } of one.ledger.batches)
          expect(entries.length + violations.length).toBeGreaterThan(0);
      }),
    );
  });
});

/** What a call tells of. */
function linesOf({ events, violations }: Awaited<ReturnType<Journal['record']>>): string[] {
  return [
    ...events.map((one) => `${one.entry.id} ${one.event.at}`),
    ...violations.map((one) => `violation ${one.at}`),
  ];
}

/** What stands in the ledger in the end. */
function written({ batches, documents }: FakeLedger): string[] {
  return [
    ...batches.flatMap(({ violations }) => violations.map((one) => `violation ${one.at}`)),
    ...[...documents.values()].flatMap(({ id, events }) =>
      events.filter(({ event }) => event === 'faulted').map((event) => `${id} ${event.at}`),
    ),
  ];
}
