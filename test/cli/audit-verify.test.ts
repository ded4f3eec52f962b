import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEDGER_PRINCIPAL } from '../../src/adapters/git/commit.js';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { allowedSignersLine } from '../../src/adapters/git/ssh-key.js';
import { findingText, verifiedText } from '../../src/views/audit-text.js';
import { bareRemote, commit, ledgerOn } from '../adapters/git/world.js';
import { cli } from './harness.js';

/** A repository with an empty inbox and a ledger that has decided up to its head. */
async function proved() {
  const repo = bareRemote();
  const cursor = commit(repo, { 'README.md': 'inbox\n' });
  const { ledger, signer } = await ledgerOn(repo, { codec: documentCodec });
  const head = await ledger.append({
    base: null,
    subject: 'decide: cursor',
    entries: [],
    violations: [],
    cursor,
  });
  const dir = join(repo, '..');
  writeFileSync(join(dir, 'allowed_signers'), `${allowedSignersLine(LEDGER_PRINCIPAL, signer.publicKey)}\n`);
  return {
    repo,
    head,
    run: (...argv: readonly string[]) =>
      cli(['audit', 'verify', '--repo', 'remote.git', ...argv], { cwd: dir }),
  };
}

describe('hallpass audit verify', () => {
  it('is content with a sound ledger', async () => {
    const { head, run } = await proved();
    expect(await run()).toEqual({
      code: 0,
      out: `Clean: 1 commit, 0 documents written, 0 grants alive, up to ${head?.slice(0, 12)}.\n`,
      err: '',
    });
    const { code, out } = await run('--replay', '--json', '--contains', head ?? '');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ clean: true, head, commits: 1, entries: 0, live: 0, findings: [] });
  });

  it('tells what is wrong with a forged one, and shows nothing unseen', async () => {
    const { repo, run } = await proved();
    commit(
      repo,
      { 'grants/\u001b]52;c;x\u0007.yaml': 'x' },
      { branch: 'access-ledger', message: 'mine\u001b[2J\n' },
    );
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^critical unsigned [0-9a-f]{12}: /m);
    expect(out).toContain('grants/\\u{1b}]52;c;x\\u{7}.yaml');
    expect(out).toMatch(/\n\d+ findings: 2 commits,/);
    expect(out.replaceAll('\n', '')).toBe(out.replaceAll('\n', '').replace(/\p{C}/gu, ''));
    const json = await run('--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ clean: false });
  });

  it('notices a ledger that was rolled back', async () => {
    const { run } = await proved();
    const { code, out } = await run('--contains', 'f'.repeat(40));
    expect(code).toBe(1);
    expect(out).toContain('rolled_back');
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'no signers',
      ['--signers', 'nothing'],
      /^hallpass: who may sign is not known: nothing cannot be read\n {2}Name the file/,
    ],
    [
      'signers that are none',
      ['--signers', 'remote.git/HEAD'],
      /names no Ed25519 key.*\n {2}Give a file whose lines/,
    ],
    [
      'a short commit id',
      ['--contains', 'abc123'],
      /--contains abc123 is no commit id\n {2}Give all 40 digits/,
    ],
    ['no such branch', ['--branch', 'other'], /There is no branch other here\.\n {2}Fetch it/],
    ['no default branch', ['--default-branch', 'other'], /default branch .* is not here\.\n {2}Name it/],
    ['no repository', ['--repo', 'nowhere'], /there is no such folder/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { run } = await proved();
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });

  it('paints by how bad it is', () => {
    const paint = (style: string, text: string) => `<${style}:${text}>`;
    const finding = { code: 'not_linear', severity: 'high', message: 'x'.repeat(2_000) } as const;
    expect(findingText(finding, paint)).toMatch(
      /^<warn:high {4}> not_linear: x{1000}… \(1000 more characters\)$/,
    );
    const counts = { commits: 1, entries: 1, live: 2 };
    const head = 'a'.repeat(40) as Parameters<typeof verifiedText>[0]['head'];
    expect(verifiedText({ head, findings: [finding], counts }, paint)).toMatch(
      /^<bad:1 finding>: 1 commit, 1 document/,
    );
  });
});
