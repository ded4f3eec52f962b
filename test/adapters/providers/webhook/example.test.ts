import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/webhook/provider.js';
import { addSeconds, instantOf } from '../../../../src/core/time.js';
import { holding, TARGET } from './harness.js';
import { newSecret } from './receiver.js';

const PLUGINS = fileURLToPath(new URL('../../../../examples/plugins/', import.meta.url));
const ALICE = holding('alice', { door: 'store' });
const secret = newSecret();
/** The receiver asks the real clock. */
const clock = { now: () => instantOf(Date.now() / 1_000) };
const until = () => addSeconds(clock.now(), 3_600);

let folder: string;
let child: ChildProcess;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hallpass-receiver-'));
  await writeFile(join(folder, 'secrets'), `${newSecret()}\n${secret}\n`);
  await writeFile(
    join(folder, 'list.json'),
    JSON.stringify({ people: ['alice'], doors: ['store'], rows: [] }),
  );
  const program = [process.execPath, join(PLUGINS, 'access-list.mjs'), folder];
  const argv = [join(PLUGINS, 'receiver.mjs'), '0', join(folder, 'secrets'), ...program];
  child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    url = `http://127.0.0.1:${line.replace('listening on ', '')}/`;
    break;
  }
});
afterEach(async () => {
  child.kill();
  await rm(folder, { recursive: true, force: true });
});

const provider = (connection: Connection = {}) =>
  createProvider(
    { url, secrets: secret, abilities: { native_expiry: 'enforced' }, ...connection },
    { target: TARGET, clock, log: { info: () => undefined, warn: () => undefined, error: () => undefined } },
  );
const rows = async () => JSON.parse(await readFile(join(folder, 'list.json'), 'utf8')).rows;

/** A grant as somebody sends it who knows the secret, or who only saw it once. */
async function post({
  at = Date.now() / 1_000,
  key = secret,
  id = 'msg_1',
  verb = 'grant',
} = {}): Promise<number> {
  const call = { version: 1, id, verb, target: TARGET, subject: 'alice', grant: ALICE.grant, until: until() };
  const body = JSON.stringify(call);
  const timestamp = String(Math.floor(at));
  const hmac = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'));
  const signature = hmac.update(`${id}.${timestamp}.${body}`).digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  });
  return answer.status;
}

describe('examples/plugins/receiver.mjs', () => {
  it('hands calls to a program and its answers back', async () => {
    const one = await provider();
    await one.preflight?.(ALICE);
    expect(await one.grant(ALICE, until(), 'key')).toMatchObject({ changed: true, preexisting: false });
    expect((await one.observe([ALICE])).held).toMatchObject([{ holding: ALICE, managed: 'yes' }]);
    expect(await one.revoke(ALICE, null)).toEqual({ changed: true });
    expect(await rows()).toEqual([]);
  });

  it('takes nobody else’s calls, and none that are old or ahead', async () => {
    const now = Date.now() / 1_000;
    for (const one of [{ key: newSecret() }, { at: now - 400 }, { at: now + 400 }, { at: Number.NaN }])
      expect(await post(one)).toBe(401);
    expect(await rows()).toEqual([]);
    await expect((await provider({ secrets: newSecret() })).observe([ALICE])).rejects.toMatchObject({
      code: 'credentials',
    });
  });

  it('does nothing for a message that comes again, also when the access has ended meanwhile', async () => {
    expect(await post()).toBe(200);
    await (await provider()).revoke(ALICE, null);
    expect(await post()).toBe(200);
    expect(await rows()).toEqual([]);
  });

  it('asks for another attempt when the program fails', async () => {
    await writeFile(join(folder, 'list.json'), 'no list');
    await expect((await provider()).observe([ALICE])).rejects.toMatchObject({ fault: 'retry' });
  });
});
