import { expect, it } from 'vitest';
import { lookBack } from '../../../src/app/reviewing/look-back.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import { Blocked } from '../../../src/ports/fault.js';
import type { Ledger } from '../../../src/ports/ledger.js';
import { account, at, entry, LIFE } from '../entries.js';

const asked = { subject: account('alice', 1001), entitlements: ['orders-db-readonly'], now: at(600) };
const live = entry(LIFE.slice(0, 3));
const past = entry(LIFE, { id: '2026/10/before' as RequestId });

function ledgerWith(filedIn: Ledger['filedIn']) {
  return { ledger: { filedIn } as unknown as Ledger };
}

it('looks a month back and no further', async () => {
  const months: string[] = [];
  const deps = ledgerWith(async (wanted) => {
    months.push(...wanted);
    return [past];
  });
  expect(await lookBack(deps, { ...asked, live: [] })).toMatchObject([{ until: at(121), isOver: true }]);
  expect(months).toEqual(['2026/10', '2026/11']);
});

it('takes what lives as it was read last, not as it was filed', async () => {
  const stale: Entry = entry(LIFE.slice(0, 2));
  const deps = ledgerWith(async () => [stale, past]);
  expect(await lookBack(deps, { ...asked, live: [live] })).toMatchObject([{ until: at(121) }]);
  expect(
    await lookBack(
      ledgerWith(async () => [stale]),
      { ...asked, live: [live] },
    ),
  ).toMatchObject([{ until: at(120), isOver: false }]);
});

it('says what it knows where the ledger cannot be read, and nothing of nobody', async () => {
  const deps = ledgerWith(async () => {
    throw new Blocked('entry_unreadable', 'It is broken.', 'Mend it.');
  });
  expect(await lookBack(deps, { ...asked, live: [live] })).toHaveLength(1);
  expect(await lookBack(deps, { ...asked, live: [] })).toEqual([]);
  expect(await lookBack(deps, { ...asked, subject: null, live: [live] })).toEqual([]);
});
