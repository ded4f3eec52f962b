import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LEDGER_PRINCIPAL } from '../../src/adapters/git/commit.js';
import { allowedSignersLine, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import {
  canRead,
  HALLPASS_PASSWORD,
  isGone,
  settingsOf,
  setUp,
  useRole,
} from '../adapters/providers/postgres/world.js';
import { type Installation, startInstallation } from '../support/installation.js';
import { describeOn, postgresFlavour } from '../support/postgres.js';

const flavour = await postgresFlavour(17);

describeOn(flavour, 'drift on PostgreSQL, from the command line', (cluster) => {
  let server: Installation;
  const hallpass = (...argv: readonly string[]) => server.run(argv, { env: { PASSWORD: HALLPASS_PASSWORD } });

  beforeAll(async () => {
    await setUp(cluster(), flavour);
    server = await startInstallation({ targets: settingsOf('orders-db', cluster()) });
  });
  afterAll(() => server?.close());

  it('an orphan is shown, then removed with its session and recorded; standing privileges are shown and stay', async () => {
    expect(await hallpass('drift')).toMatchObject({ code: 0, out: 'orders-db: nothing differs\n' });
    const ours = await cluster().connect('hallpass', HALLPASS_PASSWORD);
    await ours.query('GRANT app_readonly TO alice');
    await ours.end();
    await cluster().admin.query('GRANT app_readonly TO bob');
    const session = await useRole(cluster(), 'alice', 'app_readonly');

    const shown = await hallpass('drift', '--json', '--open-issue');
    expect(shown.code).toBe(1);
    expect(JSON.parse(shown.out).targets[0].findings).toMatchObject([
      { kind: 'orphaned', subject: 'alice', entitlements: ['orders-db-readonly'], next: 'removed' },
      { kind: 'unmanaged', subject: 'bob', login: null, owners: [], next: 'adopt_or_remove' },
    ]);
    expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(true);

    expect((await hallpass('reconcile', '--once')).out).toContain('drift: orphaned, alice on orders-db');
    expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
    expect(await isGone(session)).toBe(true);
    expect(await canRead(cluster(), 'bob', 'app_readonly')).toBe(true);
    expect(await hallpass('drift')).toMatchObject({
      code: 1,
      out: expect.stringContaining('standing privilege: bob has orders-db-readonly without a grant'),
    });

    await cluster().admin.query('REVOKE app_readonly FROM bob');
    expect(await hallpass('drift', '--format', 'md', '--open-issue')).toMatchObject({
      code: 0,
      out: '### `orders-db`: nothing differs\n',
    });
    const answer = await fetch(`${server.github.url}/repos/acme/access/issues?state=all`, {
      headers: { authorization: `Bearer ${server.github.token('bob')}` },
    });
    expect(await answer.json()).toMatchObject([{ title: 'Drift on orders-db', state: 'closed' }]);

    const { publicKey } = signerFromPrivateKey(server.signing);
    await writeFile(join(server.dir, 'signers'), `${allowedSignersLine(LEDGER_PRINCIPAL, publicKey)}\n`);
    const audit = await hallpass(
      'audit',
      'verify',
      '--repo',
      server.github.gitDir,
      '--signers',
      'signers',
      '--json',
    );
    expect({ code: audit.code, findings: JSON.parse(audit.out).findings }).toEqual({ code: 0, findings: [] });
  });

  it('a target that cannot be looked at is no clean answer', async () => {
    await cluster().admin.query(`ALTER ROLE hallpass PASSWORD 'another'`);
    const shown = await hallpass('drift');
    await cluster().admin.query(`ALTER ROLE hallpass PASSWORD '${HALLPASS_PASSWORD}'`);
    expect(shown.code).toBe(2);
    expect(shown.out).toMatch(/^orders-db: could not be looked at \([a-z_]+\)\n$/);
  });
});
