import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { ALICE, holding, now, open, oursOf, prepare, READER, standing } from './harness.js';
import { startFake } from './servers.js';
import { adminOf } from './world.js';

/** What a real API server cannot be made to do at will. */
const alice = holding(ALICE, READER);

let server: Awaited<ReturnType<typeof startFake>>;
let fake: typeof server.fake;
let admin: ReturnType<typeof adminOf>;
let token: string;
let provider: Provider;

beforeEach(async () => {
  server = await startFake();
  fake = server.fake;
  admin = adminOf(server.cluster);
  token = await prepare(server.cluster);
  provider = await open(fake.url, { token });
});
afterEach(() => server.close());

const fault = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown);
const ours = () => oursOf(admin);

describe('a binding', () => {
  it('that a webhook changes is removed', async () => {
    fake.odd.alters = (body) =>
      body.kind === 'RoleBinding'
        ? { ...body, subjects: [{ kind: 'Group', name: 'system:authenticated' }] }
        : body;
    expect(await fault(provider.grant(alice, now, 'key'))).toMatchObject({
      fault: 'blocked',
      code: 'altered',
    });
    expect(await ours()).toEqual([]);
  });

  it('is deleted by its uid, never one that was made anew meanwhile', async () => {
    await provider.grant(alice, now, 'key');
    fake.odd.remakes = true;
    expect(await fault(provider.revoke(alice, null))).toMatchObject({ fault: 'retry', code: 'conflict' });
    expect(await ours()).toHaveLength(1);
    fake.odd.remakes = false;
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
  });

  it('that is not found by its name is looked for in the list', async () => {
    await provider.grant(alice, now, 'key');
    fake.odd.misses = true;
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect(await ours()).toEqual([]);
  });
});

describe('looking', () => {
  it('reads lists to the last page, and begins again when the server forgot', async () => {
    fake.odd.pageSize = 1;
    await provider.grant(alice, now, 'key');
    await admin.apply(standing('bob', READER));
    expect((await provider.observe([alice])).held).toHaveLength(2);
    fake.odd.forgets = 1;
    expect((await provider.observe([alice])).held).toHaveLength(2);
    fake.odd.forgets = 2;
    expect(await fault(provider.observe([alice]))).toMatchObject({ fault: 'retry', code: 'expired' });
  });

  it('never calls missing what a 404 hides', async () => {
    await provider.grant(alice, now, 'key');
    const broken = await open(`${fake.url}/proxy`, { token });
    for (const work of [broken.observe([alice]), broken.revoke(alice, null)])
      expect(await fault(work)).toMatchObject({ fault: 'blocked', code: 'not_found' });
  });
});

describe('the token', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is read again from its file at every call', async () => {
    const file = join(dir, 'token');
    await writeFile(file, 'an old one\n');
    const renewed = await open(fake.url, { token_file: file });
    expect(await fault(renewed.observe([alice]))).toMatchObject({ code: 'credentials' });
    await writeFile(file, `${token}\n`);
    expect(await renewed.observe([alice])).toMatchObject({ complete: true });
    await rm(file);
    expect(await fault(renewed.observe([alice]))).toMatchObject({ fault: 'blocked', code: 'credentials' });
  });

  it.each([{}, { token: 'a', token_file: '/a' }])(
    'comes one way and not two: %j',
    async (connection: Connection) => {
      expect(await fault(open(fake.url, connection))).toMatchObject({ code: 'settings' });
    },
  );
});
