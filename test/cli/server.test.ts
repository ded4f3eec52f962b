import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { cli } from './harness.js';

const SETTINGS = `version: 1
github:
  app_id: 1
  private_key: { env: KEY }
  webhook_secret: { env: SECRET }
repository: { owner: acme, name: access, id: 1, installation_id: 2 }
data_dir: data
signing_key: { file: nowhere }
targets: {}
`;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('commands of the server', () => {
  it.each([
    [['serve']],
    [['revoke', '2026/11/alice-orders-db']],
    [['revoke', '--all', '--yes']],
    [['drift']],
    [['reconcile', '--once']],
    [['reconcile', '--once', '--plan']],
  ])('%j does not start without settings', async (argv) => {
    const { code, out, err } = await cli(argv, { cwd: dir });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^hallpass: Hallpass does not start.*\n {2}- settings_unreadable: .*hallpass\.yaml cannot be read.*\n {2}Name the file with --settings/,
    );
  });

  it('says everything that is missing at once, and no secret', async () => {
    writeFileSync(join(dir, 'other.yaml'), SETTINGS);
    const env = { HALLPASS_SETTINGS: 'other.yaml', SECRET: 'hunter2' };
    const { code, err } = await cli(['serve'], { cwd: dir, env });
    expect(code).toBe(2);
    expect(
      err
        .split('\n')
        .filter((line) => line.startsWith('  - '))
        .map((line) => line.split(': ')[1]),
    ).toEqual(['github.private_key', 'github.webhook_secret', 'signing_key']);
    expect(err).not.toContain('hunter2');
    expect((await cli(['serve', '--settings', 'other.yaml'], { cwd: dir })).err).toContain(
      'github.private_key',
    );
  });

  it.each<readonly [readonly string[], RegExp]>([
    [['revoke'], /needs the id of a request, or --all/],
    [['revoke', '--target', 'orders-db'], /needs the id of a request, or --all/],
    [['revoke', '--yes'], /needs the id of a request, or --all/],
    [['revoke', '2026/11/a', '--all'], /an id names one grant/],
    [['revoke', '2026/11/a', '--subject', 'alice'], /an id names one grant/],
    [['revoke', '2026/11/a', '2026/11/b'], /too many arguments/],
    [['revoke', 'nonsense'], /nonsense names no request\n {2}Give its id, such as/],
    [['revoke', '../../etc/passwd'], /names no request/],
    [['reconcile'], /say --once/],
    [['reconcile', '--plan'], /say --once/],
    [['reconcile', '--once', '--plan=xml'], /Allowed choices are json, text/],
  ])('%j is wrong usage', async (argv, said) => {
    const { code, err } = await cli(argv, { cwd: dir });
    expect(code).toBe(2);
    expect(err).toMatch(said);
  });
});

describe('several access repositories in one process', () => {
  const ENV = {
    KEY: generateKeyPairSync('rsa', { modulusLength: 2_048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    SECRET: randomBytes(32).toString('hex'),
    SIGNING: newPrivateKey('test'),
    CLIENT: randomBytes(20).toString('hex'),
  };
  const FIRST = SETTINGS.replace('{ file: nowhere }', '{ env: SIGNING }');
  const OTHER = FIRST.replace('id: 1,', 'id: 7,').replace('data_dir: data', 'data_dir: other');

  it.each<readonly [string, string, RegExp]>([
    [
      'the same repository',
      FIRST.replace('data_dir: data', 'data_dir: other'),
      /two of the settings have the same repository\n/,
    ],
    ['the same data_dir', FIRST.replace('id: 1,', 'id: 7,'), /two of the settings have the same data_dir\n/],
    ['another database', `${OTHER}database: { env: DATABASE }\n`, /the settings name different databases\n/],
    [
      'a second dashboard',
      `${OTHER}public_url: https://hallpass.example.com\ndashboard: { client_id: Iv1.x, client_secret: { env: CLIENT } }\n`,
      /a dashboard is only served for the first of the settings\n {2}Serve the other one by a process of its own/,
    ],
  ])('%s is refused', async (_what, second, said) => {
    writeFileSync(join(dir, 'first.yaml'), FIRST);
    writeFileSync(join(dir, 'second.yaml'), second);
    const env = { ...ENV, DATABASE: 'postgres://hallpass:x@127.0.0.1/hallpass' };
    const { code, err } = await cli(['serve', '--settings', 'first.yaml', 'second.yaml'], { cwd: dir, env });
    expect(err).toMatch(said);
    expect(code).toBe(2);
  });
});
