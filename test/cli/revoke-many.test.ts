import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { instantOf } from '../../src/core/time.js';
import { FIRST_FILES, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { MEMORY_CATALOG } from '../scenarios/scenario.js';
import { cli } from './harness.js';

let dir = '';
let github: SandboxGitHub;
const secret = randomBytes(32).toString('hex');
const started = Math.floor(Date.now() / 1_000);
const month = instantOf(started).slice(0, 7).replace('-', '/');

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-many-'));
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const app = { id: 4711, installationId: 77, slug: 'hallpass-test', webhookSecret: secret };
  github = await startGitHub({
    dir: join(dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => new Date(),
    users: USERS,
    teams: TEAMS,
    files: { ...FIRST_FILES, '.github/access/catalog.yaml': MEMORY_CATALOG },
    app: { ...app, publicKey: keys.publicKey },
  });
  writeFileSync(join(dir, 'app.pem'), keys.privateKey);
  writeFileSync(join(dir, 'signing'), newPrivateKey('test'));
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
  orders-db: { kind: memory }
  teams: { kind: memory }
`,
  );
});

afterAll(async () => {
  await github?.close();
  rmSync(dir, { recursive: true, force: true });
});

const hallpass = (argv: readonly string[], answer?: string) =>
  cli(argv, {
    cwd: dir,
    env: { SECRET: secret },
    ...(answer === undefined ? {} : { ask: () => Promise.resolve(answer) }),
  });
const pass = () => hallpass(['reconcile', '--once']);

/** What nobody has to approve. */
async function ask(login: string, name: string, more = ''): Promise<void> {
  const text = `version: 1\nsubject: ${login}\nentitlements: [orders-deployers]\nduration: 2h\njustification: "try"\n${more}`;
  const actor = github.as(login);
  await actor.push(name, { [`access-requests/${month}/${name}.yaml`]: text });
  await actor.merge(await actor.openPullRequest({ head: name }));
}

async function states(): Promise<readonly string[]> {
  const { out } = await hallpass(['list', '--repo', github.gitDir, '--state', 'all', '--json']);
  const { grants } = JSON.parse(out) as { grants: { id: string; state: string; reason: string | null }[] };
  return grants.map(({ id, state, reason }) => `${id.slice(8)} ${state} ${reason ?? ''}`.trim()).toSorted();
}

it('revoke --all ends what is meant, in every state, and only after somebody said so', async () => {
  await pass();
  await ask('alice', 'now');
  await ask('alice', 'later', `start: ${instantOf(started + 36_000)}\n`);
  await ask('bob', 'other');
  await pass();
  const before = ['later scheduled', 'now active', 'other active'];
  expect(await states()).toEqual(before);

  const none = await hallpass(['revoke', '--all', '--target', 'orders-db', '--yes']);
  expect(none).toMatchObject({ code: 1, out: '', err: 'hallpass: no grant of these lives\n' });
  const nobody = await hallpass(['revoke', '--all', '--subject', 'bob']);
  expect(nobody.code).toBe(2);
  expect(nobody.err).toContain('Say --yes to end them.');
  const no = await hallpass(['revoke', '--all'], 'yes');
  expect(no).toMatchObject({ code: 2, err: 'hallpass: nothing was ended\n' });
  expect(no.out).toMatch(/now: alice, orders-deployers on teams until .* UTC\n/);
  expect(no.out).toMatch(/later: alice, .*, not begun\n/);
  await pass();
  expect(await states()).toEqual(before);

  const one = await hallpass(['revoke', '--all', '--subject', 'BOB', '--target', 'teams'], '1');
  expect(one).toMatchObject({ code: 0, out: expect.stringContaining('Recorded: 1 grant ends now.') });
  await pass();
  expect(await states()).toEqual(['later scheduled', 'now active', 'other ended revoked']);

  // Whoever wants JSON is a program, and nobody answers for one.
  expect((await hallpass(['revoke', '--all', '--json'], '2')).err).toContain('Say --yes to end them.');
  const rest = await hallpass(['revoke', '--all', '--entitlement', 'orders-deployers', '--yes', '--json']);
  expect(rest).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(rest.out).ending.toSorted()).toEqual([`${month}/later`, `${month}/now`]);
  await pass();
  expect(await states()).toEqual(['later void revoked', 'now ended revoked', 'other ended revoked']);
  expect((await hallpass(['revoke', '--all', '--yes'])).code).toBe(1);
});
