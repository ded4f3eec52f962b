import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from '../../src/sandbox/postgres.js';
import { bundled } from '../support/bundle.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const login = (server: { host: string; port: number }, password: string) =>
  new pg.Client({ ...server, user: 'postgres', database: 'postgres', password });

describe('the sandbox PostgreSQL', () => {
  it('is a real server that wants a password, and leaves nothing behind', async () => {
    const { stop, password, superuser, ...address } = await startPostgres({ dir });
    expect(address.host).toBe('127.0.0.1');
    expect(superuser).toBe('postgres');
    const client = login(address, password);
    await client.connect();
    expect((await client.query('select current_user::text as name')).rows).toEqual([{ name: 'postgres' }]);
    await client.end();
    await expect(login(address, 'wrong').connect()).rejects.toMatchObject({ code: '28P01' });
    await stop();
    await expect(login(address, password).connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await readdir(dir)).toEqual([]);
  });

  it('says why it did not start', async () => {
    const server = await startPostgres({ dir });
    await expect(startPostgres({ dir, port: server.port })).rejects.toThrow(/Address already in use/);
    await server.stop();
  });

  it('stops although a session does not', async () => {
    const { stop, password, ...address } = await startPostgres({ dir });
    const client = login(address, password);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0]?.pid ?? 0, 'SIGSTOP');
    await stop();
    expect(await readdir(dir)).toEqual([]);
  });

  it('stops when the process that started it is killed', async () => {
    const compiled = await bundled(join(import.meta.dirname, '../../src/sandbox/postgres.ts'), 'postgres');
    const script = `const { startPostgres } = await import('${compiled}');
      console.log((await startPostgres({ dir: '${dir}' })).port); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    const connection = connect(port, '127.0.0.1');
    await new Promise((resolve) => connection.once('connect', resolve));
    const closed = new Promise((resolve) => connection.once('close', resolve));
    connection.on('error', () => undefined);
    connection.resume();
    parent.kill('SIGKILL');
    await closed;
    await rm(dirname(compiled), { recursive: true });
  });
});
