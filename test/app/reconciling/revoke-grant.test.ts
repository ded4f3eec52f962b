import { expect, it } from 'vitest';
import { revokeGrants } from '../../../src/app/reconciling/revoke-grant.js';
import { Retry } from '../../../src/ports/fault.js';
import type { Ledger, LedgerBatch } from '../../../src/ports/ledger.js';
import type { Spooled } from '../../../src/ports/spool.js';
import { at, entry, LIFE, oid } from '../entries.js';

/** A ledger that another writer moves so many times before it takes a batch. */
function busy(times: number, code = 'ledger_moved') {
  const batches: LedgerBatch[] = [];
  let left = times;
  let reads = 0;
  const alive = entry(LIFE.slice(0, 3), {});
  const snapshot = { head: oid('a'), cursor: null, active: [{ id: alive.id, entry: alive }] };
  const ledger: Pick<Ledger, 'read' | 'known' | 'append'> = {
    async read() {
      reads += 1;
      return snapshot;
    },
    known: async () => ({ snapshot }),
    async append(batch) {
      if (left > 0) {
        left -= 1;
        throw new Retry(code, 'another writer was faster');
      }
      batches.push(batch);
      return oid('b');
    },
  };
  const spooled: Spooled[] = [];
  const spool = {
    pending: async () => spooled,
    pendingOf: async () => spooled,
    append: async (more: readonly Spooled[]) => void spooled.push(...more),
    settle: async () => {},
  };
  const deps = { ledger: ledger as Ledger, spool, clock: { now: () => at(5) } };
  return { deps, batches, spooled, reads: () => reads };
}

it('reads and asks again when another writer was faster, and records once', async () => {
  const { deps, batches, reads } = busy(3);
  expect(await revokeGrants(deps, () => true)).toMatchObject({ kind: 'requested' });
  expect(batches).toHaveLength(1);
  expect(reads()).toBe(4);
});

it('gives up after a few times, and at once over anything else', async () => {
  const moved = busy(Number.POSITIVE_INFINITY);
  await expect(revokeGrants(moved.deps, () => true)).rejects.toMatchObject({ code: 'ledger_moved' });
  expect(moved.reads()).toBe(5);
  const away = busy(1, 'remote_away');
  await expect(revokeGrants(away.deps, () => true)).rejects.toMatchObject({ code: 'remote_away' });
  expect(away.reads()).toBe(1);
});

it('keeps what could not be recorded in the spool, once', async () => {
  const { deps, spooled } = busy(Number.POSITIVE_INFINITY, 'remote_away');
  await expect(revokeGrants(deps, () => true)).rejects.toMatchObject({ code: 'remote_away' });
  await expect(revokeGrants(deps, () => true)).rejects.toMatchObject({ code: 'remote_away' });
  expect(spooled).toMatchObject([{ event: { event: 'end_requested', reason: 'revoked' } }]);
});

it('leaves alone what is not wanted', async () => {
  const { deps, batches } = busy(0);
  expect(await revokeGrants(deps, () => false)).toEqual({ kind: 'not_live' });
  expect(batches).toEqual([]);
});

it('goes by the last ledger that was verified while it cannot be read, and never says of what is not there that it does not live', async () => {
  const { deps, spooled } = busy(Number.POSITIVE_INFINITY, 'ledger_forged');
  const forged = new Retry('ledger_forged', 'a commit is not ours');
  const broken = {
    ...deps,
    ledger: { ...deps.ledger, read: async () => Promise.reject(forged) },
  };
  await expect(revokeGrants(broken, () => false)).rejects.toBe(forged);
  expect(spooled).toEqual([]);
  await expect(revokeGrants(broken, () => true)).rejects.toMatchObject({ code: 'ledger_forged' });
  expect(spooled).toMatchObject([{ event: { event: 'end_requested' } }]);
});
