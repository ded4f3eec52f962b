import type { Oid } from '../../core/approval.js';
import { CURSOR_PATH, entryPath } from '../../core/audit/layout.js';
import { isLedgerSubject, rotationSubject } from '../../core/audit/subject.js';
import type { LedgerFacts } from '../../core/doctor/facts.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked } from '../../ports/fault.js';
import type { KnownLedger, Ledger, LedgerBatch, LedgerSnapshot } from '../../ports/ledger.js';
import type { LedgerPast } from '../../ports/ledger-past.js';
import type { ChainState } from './chain.js';
import { type HeadFile, headFileIn } from './head-file.js';
import { type AppendDeps, appendChange, type Change, marksOf, writesOf } from './ledger-append.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import { type SnapshotReader, snapshotReader } from './ledger-snapshot.js';
import { keyName, remember, type SyncDeps, syncLedger } from './ledger-sync.js';
import type { Mirror } from './mirror.js';
import { oneAtATime } from './one-at-a-time.js';
import type { Signer } from './ssh-key.js';

export interface LedgerOptions {
  readonly mirror: Mirror;
  readonly signer: Signer;
  readonly codec: LedgerCodec;
  readonly clock: Clock;
  /** Default `access-ledger`. */
  readonly branch?: string;
  /** Where the last verified head is kept; default beside the mirror. */
  readonly seen?: HeadFile;
}

export interface GitLedger extends Ledger {
  readonly past: LedgerPast;
  /** Fingerprints of the key that the branch takes now, and of the one this installation signs with. */
  keys(): Promise<LedgerFacts>;
  /** Hands the ledger over to another key, recorded and signed by the one before. Later appends sign with the new one. */
  rotateKey(next: Signer): Promise<Oid>;
}

export const LEDGER_BRANCH = 'access-ledger';
const NOTHING: LedgerSnapshot = { head: null, cursor: null, active: [] };

export function openLedger(options: LedgerOptions): GitLedger {
  const { mirror, codec } = options;
  const desk = openDesk(options);
  const reader = snapshotReader(mirror, codec);
  // Reads and appends of one ledger never overlap: each starts from what the one before left.
  const alone = oneAtATime();
  let latest: KnownLedger | undefined;
  const knownHead = async (): Promise<Oid | null> => {
    if (latest !== undefined) return latest.snapshot.head;
    const last = await desk.seen.read();
    const here = last !== undefined && (await mirror.objects.info(last.head)) !== undefined;
    return here ? last.head : null;
  };
  return {
    past: pastFrom(reader, knownHead),
    read: (named) =>
      alone(async () => {
        const { head } = await desk.sync(named ?? undefined);
        const snapshot = head === null ? NOTHING : await reader.snapshot(head);
        // Ends go by how old this is, so only what the remote itself said makes it newer.
        const asOf = named === undefined || named === null ? options.clock.now() : latest?.asOf;
        latest = { snapshot, ...(asOf === undefined ? {} : { asOf }) };
        return snapshot;
      }),
    async known() {
      if (latest !== undefined) return latest;
      const head = await knownHead();
      return head === null ? undefined : { snapshot: await reader.snapshot(head) };
    },
    entry: (id) =>
      alone(async () => {
        const head = await desk.head();
        const found = head === null ? undefined : await reader.entry(head, id);
        return found === undefined ? undefined : readable(id, found);
      }),
    filedIn: (months) =>
      alone(async () => {
        const head = await desk.head();
        const found = head === null ? [] : await reader.filedIn(head, months);
        return found.map(({ path, read }) => readable(path, read));
      }),
    accessReviewsOf: (months) =>
      alone(async () => {
        const head = await desk.head();
        const found = head === null ? [] : await reader.accessReviewsOf(head, months);
        return found.map(({ path, read }) => readable(path, read));
      }),
    async append(batch) {
      const writes = writesOf(batch, codec);
      if (writes.size === 0) return batch.base;
      if (!isLedgerSubject(batch.subject))
        throw new RangeError('a ledger subject holds words, ids and numbers');
      const reliesOn = (batch.reliesOn ?? []).map(entryPath);
      const since = new Map(
        [...(batch.since ?? [])].map(([of, head]) => [of === 'cursor' ? CURSOR_PATH : entryPath(of), head]),
      );
      const change = { subject: batch.subject, writes, marks: marksOf(batch), since, reliesOn };
      return alone(async () => {
        const head = await desk.append(batch.base, change);
        latest = { snapshot: withBatch(latest?.snapshot ?? NOTHING, batch, head), asOf: options.clock.now() };
        return head;
      });
    },
    keys: () => alone(() => desk.keys()),
    rotateKey: (next) => alone(() => desk.handOver(next)),
  };
}

/** Waits for nobody: it does not stand in the row of reads and appends. */
function pastFrom(reader: SnapshotReader, knownHead: () => Promise<Oid | null>): LedgerPast {
  return {
    async months() {
      const head = await knownHead();
      return head === null ? [] : reader.months(head);
    },
    async filed(month) {
      const head = await knownHead();
      return head === null ? [] : reader.listed(head, month);
    },
    async entry(id) {
      const head = await knownHead();
      const found = head === null ? undefined : await reader.entry(head, id);
      if (found === undefined) return undefined;
      return 'value' in found ? { entry: found.value } : { problem: found.problem };
    },
  };
}

/** The snapshot after an append, without reading it: what others wrote below it shows with the next read. */
function withBatch(before: LedgerSnapshot, batch: LedgerBatch, head: Oid): LedgerSnapshot {
  const changed = new Set<string>(batch.entries.map(({ id }) => id));
  const live = batch.entries.filter(isLiveEntry).map((entry) => ({ id: entry.id, entry }));
  const others = before.active.filter(({ id }) => !changed.has(id));
  return { head, cursor: batch.cursor ?? before.cursor, active: [...others, ...live] };
}

/** What is known of where the ledger stands, and the pen. */
interface Desk {
  readonly seen: HeadFile;
  sync(named?: Oid): Promise<ChainState>;
  head(): Promise<Oid | null>;
  append(base: Oid | null, change: Change): Promise<Oid>;
  keys(): Promise<LedgerFacts>;
  handOver(next: Signer): Promise<Oid>;
}

function openDesk({ mirror, branch = LEDGER_BRANCH, clock, ...options }: LedgerOptions): Desk {
  let signer = options.signer;
  let state: ChainState | undefined;
  const seen = options.seen ?? headFileIn(mirror.directory, branch);
  const trust: SyncDeps = { mirror, branch, seen, ownKey: () => signer.publicKey };

  async function sync(named?: Oid): Promise<ChainState> {
    state = undefined;
    state = await syncLedger(trust, named);
    return state;
  }

  const pen: AppendDeps = {
    mirror,
    branch,
    clock,
    signer: () => signer,
    state: () => state,
    sync,
    landed: async (next) => {
      state = next;
      await remember(trust, next);
    },
  };

  return {
    seen,
    sync,
    head: async () => (state ?? (await sync())).head,
    append: (base, change) => appendChange(pen, base, change),
    async keys() {
      const { key } = await sync();
      return { pinnedKey: key === null ? null : keyName(key), ownKey: keyName(signer.publicKey) };
    },
    async handOver(next) {
      const { head, key } = await sync();
      if (head === null) throw nothingToHandOver();
      if (key === next.publicKey) {
        // Done before, and the answer or the settings got lost on the way.
        signer = next;
        return head;
      }
      const subject = rotationSubject(next.publicKey);
      const commit = await appendChange(pen, head, {
        subject,
        writes: new Map(),
        marks: new Map(),
        nextKey: next.publicKey,
      });
      signer = next;
      return commit;
    },
  };
}

function nothingToHandOver(): Blocked {
  return new Blocked(
    'no_ledger',
    'There is no ledger yet that could be handed over to another key.',
    'Put the new key into the settings; the first commit of the ledger will pin it.',
  );
}

/** Never `undefined` for what cannot be read: that would mean the id is free. */
function readable<T>(name: string, read: Parsed<T>): T {
  if ('value' in read) return read.value;
  throw new Blocked(
    'entry_unreadable',
    `The ledger's entry of ${name} cannot be read: ${read.problem}.`,
    'Run `hallpass audit verify`, and upgrade Hallpass if the entry was written by a newer one.',
  );
}
