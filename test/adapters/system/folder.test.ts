import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../../src/adapters/system/folder.js';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hallpass-folder-'));
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a', 'file.yaml'), 'x\n');
  writeFileSync(join(root, 'large'), '');
  truncateSync(join(root, 'large'), 1024 * 1024 + 1);
  symlinkSync('a/file.yaml', join(root, 'link'));
  symlinkSync('link', join(root, 'loop'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
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
