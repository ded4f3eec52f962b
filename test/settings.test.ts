import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings.js';
import { newSigningKey, providerKinds, runProgram } from '../src/wire.js';

const SETTINGS = `version: 1
github:
  app_id: 1
  private_key: { env: APP_KEY }
  webhook_secret: { env: WEBHOOK_SECRET }
repository: { owner: acme, name: access, id: 2, installation_id: 3 }
data_dir: data
signing_key: { file: signing_key }
targets:
  orders-db: { kind: postgres, host: db.internal, database: orders, user: hallpass, password: { env: DB_PASSWORD } }
`;
const ENV = {
  APP_KEY: '-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----',
  WEBHOOK_SECRET: 'x'.repeat(32),
  DB_PASSWORD: 'correct horse',
};

let dir: string;
const read = (env: Readonly<Record<string, string | undefined>> = ENV) =>
  readSettings({ file: join(dir, 'hallpass.yaml'), env, kinds: providerKinds, run: runProgram });
const problems = async (env?: Readonly<Record<string, string | undefined>>) => {
  const outcome = await read(env);
  return 'problems' in outcome ? outcome.problems.map(({ code, message }) => `${code} ${message}`) : [];
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-settings-'));
  await writeFile(join(dir, 'hallpass.yaml'), SETTINGS);
  await writeFile(join(dir, 'signing_key'), newSigningKey('test'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('settings', () => {
  it('puts every secret in its place and paths beside the file', async () => {
    const outcome = await read();
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.settings.dataDir).toBe(join(dir, 'data'));
    expect(outcome.connections.get('orders-db')?.connection).toMatchObject({ password: 'correct horse' });
    expect(outcome.secrets()).toContain('correct horse');
  });

  it('says everything that is missing at once', async () => {
    await writeFile(join(dir, 'signing_key'), 'not a key\n');
    const found = await problems({ WEBHOOK_SECRET: 'development' });
    expect(found).toHaveLength(4);
    expect(found.join('\n')).toMatch(/private_key.*APP_KEY is not set/);
    expect(found.join('\n')).toMatch(/webhook_secret: it has 11 bytes/);
    expect(found.join('\n')).toMatch(/signing_key: it is no OPENSSH PRIVATE KEY/);
    expect(found.join('\n')).toMatch(/targets.orders-db.password/);
  });

  it.each(['', 'development', 'x'.repeat(31)])('refuses the webhook secret %j (T080)', async (secret) => {
    expect(await problems({ ...ENV, WEBHOOK_SECRET: secret })).toHaveLength(1);
  });

  it('refuses unknown settings where they stand', async () => {
    await writeFile(join(dir, 'hallpass.yaml'), `${SETTINGS}sheduling: often\n`);
    expect(await problems()).toEqual([
      expect.stringMatching(/^unknown_key .*hallpass\.yaml:11:1 .*sheduling/),
    ]);
  });

  it('reads what people sign in with, and keeps it out of the log', async () => {
    const dashboard =
      'public_url: https://h.example\ndashboard: { client_id: Iv23li, client_secret: { env: CLIENT_SECRET } }\n';
    await writeFile(join(dir, 'hallpass.yaml'), SETTINGS + dashboard);
    const secret = 'c'.repeat(40);
    const outcome = await read({ ...ENV, CLIENT_SECRET: secret });
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.dashboard).toEqual({ clientId: 'Iv23li', clientSecret: secret });
    expect(outcome.secrets()).toContain(secret);
    expect(await problems({ ...ENV, CLIENT_SECRET: 'short' })).toEqual([
      expect.stringContaining('dashboard.client_secret: it has 5 bytes'),
    ]);
  });

  const withPassword = (source: string) =>
    writeFile(join(dir, 'hallpass.yaml'), SETTINGS.replace('{ env: DB_PASSWORD }', source));
  const connection = async () => {
    const outcome = await read();
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    return { outcome, target: outcome.connections.get('orders-db') };
  };

  it('takes a secret from what a program prints', async () => {
    const program = join(dir, 'token');
    await writeFile(program, '#!/bin/sh\nenv >"$0.env"; pwd >"$0.pwd"; printf "%s\\n" "$1"\n', {
      mode: 0o755,
    });
    await withPassword(`{ command: [${program}, "$(id) 'x' *"] }`);
    expect((await connection()).target?.connection).toMatchObject({ password: "$(id) 'x' *" });
    const env = await readFile(`${program}.env`, 'utf8');
    expect(env.split('\n').filter((line) => line !== '' && !/^(?:PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual([
      expect.stringMatching(/^PATH=/),
    ]);
    expect(await readFile(`${program}.pwd`, 'utf8')).toBe('/\n');
  });

  it.each([
    ['relative', 'token', /absolute path/],
    ['absent', '/nowhere/token', /cannot be started/],
    ['one that fails', '/bin/false', /ended with 1/],
    ['silent', '/bin/true', /printed nothing/],
    ['too talkative', '/usr/bin/yes', /printed more than/],
  ])('says what is wrong with a program that is %s', async (_, program, problem) => {
    await withPassword(`{ command: [${program}] }`);
    expect(await problems()).toEqual([expect.stringMatching(problem)]);
  });

  it('puts the secrets of a mapping below their keys, and shows none of them', async () => {
    const target =
      '{ kind: exec, command: [/bin/true], environment: { A: { env: APP_KEY }, B: { file: b } } }';
    await writeFile(join(dir, 'b'), 'hunter2\n');
    await writeFile(join(dir, 'hallpass.yaml'), SETTINGS.replace(/\{ kind: postgres.*/, target));
    const { outcome, target: read } = await connection();
    expect(read?.connection).toEqual({
      command: ['/bin/true'],
      environment: { A: ENV.APP_KEY, B: 'hunter2' },
    });
    expect(outcome.secrets()).toContain('hunter2');
    const inline = target.replace('{ file: b }', 'hunter2');
    await writeFile(join(dir, 'hallpass.yaml'), SETTINGS.replace(/\{ kind: postgres.*/, inline));
    expect(await problems()).toEqual([expect.stringMatching(/^wrong_type/)]);
  });

  it('reads the secrets of a target again, and tells the log before anybody else', async () => {
    await withPassword('{ file: password }');
    await writeFile(join(dir, 'password'), 'first');
    const { outcome, target } = await connection();
    await writeFile(join(dir, 'password'), 'second');
    expect(outcome.secrets()).not.toContain('second');
    expect(await target?.reread?.()).toMatchObject({ host: 'db.internal', password: 'second' });
    expect(outcome.secrets()).toEqual(expect.arrayContaining(['first', 'second']));
    await rm(join(dir, 'password'));
    await expect(target?.reread?.()).rejects.toMatchObject({ fault: 'blocked', code: 'secret_unusable' });
  });

  it('never says a secret in a problem', async () => {
    await writeFile(join(dir, 'signing_key'), 'swordfish');
    expect((await problems()).join()).not.toContain('swordfish');
  });

  it('says which file is not there', async () => {
    await rm(join(dir, 'hallpass.yaml'));
    expect(await problems()).toEqual([
      expect.stringMatching(/^settings_unreadable .*hallpass\.yaml cannot be read \(ENOENT\)/),
    ]);
  });
});

describe('receivers of notices', () => {
  const whsec = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 'k').toString('base64')}`;
  const withReceiver = async (url: string, signing = whsec(32)) => {
    const receiver = '{ name: siem, kind: webhook, url: { env: SIEM_URL }, secrets: [{ env: SIEM_SECRET }] }';
    await writeFile(join(dir, 'hallpass.yaml'), `${SETTINGS}notify:\n  - ${receiver}\n`);
    return { ...ENV, SIEM_URL: url, SIEM_SECRET: signing };
  };

  it('have their secrets in place, and the log takes them out', async () => {
    const outcome = await read(await withReceiver('https://siem.example.com/hooks/swordfish'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.receivers).toMatchObject([
      { name: 'siem', url: 'https://siem.example.com/hooks/swordfish' },
    ]);
    expect(outcome.secrets()).toEqual(
      expect.arrayContaining(['https://siem.example.com/hooks/swordfish', whsec(32)]),
    );
  });

  it.each(['http://127.0.0.1:9000/x', 'http://localhost/x', 'http://[::1]:9000/'])(
    'may be at %s, which does not leave the machine',
    async (url) => expect(await problems(await withReceiver(url))).toEqual([]),
  );

  it.each([
    'http://siem.example.com/swordfish',
    'http://127.0.0.1.example.com/swordfish',
    'ftp://siem.example.com/swordfish',
    'file:///etc/swordfish',
    'siem.example.com/swordfish',
    'https://user:swordfish@siem.example.com/',
    'https://',
  ])('are not called at %s, and no problem says the address', async (url) => {
    const found = await problems(await withReceiver(url));
    expect(found).toEqual([expect.stringMatching(/^secret_unusable notify\.siem\.url: /)]);
    expect(found.join()).not.toContain('swordfish');
  });

  it.each(['swordfish', 'whsec_', `whsec_${'k'.repeat(8)}`, whsec(23), whsec(65), `${whsec(32)}!`])(
    'are not signed for with %s',
    async (signing) => {
      const found = await problems(await withReceiver('https://siem.example.com/', signing));
      expect(found).toEqual([expect.stringMatching(/^secret_unusable notify\.siem\.secrets: /)]);
    },
  );
});
