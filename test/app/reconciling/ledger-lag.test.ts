import { expect, it } from 'vitest';
import { ledgerLag } from '../../../src/app/reconciling/ledger-lag.js';
import type { RequestId } from '../../../src/core/request.js';
import { at } from '../entries.js';

it.each<[readonly number[], number, number]>([
  [[], 0, 0],
  [[10], 300, 1],
  [[12, 10, 14], 300, 3],
  [[16], 0, 1],
])('events of minutes %j wait at minute 15: %d seconds, %d of them', async (minutes, seconds, spooled) => {
  const waiting = minutes.map((minute) => ({
    id: '2026/11/a' as RequestId,
    event: { event: 'ended', at: at(minute), entitlement: 'x', reason: 'expired' } as const,
  }));
  const pending = async () => waiting;
  const spool = { pending, pendingOf: pending, append: async () => {}, settle: async () => {} };
  expect(await ledgerLag({ spool, clock: { now: () => at(15) } })).toEqual({ seconds, spooled });
});
