import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { commit, scratch } from '../adapters/git/world.js';
import { bound, story } from '../app/auditing/audit-edits.js';
import { bind, copyOf, pointTo, SIGNERS } from '../app/auditing/audit-pages.js';
import { cli } from './harness.js';

const KEY = newPrivateKey('auditor');
const AUDITOR = signerFromPrivateKey(KEY).publicKey;
const ALLOWED = `${SIGNERS}auditor namespaces="hallpass-checkpoint" ${AUDITOR}\n`;
const HEAD = bound.commits.at(-1) ?? '';

/** A folder with an auditor's key, the signers, and a copy of the story's repository. */
function office(signers = ALLOWED) {
  const folder = scratch();
  const repo = copyOf(story.repo);
  writeFileSync(join(folder, 'key'), KEY);
  chmodSync(join(folder, 'key'), 0o600);
  writeFileSync(join(folder, 'allowed_signers'), signers);
  const audit = (verb: string, ...argv: readonly string[]) =>
    cli(['audit', verb, '--repo', repo, '--default-branch', 'main', ...argv], { cwd: folder });
  return { folder, repo, audit };
}

async function kept(signers?: string) {
  const desk = office(signers);
  expect(await desk.audit('checkpoint', '--key', 'key', '--out', 'seen')).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  return desk;
}

describe('hallpass audit checkpoint', () => {
  it('tells a program what it wrote down', async () => {
    const { folder, audit } = office();
    const { code, out } = await audit('checkpoint', '--key', 'key', '--out', 'seen', '--json');
    const signature = readFileSync(join(folder, 'seen.sig'), 'utf8');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ branch: 'access-ledger', head: HEAD, commits: 14, signature });
    expect(JSON.parse((await audit('checkpoint', '--json')).out).signature).toBeNull();
  });

  it('writes down what was proved, in a form that ssh-keygen verifies', async () => {
    const { folder } = await kept();
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toMatch(
      new RegExp(`^hallpass checkpoint 1\nbranch: access-ledger\nhead: ${HEAD}\ncommits: 14\nat: .*Z\n$`),
    );
    const args = [
      '-Y',
      'verify',
      '-f',
      'allowed_signers',
      '-I',
      'auditor',
      '-n',
      'hallpass-checkpoint',
      '-s',
      'seen.sig',
    ];
    const verified = spawnSync('ssh-keygen', args, {
      cwd: folder,
      input: readFileSync(join(folder, 'seen')),
    });
    expect(verified.stdout.toString()).toMatch(/^Good "hallpass-checkpoint" signature for auditor/);
    const forCommits = spawnSync('ssh-keygen', args.with(7, 'git'), {
      cwd: folder,
      input: readFileSync(join(folder, 'seen')),
    });
    expect(forCommits.status).not.toBe(0);
  });

  it('prints both, or without a key what is to be signed', async () => {
    const { audit } = office();
    const plain = await audit('checkpoint');
    expect(plain.out).toMatch(/^hallpass checkpoint 1\n(?:.+: .+\n){4}$/);
    expect((await audit('checkpoint', '--key', 'key')).out).toContain('\n-----BEGIN SSH SIGNATURE-----\n');
  });

  it('takes the signature of ssh-keygen', async () => {
    const { folder, audit } = office();
    expect((await audit('checkpoint', '--out', 'seen')).code).toBe(0);
    execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'hallpass-checkpoint', '-f', 'key', 'seen'], {
      cwd: folder,
      stdio: 'ignore',
    });
    expect((await audit('verify', '--checkpoint', 'seen')).code).toBe(0);
  });

  it('writes nothing of a ledger that is not clean, and never over an old one', async () => {
    const { repo, audit } = await kept();
    const again = await audit('checkpoint', '--key', 'key', '--out', 'seen');
    expect(again).toMatchObject({ code: 2, out: '' });
    expect(again.err).toContain('seen.sig is there already');
    commit(repo, { 'grants/2026/11/x.yaml': 'x' }, { branch: 'access-ledger' });
    const forged = await audit('checkpoint', '--key', 'key');
    expect(forged).toMatchObject({ code: 1, out: '' });
    expect(forged.err).toMatch(/^critical unsigned/m);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no key', ['--key', 'nothing'], /the key nothing cannot be read/],
    ['a key that is none', ['--key', 'allowed_signers'], /signing key cannot be used/],
    ['no signers', ['--signers', 'nothing'], /who may sign is not known/],
    ['no ledger', ['--branch', 'other'], /There is no branch other here/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { code, out, err } = await office().audit('checkpoint', ...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});

describe('hallpass audit verify --checkpoint', () => {
  it('is content with a ledger that went on', async () => {
    const { repo, audit } = office();
    pointTo(repo, 'access-ledger', bound.commits.at(-3) ?? '');
    expect((await audit('checkpoint', '--key', 'key', '--out', 'seen')).code).toBe(0);
    pointTo(repo, 'access-ledger', HEAD);
    expect(await audit('verify', '--checkpoint', 'seen')).toMatchObject({ code: 0, err: '' });
  });

  it('finds one that was set back', async () => {
    const { repo, audit } = await kept();
    pointTo(repo, 'access-ledger', bound.commits.at(-2) ?? '');
    expect((await audit('verify')).code).toBe(0);
    const { code, out } = await audit('verify', '--checkpoint', 'seen');
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(`rolled_back: The ledger did not lead through ${HEAD} as its commit 14, where`),
    );
  });

  it('finds one that was written anew, by the right key and in good order', async () => {
    const { repo, audit } = await kept();
    // The same pages without the last one, and then a last one that says the same in other words.
    const last = story.pages.at(-1);
    if (last === undefined) throw new Error('an empty story');
    await bind(repo, [...story.pages.slice(0, -1), { ...last, subject: 'end: 1 grants' }]);
    expect((await audit('verify')).code).toBe(0);
    const { code, out } = await audit('verify', '--checkpoint', 'seen', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject([{ code: 'rolled_back', severity: 'critical' }]);
  });

  it.each<readonly [string, (folder: string) => void, RegExp]>([
    [
      'another head',
      (folder) => edit(folder, 'seen', (text) => text.replace(HEAD, bound.commits[3] ?? '')),
      /no good signature/,
    ],
    ['a line more', (folder) => edit(folder, 'seen', (text) => `${text}x: y\n`), /is no checkpoint/],
    [
      'a damaged signature',
      (folder) => edit(folder, 'seen.sig', (text) => text.replace('U1NI', 'U1NJ')),
      /no good signature/,
    ],
    ['no signature', (folder) => edit(folder, 'seen.sig', () => ''), /no good signature/],
    [
      'a signer who is none',
      (folder) => edit(folder, 'allowed_signers', () => SIGNERS),
      /may not sign checkpoints/,
    ],
    [
      'a signer for commits alone',
      (folder) => edit(folder, 'allowed_signers', (text) => text.replace('hallpass-checkpoint', 'git')),
      /may not sign checkpoints/,
    ],
  ])('believes none with %s', async (_name, spoil, said) => {
    const { folder, audit } = await kept();
    spoil(folder);
    const { code, out, err } = await audit('verify', '--checkpoint', 'seen');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });

  it('believes none about another branch, and none that is not there', async () => {
    const { repo, audit } = await kept();
    pointTo(repo, 'other', HEAD);
    expect((await audit('verify', '--checkpoint', 'seen', '--branch', 'other')).err).toContain(
      'is about the branch access-ledger',
    );
    expect((await audit('verify', '--checkpoint', 'nothing')).err).toContain('nothing cannot be read');
  });
});

function edit(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
