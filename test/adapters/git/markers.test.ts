import { expect, it } from 'vitest';
import { openCloneEntries } from '../../../src/adapters/git/clone-entries.js';
import type { Oid } from '../../../src/core/approval.js';
import { isShard, MOST_FLAT_MARKERS, markerAt, markerPath, shardOf } from '../../../src/core/audit/layout.js';
import { newMarkers } from '../../../src/core/audit/markers.js';
import type { TreeChange } from '../../../src/core/pull-request.js';
import type { RequestId } from '../../../src/core/request.js';
import type { LedgerBatch } from '../../../src/ports/ledger.js';
import { bareRemote, git, jsonCodec, ledgerOn, mirrorOf, sampleEntry } from './world.js';

const LEDGER = 'refs/heads/access-ledger';
const SUBJECT = 'intend: grants';
const ALICE = '2026/11/alice' as RequestId;

const idAt = (index: number) => `2026/11/${String((index % 28) + 1).padStart(2, '0')}/ask-${index}`;
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => idAt(from + at));
const batch = (base: Oid | null, more: Partial<LedgerBatch>): LedgerBatch => ({
  base,
  subject: SUBJECT,
  entries: [],
  violations: [],
  ...more,
});
const alive = (some: readonly string[]) => some.map((id) => sampleEntry(id));
const ended = (some: readonly string[]) => some.map((id) => sampleEntry(id, 'ended'));

it('go into shards with the commit that would leave too many, and all of them', {
  timeout: 60_000,
}, async () => {
  const remote = bareRemote();
  const { ledger, signer } = await ledgerOn(remote);
  const markers = () =>
    git(remote, ['ls-tree', '-r', '--name-only', LEDGER, 'active/']).split('\n').filter(Boolean);
  const shards = () => markers().filter((path) => markerAt(path)?.layout === 'sharded').length;

  const full = await ledger.append(batch(null, { entries: alive(ids(0, MOST_FLAT_MARKERS)) }));
  expect([markers().length, shards()]).toEqual([MOST_FLAT_MARKERS, 0]);
  // One comes and one goes: as many as before.
  const same = await ledger.append(
    batch(full, { entries: [...ended([idAt(0)]), ...alive([idAt(MOST_FLAT_MARKERS)])] }),
  );
  expect(shards()).toBe(0);
  const sharded = await ledger.append(batch(same, { entries: alive([idAt(MOST_FLAT_MARKERS + 1)]) }));
  expect([markers().length, shards()]).toEqual([MOST_FLAT_MARKERS + 1, MOST_FLAT_MARKERS + 1]);

  // Another process reads the same, and so does whoever has a clone.
  const { ledger: fresh } = await ledgerOn(remote, { mirror: await mirrorOf(remote), signer });
  const wanted = ids(1, MOST_FLAT_MARKERS + 2).toSorted();
  expect(
    (await fresh.read()).active.map((one) => ('entry' in one ? one.id : one.problem)).toSorted(),
  ).toEqual(wanted);
  const clone = await openCloneEntries({ directory: remote, branch: 'access-ledger', codec: jsonCodec });
  expect(await clone.entries('live')).toHaveLength(MOST_FLAT_MARKERS + 1);
  await clone.close();

  // They stay there while any is left, and the audit has nothing to say.
  const fewer = await ledger.append(batch(sharded, { entries: ended(ids(1, MOST_FLAT_MARKERS)) }));
  expect([markers().length, shards()]).toEqual([2, 2]);
  const none = await ledger.append(
    batch(fewer, { entries: ended(ids(MOST_FLAT_MARKERS, MOST_FLAT_MARKERS + 2)) }),
  );
  expect(markers()).toEqual([]);
  await ledger.append(batch(none, { entries: alive(['2026/12/bob']) }));
  expect(markers()).toEqual(['active/2026/12/bob']);
});

it('of two writers lie as those that are there when each lands', { timeout: 60_000 }, async () => {
  const remote = bareRemote();
  const { ledger: one, signer } = await ledgerOn(remote);
  const { ledger: two } = await ledgerOn(remote, { signer });
  const base = await one.append(batch(null, { entries: alive(ids(0, MOST_FLAT_MARKERS)) }));
  await two.read();
  await one.append(batch(base, { entries: alive(['2026/12/alice']) }));
  await two.append(batch(base, { entries: [...alive(['2026/12/bob']), ...ended([idAt(3)])] }));
  const paths = git(remote, ['ls-tree', '-r', '--name-only', LEDGER, 'active/']).split('\n');
  expect(paths).toHaveLength(MOST_FLAT_MARKERS + 1);
  expect(paths.every((path) => markerAt(path)?.layout === 'sharded')).toBe(true);
});

it('spread over all shards, also where ids are alike', () => {
  const counts = new Map<string, number>();
  for (const id of ids(0, 16_000)) {
    const shard = shardOf(id as RequestId);
    expect(isShard(shard)).toBe(true);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(16);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});

it('have a shard that anybody can work out', () => {
  // FNV-1a of 2026/11/alice is 629466c9, and its digits together are c.
  expect(shardOf(ALICE)).toBe('c');
  expect(markerAt('active/c/2026/11/alice')).toEqual({ id: '2026/11/alice', layout: 'sharded' });
  expect(markerAt('active/d/2026/11/alice')).toBeUndefined();
  expect(markerAt('active/c/c/2026/11/alice')).toBeUndefined();
});

it('that move into shards in one commit are neither lost nor mixed', () => {
  const file = { mode: '100644', oid: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as Oid };
  const up = (path: string): TreeChange => ({ path, before: null, after: file });
  const down = (path: string): TreeChange => ({ path, before: file, after: null });
  const [flat, sharded] = [markerPath(ALICE, 'flat'), markerPath(ALICE, 'sharded')];
  for (const changes of [
    [up(sharded), down(flat)],
    [down(flat), up(sharded)],
  ]) {
    const markers = newMarkers();
    markers.take([up(flat)]);
    expect(markers.take(changes)).toEqual(['2026/11/alice', '2026/11/alice']);
    expect(markers.has(ALICE)).toBe(true);
    expect(markers.mixed()).toBe(false);
  }
  const markers = newMarkers();
  markers.take([up(sharded), up('active/2026/11/bob')]);
  expect(markers.mixed()).toBe(true);
});
