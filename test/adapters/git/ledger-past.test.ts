import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openMirror } from '../../../src/adapters/git/mirror.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { LedgerBatch } from '../../../src/ports/ledger.js';
import { bareRemote, ledgerOn, sampleEntry, scratch } from './world.js';

const ids = ['2025/12/old', '2026/10/03/dated', '2026/11/alice', '2026/11/bob'];

function batch(base: Oid | null, entries: readonly Entry[]): LedgerBatch {
  return { base, subject: 'grant: 2026/11/alice', entries, violations: [] };
}

async function written() {
  const remote = bareRemote();
  const made = await ledgerOn(remote);
  const head = await made.ledger.append(
    batch(
      null,
      ids.map((id) => sampleEntry(id, 'ended')),
    ),
  );
  return { remote, ...made, head };
}

describe('the past of a ledger', () => {
  it('is empty before there is one', async () => {
    const { ledger } = await ledgerOn(bareRemote());
    expect(await ledger.past.months()).toEqual([]);
    expect(await ledger.past.filed('2026/11')).toEqual([]);
    expect(await ledger.past.entry('2026/11/alice' as RequestId)).toBeUndefined();
  });

  it('lists months, the latest first, and what each holds, ended or not', async () => {
    const { ledger } = await written();
    expect(await ledger.past.months()).toEqual(['2026/11', '2026/10', '2025/12']);
    expect((await ledger.past.filed('2026/11')).map(({ id }) => id)).toEqual([
      '2026/11/alice',
      '2026/11/bob',
    ]);
    expect((await ledger.past.filed('2026/10')).map(({ id }) => id)).toEqual(['2026/10/03/dated']);
    expect(await ledger.past.filed('2020/01')).toEqual([]);
  });

  it('reads one entry', async () => {
    const { ledger } = await written();
    const id = '2025/12/old' as RequestId;
    expect(await ledger.past.entry(id)).toEqual({ entry: sampleEntry(id, 'ended') });
    expect(await ledger.past.entry('2025/12/none' as RequestId)).toBeUndefined();
  });

  it('gives a changed entry another version, and no other', async () => {
    const { ledger, head } = await written();
    const before = await ledger.past.filed('2026/11');
    const entry = { ...sampleEntry(ids[2] ?? '', 'ended'), breakGlass: true };
    await ledger.append(batch(head, [entry]));
    const after = await ledger.past.filed('2026/11');
    expect(after[0]?.version).not.toBe(before[0]?.version);
    expect(after[1]).toEqual(before[1]);
  });

  it('is there while a read waits for a remote that does not answer, also in a process that just began', async () => {
    const remote = bareRemote();
    const directory = scratch();
    const first = await openMirror({ url: remote, directory });
    const { ledger, signer } = await ledgerOn(remote, { mirror: first });
    const entries = ids.map((id) => sampleEntry(id, 'ended'));
    await ledger.append(batch(null, entries));
    first.close();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/access.git`;
    const second = await openMirror({ url, directory });
    const again = await ledgerOn(url, { mirror: second, signer });
    const reading = again.ledger.read().then(
      () => 'read',
      () => 'failed',
    );
    expect(await again.ledger.past.months()).toEqual(['2026/11', '2026/10', '2025/12']);
    silent.closeAllConnections();
    silent.close();
    expect(await reading).toBe('failed');
    second.close();
  });

  it('says why an entry cannot be read', async () => {
    const remote = bareRemote();
    const codec = {
      parseEntry: () => ({ problem: 'line 1: x' }),
      renderEntry: () => 'x\n',
      renderViolation: () => 'x\n',
      renderOrphans: () => 'x\n',
      parseAccessReview: () => ({ problem: 'line 1: x' }),
      renderAccessReview: () => 'x\n',
    };
    const { ledger } = await ledgerOn(remote, { codec });
    await ledger.append(batch(null, [sampleEntry('2026/11/alice', 'ended')]));
    expect(await ledger.past.entry('2026/11/alice' as RequestId)).toEqual({ problem: 'line 1: x' });
  });

  it('takes nothing for a month that is none', async () => {
    const { ledger } = await written();
    await expect(ledger.past.filed('../..')).rejects.toThrow(RangeError);
    await expect(ledger.past.filed('2026/13')).rejects.toThrow(RangeError);
  });
});
