import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LEDGER_PRINCIPAL } from '../../src/adapters/git/commit.js';
import { allowedSignersLine, newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { FIRST_FILES, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { canRead, HALLPASS_PASSWORD, isGone, setUp, useRole } from '../adapters/providers/postgres/world.js';
import { cli } from '../cli/harness.js';
import { describeOn, postgresFlavour } from '../support/postgres.js';

const flavour = await postgresFlavour(17);

describeOn(flavour, 'drift on PostgreSQL, from the command line', (cluster) => {
  let dir = '';
  let github: SandboxGitHub;
  const secret = randomBytes(32).toString('hex');
  const signing = newPrivateKey('test');
  const env = { SECRET: secret, PASSWORD: HALLPASS_PASSWORD };
  const hallpass = (...argv: readonly string[]) => cli(argv, { cwd: dir, env });

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hallpass-drift-'));
    await setUp(cluster(), flavour);
    const keys = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const app = {
      id: 4711,
      installationId: 77,
      slug: 'hallpass-test',
      publicKey: keys.publicKey,
      webhookSecret: secret,
    };
    const place = { dir: join(dir, 'github'), owner: 'acme', repo: 'access', now: () => new Date() };
    github = await startGitHub({ ...place, users: USERS, teams: TEAMS, files: FIRST_FILES, app });
    writeFileSync(join(dir, 'app.pem'), keys.privateKey);
    writeFileSync(join(dir, 'signing'), signing);
    const { host, port } = cluster();
    writeFileSync(
      join(dir, 'hallpass.yaml'),
      `version: 1
github:
  host: ${github.url}
  app_id: 4711
  private_key: { file: app.pem }
  webhook_secret: { env: SECRET }
repository: { owner: acme, name: access, id: ${github.repositoryId}, installation_id: 77 }
data_dir: data
signing_key: { file: signing }
targets:
  orders-db:
    kind: postgres
    host: ${host}
    port: ${port}
    database: postgres
    user: hallpass
    tls: "off"
    password: { env: PASSWORD }
`,
    );
  });

  afterAll(async () => {
    await github?.close();
    rmSync(dir, { recursive: true, force: true });
  });

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
    const answer = await fetch(`${github.url}/repos/acme/access/issues?state=all`, {
      headers: { authorization: `Bearer ${github.token('bob')}` },
    });
    expect(await answer.json()).toMatchObject([{ title: 'Drift on orders-db', state: 'closed' }]);

    const { publicKey } = signerFromPrivateKey(signing);
    writeFileSync(join(dir, 'signers'), `${allowedSignersLine(LEDGER_PRINCIPAL, publicKey)}\n`);
    const audit = await hallpass(
      'audit',
      'verify',
      '--repo',
      github.gitDir,
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
