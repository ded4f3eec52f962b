import { describe, expect, it } from 'vitest';
import { lookBack } from '../../../src/app/reviewing/look-back.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { LedgerPast } from '../../../src/ports/ledger-past.js';
import { account, at, entry, LIFE } from '../entries.js';

const asked = { subject: account('alice', 1001), entitlements: ['orders-db-readonly'] };
const live = entry(LIFE.slice(0, 3));
const past = entry(LIFE, { id: '2026/10/before' as RequestId });

/** A ledger of a few entries by month, the latest first, and the ids that were read from it. */
function ledgerOf(months: Readonly<Record<string, readonly Entry[]>>, problems: readonly string[] = []) {
  const read: string[] = [];
  const all = new Map(Object.values(months).flatMap((some) => some.map((one) => [one.id, one])));
  const ledger: LedgerPast = {
    months: async () => Object.keys(months),
    filed: async (month) =>
      (months[month] ?? []).map((one) => ({ id: one.id, version: `${one.id} ${one.events.length}` as Oid })),
    entry: async (id) => {
      read.push(id);
      const found = all.get(id);
      if (problems.includes(id) || found === undefined) return { problem: 'line 1' };
      return { entry: found };
    },
  };
  return { ledger, read };
}

const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    entry(LIFE, { id: `2026/11/many-${index}` as RequestId, subject: account('bob', 7) }),
  );

describe('when somebody had it last', () => {
  it('is looked for in two months and no further, and read once', async () => {
    const old = entry(LIFE, { id: '2026/09/old' as RequestId });
    const { ledger, read } = ledgerOf({ '2026/11': many(1), '2026/10': [past], '2026/09': [old] });
    for (let look = 0; look < 2; look += 1)
      expect(await lookBack({ past: ledger }, { ...asked, live: [] })).toMatchObject([
        { until: at(121), isOver: true },
      ]);
    expect(read.toSorted()).toEqual(['2026/10/before', '2026/11/many-0']);
  });

  it('takes what lives as it was read last, not as it was filed', async () => {
    const filed = entry(LIFE.slice(0, 2));
    const { ledger } = ledgerOf({ '2026/11': [filed] });
    const told = await lookBack({ past: ledger }, { ...asked, live: [live] });
    expect(told).toMatchObject([{ until: at(120), isOver: false }]);
    const ended = ledgerOf({ '2026/11': [entry(LIFE)] });
    expect(await lookBack({ past: ended.ledger }, { ...asked, live: [live] })).toMatchObject([
      { isOver: false },
    ]);
  });

  it('reads a part at a time, and tells of nothing that is over before it knows all of it', async () => {
    const { ledger, read } = ledgerOf({ '2026/11': many(500), '2026/10': [past] });
    const look = () => lookBack({ past: ledger }, { ...asked, live: [] });
    expect(await look()).toEqual([]);
    expect(read).toHaveLength(300);
    expect(await look()).toHaveLength(1);
    expect(read).toHaveLength(501);
  });

  it('says what lives where the past cannot be read, and nothing of nobody', async () => {
    const { ledger } = ledgerOf({ '2026/11': [past] }, [past.id]);
    expect(await lookBack({ past: ledger }, { ...asked, live: [live] })).toHaveLength(1);
    expect(await lookBack({ past: ledger }, { ...asked, live: [] })).toEqual([]);
    const away = { ...ledger, months: () => Promise.reject(new Error('no disk')) };
    expect(await lookBack({ past: away }, { ...asked, live: [live] })).toHaveLength(1);
    expect(await lookBack({ past: ledger }, { ...asked, subject: null, live: [live] })).toEqual([]);
  });
});
