import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { bareRemote, commit, ledgerOn, scratch } from '../adapters/git/world.js';
import { entry, LIFE } from '../app/entries.js';
import { cli } from './harness.js';

const CONTROL = ['policy', 'catalog', 'people'].map((name) => `.github/access/${name}.yaml`);
const DOCUMENTS = Object.fromEntries(
  CONTROL.map((path) => [path, readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')]),
);
const OPEN_POLICY = `version: 1
rules:
  - { name: anybody, entitlements: ["*"], auto_approve: true }
`;

/** A clone of a repository whose ledger has one entry, with some documents changed in the folder. */
async function changed(files: Readonly<Record<string, string>>) {
  const remote = bareRemote();
  commit(remote, DOCUMENTS);
  const { ledger } = await ledgerOn(remote, { codec: documentCodec });
  await ledger.append({ base: null, subject: 'grant: 1 grant', entries: [entry(LIFE)], violations: [] });
  const dir = join(scratch(), 'clone');
  execFileSync('git', ['clone', '--quiet', remote, dir]);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return (...argv: readonly string[]) => cli(['policy', 'impact', ...argv], { cwd: dir });
}

describe('hallpass policy impact', () => {
  it('says that nothing changes', async () => {
    const impact = await changed({});
    expect(await impact('--base', 'origin/main')).toEqual({
      code: 0,
      out: 'Of 1 open, live and recent requests, none would be decided otherwise.\n',
      err: '',
    });
  });

  it('says what changes', async () => {
    const catalog =
      DOCUMENTS['.github/access/catalog.yaml']?.replace('min_approvals: 2', 'min_approvals: 0') ?? '';
    const impact = await changed({
      '.github/access/policy.yaml': OPEN_POLICY,
      '.github/access/catalog.yaml': catalog,
    });
    const { code, out } = await impact('--base', 'main');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^1 of 1 requests would be approved and were not:\n {2}2026\/11\/alice-orders-db \(ended\): denied, then approved\n$/,
    );
    expect(JSON.parse((await impact('--base', 'main', '--json')).out)).toEqual({
      looked: 1,
      impacts: [
        {
          kind: 'gains',
          name: '2026/11/alice-orders-db',
          standing: 'ended',
          before: 'denied',
          after: 'approved',
        },
      ],
      problems: [],
    });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no base', [], /required option '--base <ref>' not specified/],
    ['a base that is not there', ['--base', 'v1'], /There is no commit v1 in this clone/],
    ['an option for a base', ['--base=--upload-pack=x'], /There is no commit --upload-pack/],
    ['a range', ['--base', 'main..main'], /There is no commit main\.\.main/],
    ['no ledger', ['--base', 'main', '--branch', 'other'], /has no branch other/],
    ['no clone', ['--base', 'main', '--repo', '/nowhere'], /there is no folder/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const impact = await changed({});
    const { code, out, err } = await impact(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });

  it('exits 2 with a policy that cannot be read, and says where', async () => {
    const impact = await changed({ '.github/access/policy.yaml': 'version: 1\nruls: []\n' });
    const { code, err } = await impact('--base', 'main');
    expect(code).toBe(2);
    expect(err).toMatch(/^\.github\/access\/policy\.yaml:\d/);
    expect(err).toContain('the documents in the folder cannot be used');
  });
});
