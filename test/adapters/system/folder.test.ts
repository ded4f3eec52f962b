import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFolder, openFolder } from '../../../src/adapters/system/folder.js';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hallpass-folder-'));
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a', 'file.yaml'), 'x\n');
  writeFileSync(join(root, 'large'), '');
  truncateSync(join(root, 'large'), 1024 * 1024 + 1);
  symlinkSync('a/file.yaml', join(root, 'link'));
  symlinkSync('link', join(root, 'loop'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a folder', () => {
  it('reads plain files, and says when there is none', async () => {
    const read = openFolder(root);
    expect(Buffer.from((await read('a/file.yaml')) ?? '').toString()).toBe('x\n');
    expect(await read('a/nothing')).toBeUndefined();
    expect(await read('a/file.yaml/below')).toBeUndefined();
    expect(await openFolder(join(root, 'nowhere'))('x')).toBeUndefined();
  });

  it.each([
    ['a', 'file_not_plain'],
    ['link', 'file_not_plain'],
    ['loop', 'file_not_plain'],
    ['pipe', 'file_not_plain'],
    ['large', 'file_too_large'],
    ['/dev/zero', 'file_not_plain'],
  ])('refuses %s', async (path, code) => {
    await expect(openFolder(root)(path)).rejects.toMatchObject({ fault: 'blocked', code });
  });
});

describe('listing a folder', () => {
  it("names every file but git's own, and follows no link", async () => {
    mkdirSync(join(root, '.git', 'x'), { recursive: true });
    writeFileSync(join(root, '.git', 'x', 'y'), '');
    writeFileSync(join(root, 'a', 'run'), '');
    chmodSync(join(root, 'a', 'run'), 0o755);
    symlinkSync('.', join(root, 'a', 'self'));
    expect(await listFolder(root)).toEqual([
      { path: 'a/file.yaml', mode: '100644', size: 2 },
      { path: 'a/run', mode: '100755', size: 0 },
      { path: 'a/self', mode: '120000', size: 1 },
      { path: 'large', mode: '100644', size: 1024 * 1024 + 1 },
      { path: 'link', mode: '120000', size: 11 },
      { path: 'loop', mode: '120000', size: 4 },
      { path: 'pipe', mode: '000000', size: 0 },
    ]);
  });

  it('believes no bit where every file has it', async () => {
    const mounted = mkdtempSync(join(tmpdir(), 'hallpass-mounted-'));
    writeFileSync(join(mounted, 'x'), '');
    chmodSync(join(mounted, 'x'), 0o777);
    expect(await listFolder(mounted)).toEqual([{ path: 'x', size: 0 }]);
    rmSync(mounted, { recursive: true });
  });
});
