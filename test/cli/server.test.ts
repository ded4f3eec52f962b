import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
