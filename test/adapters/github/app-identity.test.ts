import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appSlugOf } from '../../../src/adapters/github/app-identity.js';
import { Retry } from '../../../src/ports/fault.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hallpass-app-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const told = (slug: string) => ({ identity: async () => ({ id: 1, slug }) });
const away = { identity: () => Promise.reject(new Retry('github_away', 'no answer')) };
const hanging = { identity: () => new Promise<never>(() => {}) };
const slug = (clients: Parameters<typeof appSlugOf>[0], appId = 1) => appSlugOf(clients, { appId, folder });

describe('who the app is', () => {
  it('is asked once, and known from then on while GitHub is away or hangs', async () => {
    await expect(slug(away)).rejects.toMatchObject({ code: 'github_away' });
    expect(await slug(told('hallpass'))).toBe('hallpass');
    expect(await slug(away)).toBe('hallpass');
    expect(await slug(hanging)).toBe('hallpass');
  });

  it('is asked anew for another app, and where what was kept cannot be read', async () => {
    await slug(told('hallpass'));
    await expect(slug(away, 2)).rejects.toMatchObject({ code: 'github_away' });
    for (const damage of ['', '{', '{"appId":1}', '{"appId":1,"slug":"a b"}', 'null']) {
      await writeFile(join(folder, 'app.json'), damage);
      await expect(slug(away), damage).rejects.toMatchObject({ code: 'github_away' });
    }
  });

  it('follows a new name from the next start on', async () => {
    await slug(told('hallpass'));
    expect(await slug(told('renamed'))).toBe('hallpass');
    for (let turn = 0; turn < 1_000; turn += 1) {
      if ((await readFile(join(folder, 'app.json'), 'utf8')).includes('renamed')) break;
      await new Promise(setImmediate);
    }
    expect(await slug(hanging)).toBe('renamed');
  });
});
