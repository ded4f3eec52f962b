import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { FIRST_FILES, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { cli } from './harness.js';

let dir = '';
let github: SandboxGitHub;
const secret = randomBytes(32).toString('hex');

/** A server's settings for the stand-in, with its secrets beside them. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-serving-'));
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  github = await startGitHub({
    dir: join(dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => new Date(),
    users: USERS,
    teams: TEAMS,
    files: FIRST_FILES,
    app: {
      id: 4711,
      installationId: 77,
      slug: 'hallpass-test',
      publicKey: keys.publicKey,
      webhookSecret: secret,
    },
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
server: { port: 0 }
data_dir: data
signing_key: { file: signing }
schedule: 0 0 29 2 *
targets:
  orders-db: { kind: memory }
`,
  );
});

afterAll(async () => {
  await github.close();
  rmSync(dir, { recursive: true, force: true });
});

const hallpass = (...argv: readonly string[]) => cli(argv, { cwd: dir, env: { SECRET: secret } });

describe('against a real server', () => {
  it('plans and runs a pass', async () => {
    const planned = await hallpass('reconcile', '--once', '--plan');
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(planned.out)).toMatchObject({ now: expect.any(String), steps: [] });
    expect((await hallpass('reconcile', '--once', '--plan=text')).out).toBe('Nothing to do.\n');
    const ran = await hallpass('reconcile', '--once');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Nothing is ahead.');
  });

  it('does not revoke what does not live', async () => {
    expect(await hallpass('revoke', '2026/11/nobody')).toMatchObject({
      code: 1,
      out: '',
      err: 'hallpass: nothing of 2026/11/nobody lives: it has ended, or was never granted\n',
    });
  });

  it('does not revoke many where there is none', async () => {
    expect(await hallpass('revoke', '--all', '--yes')).toMatchObject({
      code: 1,
      out: '',
      err: 'hallpass: no grant of these lives\n',
    });
  });

  it('serves until it is told to stop', async () => {
    let health = 0;
    let out = '';
    const { code } = await cli(['serve'], {
      cwd: dir,
      env: { SECRET: secret },
      out: (text) => {
        out += text;
      },
      async untilStopped() {
        const url = /listens on (\S+);/.exec(out)?.[1] ?? '';
        health = (await fetch(new URL('/healthz', url))).status;
      },
    });
    expect({ code, health }).toEqual({ code: 0, health: 200 });
  });
});
