import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpool } from '../../../src/adapters/system/spool.js';
import { parseRequestId, type RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import type { Spooled } from '../../../src/ports/spool.js';

let folder: string;
let complaints: string[];
const log = {
  info: () => {},
  warn: () => {},
  error: (message: string) => void complaints.push(message),
};
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'hallpass-spool-')), 'spool');
  complaints = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const NOON = '2026-11-30T12:00:00Z' as Instant;

/** The end of a grant, so many seconds after noon. */
function ended(name: string, seconds = 0): Spooled {
  const id = parseRequestId(`2026/11/${name}`) as RequestId;
  return {
    id,
    event: { event: 'ended', at: addSeconds(NOON, seconds), entitlement: 'reader', reason: 'expired' },
  };
}

const files = () => readdir(folder).catch(() => []);

describe('the spool', () => {
  it('keeps what happened in the order it happened, until it is settled', async () => {
    const spool = openSpool(folder, log);
    await spool.append([ended('late', 2)]);
    await spool.append([ended('early', 1), ended('same', 2)]);
    const all = [ended('early', 1), ended('late', 2), ended('same', 2)];
    expect(await spool.pending()).toEqual(all);
    await spool.settle([ended('late', 2)]);
    expect(await spool.pending()).toEqual([ended('early', 1), ended('same', 2)]);
    await spool.settle(all);
    expect(await spool.pending()).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it('tells of one grant what it tells of all, also what another process left', async () => {
    await openSpool(folder, log).append([ended('alice', 4), ended('bob')]);
    const spool = openSpool(folder, log);
    await spool.append([ended('alice', 2), ended('carol', 1)]);
    await spool.append([ended('alice', 3)]);
    const all = await spool.pending();
    for (const name of ['alice', 'bob', 'carol', 'nobody']) {
      const { id } = ended(name);
      expect(await spool.pendingOf(id)).toEqual(all.filter((one) => one.id === id));
    }
    expect(await spool.pendingOf(ended('alice').id)).toEqual([2, 3, 4].map((n) => ended('alice', n)));
  });

  it('tells whoever asks after an append of it, also while another answer is being found', async () => {
    const spool = openSpool(folder, log);
    const asked = spool.pending();
    await spool.append([ended('alice')]);
    const { id } = ended('alice');
    const [, , of] = await Promise.all([asked, spool.append([ended('bob')]), spool.pendingOf(id)]);
    expect(of).toEqual([ended('alice')]);
    expect(await spool.pending()).toEqual([ended('alice'), ended('bob')]);
    await openSpool(folder, log).append([ended('carol')]);
    expect(await spool.pending()).toHaveLength(3);
  });

  it('outlives the process, and is gone once another one has settled it', async () => {
    await openSpool(folder, log).append([ended('alice'), ended('bob')]);
    const next = openSpool(folder, log);
    await next.append([ended('carol')]);
    expect((await next.pending()).map(({ id }) => id)).toHaveLength(3);
    await next.settle([ended('alice')]);
    // What is not settled keeps the file; an end that is told twice changes nothing.
    expect(await next.pending()).toContainEqual(ended('bob'));
    await next.settle(await next.pending());
    expect(await openSpool(folder, log).pending()).toEqual([]);
  });

  it('is on disk when it says so, however many append at once', async () => {
    const spool = openSpool(folder, log);
    const names = Array.from({ length: 300 }, (_, index) => `grant-${index}`);
    await Promise.all(names.map((name) => spool.append([ended(name)])));
    expect(await openSpool(folder, log).pending()).toHaveLength(300);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['half a line, as a process leaves that was killed', (text: string) => text.slice(0, -20)],
    ['a line whose bytes changed', (text: string) => text.replace('"ended"', '"faulted"')],
    ['no spool at all', () => '\u0000\u0001 {}\n{"id":1}\n\n'],
  ])('leaves out %s', async (_, damage) => {
    const spool = openSpool(folder, log);
    await spool.append([ended('whole')]);
    const [name = ''] = await files();
    await writeFile(join(folder, 'damaged.jsonl'), damage(await readFile(join(folder, name), 'utf8')));
    expect(await spool.pending()).toEqual([ended('whole')]);
    await spool.settle([ended('whole')]);
    expect(await files()).toEqual([]);
  });

  it('goes on in memory where the disk cannot be written, and says so', async () => {
    await writeFile(folder, 'not a folder');
    const spool = openSpool(folder, log);
    await spool.append([ended('alice')]);
    expect(await spool.pending()).toEqual([ended('alice')]);
    expect(complaints).toEqual(['spool not written']);
    await rm(folder);
    await spool.append([ended('bob')]);
    expect(await openSpool(folder, log).pending()).toEqual([ended('alice'), ended('bob')]);
  });

  it('does not mind another process that writes beside it', async () => {
    const [one, two] = [openSpool(folder, log), openSpool(folder, log)];
    await one.append([ended('alice')]);
    await two.append([ended('bob')]);
    await one.settle(await one.pending());
    await two.append([ended('carol')]);
    expect((await two.pending()).map(({ id }) => id)).toContain(ended('carol').id);
    await appendFile(join(folder, 'other.txt'), 'nobody’s');
    expect(await two.pending()).not.toContainEqual(expect.objectContaining({ id: undefined }));
  });
});
