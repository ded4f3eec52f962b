import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noticeMemoryFile } from '../../../src/adapters/notifier/memory-file.js';
import type { Remembered } from '../../../src/ports/notifier.js';
import { noticeOf } from '../../contracts/notifier-contract.js';

let dir: string;
const warned: string[] = [];
const warn = (message: string, fields?: object) => void warned.push(`${message} ${JSON.stringify(fields)}`);
const open = (folder = dir) => noticeMemoryFile(folder, { info: () => {}, warn, error: warn });
const file = () => join(dir, 'notices.json');
const NOTHING: Remembered = { delivered: {}, pending: {} };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-notices-'));
  warned.length = 0;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('what is remembered of notices', () => {
  it('is nothing at first, and then what was saved last, for nobody else to read', async () => {
    const memory = open();
    expect(await memory.load()).toEqual(NOTHING);
    expect(warned).toEqual([]);
    const last = { delivered: { slack: ['a', 'b'] }, pending: { slack: [noticeOf()] } };
    memory.save({ delivered: { slack: ['a'] }, pending: {} });
    memory.save(NOTHING);
    memory.save(last);
    await memory.saved();
    expect(await open().load()).toEqual(last);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['half a file', '{"version":1,"delivered":{"sl'],
    ['no JSON', 'notices'],
    ['null', 'null'],
    ['a list', '[]'],
    ['lists that are none', '{"delivered":{"slack":"a"},"pending":{"slack":{}}}'],
    ['nothing but strangers', '{"delivered":7,"pending":"x"}'],
  ])('is nothing where there is %s', async (_, text) => {
    await writeFile(file(), text);
    const { delivered, pending } = await open().load();
    expect([delivered, pending].flatMap((lists) => Object.values(lists).flat())).toEqual([]);
  });

  it('leaves out what is no key and no notice', async () => {
    const pending = { slack: [noticeOf(), { ...noticeOf(), event: 'nonsense' }, null, 7] };
    await writeFile(file(), JSON.stringify({ delivered: { slack: ['a', 7, null] }, pending }));
    expect(await open().load()).toEqual({ delivered: { slack: ['a'] }, pending: { slack: [noticeOf()] } });
  });

  it('is only logged when it cannot be written', async () => {
    await writeFile(file(), 'a file, no folder');
    const memory = open(file());
    memory.save(NOTHING);
    await memory.saved();
    expect(warned).toEqual([expect.stringMatching(/^notices not remembered .*EEXIST|ENOTDIR/)]);
    expect(await readFile(file(), 'utf8')).toBe('a file, no folder');
  });
});
