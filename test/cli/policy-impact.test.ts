import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import type { Review } from '../../src/core/approval.js';
import type { Entry } from '../../src/core/grant.js';
import type { RequestId } from '../../src/core/request.js';
import { bareRemote, commit, git, ledgerOn, scratch } from '../adapters/git/world.js';
import { account, at, entry, LIFE, oid } from '../app/entries.js';
import { cli } from './harness.js';

const POLICY = '.github/access/policy.yaml';
const CATALOG = '.github/access/catalog.yaml';
const PEOPLE = '.github/access/people.yaml';
const DOCUMENTS = Object.fromEntries(
  [POLICY, CATALOG, PEOPLE].map((path) => [
    path,
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  ]),
);

/** The worked example with something else in one of its documents. */
function changedIn(path: string, from: string, to: string): Readonly<Record<string, string>> {
  const text = DOCUMENTS[path] ?? '';
  if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
  return { [path]: text.replace(from, to) };
}

const REQUEST = `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: "INC-1: look"
ticket: INC-1
`;

function review(id: number, by: number, login: string): Review {
  return {
    id,
    author: account(login, by),
    authorType: 'User',
    state: 'approved',
    commit: oid('7'),
    submittedAt: at(-2),
    commented: false,
  };
}

const TEAMS = Object.entries({
  engineering: ['alice', 1001],
  dba: ['bob', 1002],
  security: ['carol', 1003],
}).map(([team, [login, id]], index) => ({
  team,
  id: index + 1,
  members: [account(String(login), Number(id))],
}));

/** Alice's grant as it was decided: bob and carol approved, or only bob. */
function decided(
  id: string,
  events: number,
  reviews = [review(1, 1002, 'bob'), review(2, 1003, 'carol')],
): Entry {
  const blank = entry(LIFE.slice(0, events), { id: `2026/11/${id}` as RequestId });
  const evidence = { ...blank.decision.evidence, teams: TEAMS, reviews };
  return {
    ...blank,
    request: { ...blank.request, content: REQUEST },
    decision: { ...blank.decision, evidence },
  };
}

const LIVE = decided('live', 3);
const OVER = decided('over', 4);
const REFUSED: Entry = {
  ...decided('refused', 1, [review(1, 1002, 'bob')]),
  events: [
    { event: 'landed', at: at(0) },
    { event: 'refused', at: at(0) },
  ],
  holdings: [],
};

/** A clone of a repository whose ledger has some entries, with some documents changed in the folder; `null`: taken away. */
async function cloned(
  files: Readonly<Record<string, string | null>> = {},
  entries: readonly Entry[] = [LIVE, OVER, REFUSED],
  folder = scratch(),
) {
  const remote = bareRemote(join(folder, 'remote.git'));
  commit(remote, DOCUMENTS);
  const { ledger } = await ledgerOn(remote, { codec: documentCodec });
  await ledger.append({ base: null, subject: 'grant: 3 grants', entries, violations: [] });
  const dir = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', remote, dir]);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    if (content === null) rmSync(join(dir, path));
    else writeFileSync(join(dir, path), content);
  }
  const run = (...argv: readonly string[]) => cli(['policy', 'impact', ...argv], { cwd: dir });
  return { dir, remote, run, impact: () => run('--base', 'origin/main') };
}

const SELF = `version: 1
rules:
  - { name: anybody, entitlements: ["*"], auto_approve: true }
`;
const NO_FLOOR = changedIn(CATALOG, 'min_approvals: 2', 'min_approvals: 0');

describe('hallpass policy impact', () => {
  it('says that nothing changes', async () => {
    const { impact } = await cloned();
    expect(await impact()).toEqual({
      code: 0,
      out: 'Of 3 open, live and recent requests, none would be decided otherwise.\n',
      err: '',
    });
  });

  it('says who gets in and who approves himself, and exits 1', async () => {
    const { impact } = await cloned({ ...NO_FLOOR, [POLICY]: SELF });
    expect(await impact()).toEqual({
      code: 1,
      out: [
        '3 of 3 requests would approve themselves:',
        '  2026/11/live (live): approved, then approved',
        '  2026/11/over (ended): approved, then approved',
        '  2026/11/refused (ended): pending, then approved',
        '',
      ].join('\n'),
      err: '',
    });
    const group = '      - { from: { teams: [security], users: [dana] }, count: 1 }\n';
    const looser = {
      ...changedIn(POLICY, group, ''),
      ...changedIn(CATALOG, 'min_approvals: 2', 'min_approvals: 1'),
    };
    const { code, out } = await (await cloned(looser)).impact();
    expect(code).toBe(1);
    expect(out).toBe(
      '1 of 3 requests would be approved and were not:\n  2026/11/refused (ended): pending, then approved\n',
    );
  });

  it('says who is kept out, and exits 0: that is what changing policy is for', async () => {
    const { impact } = await cloned(changedIn(POLICY, 'max_duration: 2h', 'max_duration: 1h'));
    const { code, out } = await impact();
    expect(code).toBe(0);
    expect(out).toContain(
      '2 of 3 requests would not be approved any more:\n  2026/11/live (live): approved, then denied. ',
    );
    expect(out).toContain(
      '1 of 3 requests could not be approved by anybody any more:\n  2026/11/refused (ended): pending, then denied. ',
    );
  });

  it('says what it cannot judge, and exits 1', async () => {
    const { impact } = await cloned(
      changedIn(POLICY, 'veto: { teams: [security] }', 'veto: { teams: [legal] }'),
      [LIVE],
    );
    expect(await impact()).toEqual({
      code: 1,
      out: '1 of 1 requests cannot be judged: the new rules ask for facts that were not recorded:\n  2026/11/live (live): approved, then denied. Not recorded: who is in legal.\n',
      err: '',
    });
  });

  it('prints a stable shape', async () => {
    const { run } = await cloned({ ...NO_FLOOR, [POLICY]: SELF }, [LIVE]);
    const { code, out } = await run('--base', 'main', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      looked: 1,
      impacts: [
        {
          kind: 'self_approving',
          name: '2026/11/live',
          standing: 'live',
          before: 'approved',
          after: 'approved',
        },
      ],
      problems: [],
      issues: [],
    });
  });

  it('compares with any commit, and reads nothing of the folder for it', async () => {
    const { dir, run } = await cloned(changedIn(POLICY, 'max_duration: 2h', 'max_duration: 1h'), [LIVE]);
    const env = { GIT_WORK_TREE: dir, GIT_INDEX_FILE: join(dir, '.git/index') };
    git(join(dir, '.git'), ['commit', '--quiet', '--all', '--message', 'shorter'], { env });
    git(join(dir, '.git'), ['tag', '--annotate', '--message', 'before', 'v1.0', 'HEAD~1']);
    for (const base of [
      'v1.0',
      'HEAD~1',
      'HEAD^',
      git(join(dir, '.git'), ['rev-parse', '--short', 'HEAD~1']),
    ])
      expect((await run('--base', base)).out, base).toContain('would not be approved any more');
    for (const base of ['HEAD', 'main', 'refs/heads/main'])
      expect((await run('--base', base)).out, base).toContain('none would be decided otherwise');
  });

  it('says which entries it could not read, and does not pretend to be complete', async () => {
    const { dir, remote, impact } = await cloned();
    commit(remote, { 'grants/2026/11/bad.yaml': 'version: 1\n' }, { branch: 'access-ledger' });
    execFileSync('git', ['-C', dir, 'fetch', '--quiet', 'origin']);
    const { code, out, err } = await impact();
    expect(code).toBe(1);
    expect(out).toContain('Of 3 open, live and recent requests');
    expect(err).toMatch(/^hallpass: grants\/2026\/11\/bad\.yaml: line 1: .*\n$/);
  });
});

describe('hallpass policy impact, on suites', () => {
  const SUITE = '.github/access/suites/production.yaml';
  const suite = (outcome: string) => `policy: ../policy.yaml
catalog: ../catalog.yaml
people: ../people.yaml
cases:
  - name: nobody is an engineer
    request: { subject: alice, entitlements: [orders-db-readonly], duration: 2h, justification: "INC-1: look", ticket: INC-1 }
    now: 2026-11-22T12:00:00Z
    expect: { outcome: ${outcome} }
`;

  it('runs those of the folder, as the app does', async () => {
    expect((await (await cloned({ [SUITE]: suite('denied') })).impact()).code).toBe(0);
    const { code, out } = await (await cloned({ [SUITE]: suite('approved') })).impact();
    expect(code).toBe(1);
    expect(out).toMatch(
      /^\.github\/access\/suites\/production\.yaml:8:24 suite_failed .*nobody is an engineer/,
    );
    expect(out).toMatch(/\nOf 3 open, live and recent requests, none would be decided otherwise\.\n$/);
  });

  it('does not pass over one that cannot be read', async () => {
    const { run } = await cloned({ [SUITE]: 'policy: ../gone.yaml\n' });
    const { code, out } = await run('--base', 'main', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      looked: 3,
      impacts: [],
      issues: [{ file: SUITE, severity: 'error' }, {}],
    });
  });
});

describe('hallpass policy impact, on broken documents', () => {
  const BROKEN = { [POLICY]: 'version: 1\nruls: []\n', [CATALOG]: 'version: 2\n' };

  it('says what is wrong in the folder, and exits 1', async () => {
    const { run } = await cloned(BROKEN);
    const { code, out, err } = await run('--base', 'main');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^\.github\/access\/policy\.yaml:\d/);
    expect(out).toMatch(/^\.github\/access\/catalog\.yaml:\d/m);
    expect(out).not.toContain('decided otherwise');
    const shape = JSON.parse((await run('--base', 'main', '--json')).out);
    expect(shape).toMatchObject({ looked: null, impacts: [], problems: [] });
    expect(shape.issues.length).toBeGreaterThan(1);
  });

  it('takes a document that was removed for a broken one', async () => {
    const { code, out } = await (await cloned({ [PEOPLE]: null })).impact();
    expect(code).toBe(1);
    expect(out).toMatch(/^\.github\/access\/people\.yaml:1:1 document_missing/);
  });

  it('exits 2 where there is nothing to compare with, and says why', async () => {
    const { dir, remote, run } = await cloned();
    commit(remote, BROKEN, { branch: 'bad' });
    execFileSync('git', ['-C', dir, 'fetch', '--quiet', 'origin']);
    const { code, out, err } = await run('--base', 'origin/bad');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^hallpass: the documents at origin\/bad cannot be used\n {2}\.github\/access\/policy\.yaml:/,
    );
    expect(err).toMatch(/\n {2}Compare with another commit\.\n$/);
  });

  it('exits 2 on a bare clone, where nothing is changed', async () => {
    const { remote, run } = await cloned();
    const { code, err } = await run('--base', 'main', '--repo', remote);
    expect(code).toBe(2);
    expect(err).toMatch(
      /there are no documents of an access repository in .*\n {2}Name a clone with its files/,
    );
  });
});

describe('hallpass policy impact, wrongly used', () => {
  let shared: Awaited<ReturnType<typeof cloned>>;
  beforeAll(async () => {
    shared = await cloned({}, [LIVE], scratch({ keep: true }));
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no base', [], /required option '--base <ref>' not specified/],
    ['a base that is not there', ['--base', 'v1'], /There is no commit v1 in this clone/],
    ['an option for a base', ['--base=--upload-pack=x'], /There is no commit --upload-pack/],
    ['a range', ['--base', 'main..main'], /There is no commit main\.\.main/],
    ['a file for a base', ['--base', `main:${POLICY}`], /There is no commit main:/],
    ['a search for a base', ['--base', 'HEAD^{/change}'], /There is no commit HEAD/],
    ['an empty base', ['--base', ''], /There is no commit/],
    ['no ledger', ['--base', 'main', '--branch', 'other'], /has no branch other/],
    ['no folder', ['--base', 'main', '--repo', '/nowhere'], /there is no folder/],
    ['no clone', ['--base', 'main', '--repo', '..'], /it is no git repository/],
    ['an argument', ['--base', 'main', 'x'], /too many arguments/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { code, out, err } = await shared.run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
    expect(err.split('\n').length).toBeLessThan(5);
  });

  it('says in its help when it exits 1', async () => {
    expect((await cli(['policy', 'impact', '--help'])).out).toContain(
      'Exits 1 when a request would be approved',
    );
  });
});
