import { expect, it } from 'vitest';
import { revokeGrants } from '../../src/app/revoke-grant.js';
import { Retry } from '../../src/ports/fault.js';
import type { Ledger, LedgerBatch } from '../../src/ports/ledger.js';
import { at, entry, LIFE, oid } from './entries.js';

/** A ledger that another writer moves so many times before it takes a batch. */
function busy(times: number, code = 'ledger_moved') {
  const batches: LedgerBatch[] = [];
  let left = times;
  let reads = 0;
  const alive = entry(LIFE.slice(0, 3), {});
  const ledger: Pick<Ledger, 'read' | 'append'> = {
    async read() {
      reads += 1;
      return { head: oid('a'), cursor: null, active: [{ id: alive.id, entry: alive }] };
    },
    async append(batch) {
      if (left > 0) {
        left -= 1;
        throw new Retry(code, 'another writer was faster');
      }
      batches.push(batch);
      return oid('b');
    },
  };
  const deps = { ledger: ledger as Ledger, clock: { now: () => at(5) } };
  return { deps, batches, reads: () => reads };
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

it('leaves alone what is not wanted', async () => {
  const { deps, batches } = busy(0);
  expect(await revokeGrants(deps, () => false)).toEqual({ kind: 'not_live' });
  expect(batches).toEqual([]);
});
