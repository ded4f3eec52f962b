import type { Oid } from '../../core/approval.js';
import { isLedgerSubject, rotationSubject } from '../../core/audit/subject.js';
import type { Entry } from '../../core/grant.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked } from '../../ports/fault.js';
import type { Ledger, LedgerSnapshot } from '../../ports/ledger.js';
import type { ChainState } from './chain.js';
import { type HeadFile, headFileIn } from './head-file.js';
import { type AppendDeps, appendChange, writesOf } from './ledger-append.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import { snapshotReader } from './ledger-snapshot.js';
import { remember, type SyncDeps, syncLedger } from './ledger-sync.js';
import type { Mirror } from './mirror.js';
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
  /** Hands the ledger over to another key, recorded and signed by the one before. Later appends sign with the new one. */
  rotateKey(next: Signer): Promise<Oid>;
}

export const LEDGER_BRANCH = 'access-ledger';
const NOTHING: LedgerSnapshot = { head: null, cursor: null, active: [] };

export function openLedger(options: LedgerOptions): GitLedger {
  const { mirror, codec, branch = LEDGER_BRANCH } = options;
  let signer = options.signer;
  let state: ChainState | undefined;
  const alone = oneAtATime();
  const reader = snapshotReader(mirror, codec);
  const seen = options.seen ?? headFileIn(mirror.directory, branch);
  const trust: SyncDeps = { mirror, branch, seen, ownKey: () => signer.publicKey };

  async function sync(): Promise<ChainState> {
    state = undefined;
    state = await syncLedger(trust);
    return state;
  }

  async function headNow(): Promise<Oid | null> {
    return (state ?? (await sync())).head;
  }

  const appending: AppendDeps = {
    mirror,
    branch,
    clock: options.clock,
    signer: () => signer,
    state: () => state,
    sync,
    landed: async (next) => {
      state = next;
      await remember(trust, next);
    },
  };

  return {
    read: () =>
      alone(async () => {
        const { head } = await sync();
        return head === null ? NOTHING : reader.snapshot(head);
      }),
    known: () =>
      alone(async () => {
        const last = await seen.read();
        const here = last !== undefined && (await mirror.objects.info(last.head)) !== undefined;
        return here ? reader.snapshot(last.head) : undefined;
      }),
    entry: (id) =>
      alone(async () => {
        const head = await headNow();
        const found = head === null ? undefined : await reader.entry(head, id);
        return found === undefined ? undefined : readable(id, found);
      }),
    filedIn: (months) =>
      alone(async () => {
        const head = await headNow();
        const found = head === null ? [] : await reader.filedIn(head, months);
        return found.map(({ path, read }) => readable(path, read));
      }),
    async append(batch) {
      const writes = writesOf(batch, codec);
      if (writes.size === 0) return batch.base;
      if (!isLedgerSubject(batch.subject))
        throw new RangeError('a ledger subject holds words, ids and numbers');
      return alone(() => appendChange(appending, batch.base, { subject: batch.subject, writes }));
    },
    rotateKey: (next) =>
      alone(async () => {
        const { head } = await sync();
        if (head === null) throw new RangeError('there is no ledger to hand over yet');
        const subject = rotationSubject(next.publicKey);
        const change = { subject, writes: new Map(), nextKey: next.publicKey };
        const commit = await appendChange(appending, head, change);
        signer = next;
        return commit;
      }),
  };
}

/** Reads and appends of one ledger never overlap: each starts from what the one before left. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = tail.then(work, work);
    tail = next.catch(() => {});
    return next;
  };
}

/** Never `undefined` for what cannot be read: that would mean the id is free. */
function readable(name: string, read: Parsed<Entry>): Entry {
  if ('value' in read) return read.value;
  throw new Blocked(
    'entry_unreadable',
    `The ledger's entry of ${name} cannot be read: ${read.problem}.`,
    'Run `hallpass audit verify`, and upgrade Hallpass if the entry was written by a newer one.',
  );
}
