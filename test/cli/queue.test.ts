import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PgBoss from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCHEMA } from '../../src/adapters/queue/database.js';
import { describeOn, postgresFlavour } from '../support/postgres.js';
import { cli } from './harness.js';
import { type Installation, installation } from './installation.js';

describeOn(await postgresFlavour(15), 'hallpass queue', (cluster) => {
  let dir = '';
  let place: Installation;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hallpass-queue-'));
    place = await installation(dir);
    const { superuser, password, host, port } = cluster();
    env = { ...place.env, DATABASE_URL: `postgres://${superuser}:${password}@${host}:${port}/postgres` };
  });
  afterAll(async () => {
    await place.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const hallpass = (...argv: readonly string[]) => cli(argv, { cwd: dir, env });

  it('says that there is nothing, or no database', async () => {
    expect(await hallpass('queue', 'list')).toMatchObject({ code: 0, out: 'Nothing was given up.\n' });
    const alone = await cli(['queue', 'list'], { cwd: dir, env: place.env });
    expect(alone).toMatchObject({ code: 2, out: '' });
    expect(alone.err).toContain('the settings name no database');
  });

  it('lists, puts back and forgets', async () => {
    const boss = new PgBoss({ connectionString: String(env.DATABASE_URL), schema: SCHEMA, schedule: false });
    await boss.start();
    await boss.createQueue('given-up');
    await boss.createQueue('access-7');
    const put = (about: number) => boss.send('given-up', { repositoryId: 7, what: 'comment', about });
    const [first, second] = [await put(1), await put(2)];
    const listed = await hallpass('queue', 'list');
    expect(listed.code).toBe(1);
    expect(listed.out).toContain(`${first}  `);
    expect(listed.out).toContain('repository 7  comment 1: ');
    expect((await hallpass('queue', 'list', '--json')).code).toBe(1);
    expect(await hallpass('queue', 'retry')).toMatchObject({ code: 2 });
    expect(await hallpass('queue', 'retry', String(first))).toMatchObject({ code: 0, out: '1 put back.\n' });
    expect(Number(await boss.getQueueSize('access-7'))).toBe(1);
    const gone = await hallpass('queue', 'drop', String(first), '--json');
    expect(gone).toMatchObject({ code: 1, out: `{"done":[],"missing":["${first}"]}\n` });
    expect(await hallpass('queue', 'drop', '--all')).toMatchObject({ code: 0, out: '1 forgotten.\n' });
    expect(second).not.toBe(first);
    expect((await hallpass('queue', 'list')).code).toBe(0);
    await boss.stop({ graceful: false });
  });
});

describe('several settings', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hallpass-several-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are served at one address, and each must be of its own', async () => {
    const place = await installation(dir);
    try {
      const text = readFileSync(join(dir, 'hallpass.yaml'), 'utf8');
      const serve = (untilStopped = async () => {}) => {
        let out = '';
        return cli(['serve', '--settings', 'hallpass.yaml', 'other.yaml'], {
          cwd: dir,
          env: place.env,
          out: (more) => {
            out += more;
          },
          untilStopped,
        }).then((ended) => ({ ...ended, out }));
      };
      writeFileSync(join(dir, 'other.yaml'), text);
      expect(await serve()).toMatchObject({
        code: 2,
        err: expect.stringContaining('two of the settings have the same repository'),
      });
      writeFileSync(join(dir, 'other.yaml'), text.replace(/ id: \d+,/, ' id: 4242,'));
      expect((await serve()).err).toContain('two of the settings have the same data_dir');
    } finally {
      await place.close();
    }
  });
});
