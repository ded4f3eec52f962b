import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { cli } from './harness.js';
import { type Installation, installation } from './installation.js';

let dir = '';
let place: Installation;
const keys = { old: newPrivateKey('old'), next: newPrivateKey('next') };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-rotate-'));
  place = await installation(dir, { signingKey: keys.old });
  writeFileSync(join(dir, 'next'), keys.next);
  writeFileSync(join(dir, 'allowed_signers'), signerLine(keys.old));
});

afterAll(async () => {
  await place.close();
  rmSync(dir, { recursive: true, force: true });
});

const hallpass = (...argv: readonly string[]) => cli(argv, { cwd: dir, env: place.env });
const signerLine = (key: string) =>
  `hallpass@users.noreply.github.com namespaces="git" ${signerFromPrivateKey(key).publicKey}\n`;

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', place.github.gitDir, ...args], { encoding: 'utf8', stdio: 'pipe' });
const commits = () => git('rev-list', 'access-ledger').trim().split('\n');
const verifyCommit = (commit: string) =>
  git('-c', `gpg.ssh.allowedSignersFile=${join(dir, 'allowed_signers')}`, 'verify-commit', commit);
const auditVerify = () => hallpass('audit', 'verify', '--repo', place.github.gitDir);

describe('handing the ledger over', () => {
  it('is refused while there is no ledger, and without a key at hand', async () => {
    expect(await hallpass('ledger', 'rotate-key', '--next', 'next')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no ledger yet'),
    });
    expect(await hallpass('ledger', 'rotate-key', '--next', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere cannot be read'),
    });
    expect((await hallpass('ledger', 'rotate-key')).err).toContain('--next');
  });

  it('is one commit of the old key, after which the new one writes and both are proved', async () => {
    expect((await hallpass('reconcile', '--once')).code).toBe(0);
    const rotated = await hallpass('ledger', 'rotate-key', '--next', 'next');
    expect(rotated).toMatchObject({ code: 0, err: '' });
    expect(rotated.out).toContain(signerLine(keys.next));
    expect(rotated.out).not.toContain('PRIVATE');
    const rotation = commits()[0] ?? '';
    expect(rotated.out).toContain(rotation);
    expect(verifyCommit(rotation)).toBe('');

    // Again, as after a crash: nothing more is written.
    const again = JSON.parse((await hallpass('ledger', 'rotate-key', '--next', 'next', '--json')).out);
    expect(again).toEqual({ commit: rotation, allowed_signers: signerLine(keys.next).trim() });
    expect((await hallpass('ledger', 'rotate-key', '--next', 'next')).code).toBe(0);
    expect(commits()[0]).toBe(rotation);

    // The old key is refused, the new one writes.
    await place.github.as('root').push('main', { 'a.txt': 'so that the cursor moves\n' });
    const refused = await hallpass('reconcile', '--once');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('ledger_key');
    expect(commits()[0]).toBe(rotation);
    writeFileSync(join(dir, 'signing'), keys.next);
    expect((await hallpass('reconcile', '--once')).code).toBe(0);
    const after = commits()[0] ?? '';
    expect(after).not.toBe(rotation);

    expect(() => verifyCommit(after)).toThrow();
    appendFileSync(join(dir, 'allowed_signers'), signerLine(keys.next));
    for (const commit of commits()) expect(verifyCommit(commit)).toBe('');
    expect(await auditVerify()).toMatchObject({ code: 0, out: expect.stringMatching(/^Clean: /) });
  });

  it('does not open the ledger to a key that the one before did not name', async () => {
    writeFileSync(join(dir, 'stranger'), newPrivateKey('stranger'));
    writeFileSync(join(dir, 'signing'), keys.old);
    const head = commits()[0];
    expect(await hallpass('ledger', 'rotate-key', '--next', 'stranger')).toMatchObject({
      code: 2,
      err: expect.stringContaining('this app signs with'),
    });
    expect(commits()[0]).toBe(head);
  });
});
