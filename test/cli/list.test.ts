import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import type { RequestId } from '../../src/core/request.js';
import { bareRemote, blob, commit, git, ledgerOn, scratch } from '../adapters/git/world.js';
import { at, entry, LIFE, NOON } from '../app/entries.js';
import { cli } from './harness.js';

/** After the last event. */
const CLOCK = { clock: { now: () => at(150) } };
const OVER = entry(LIFE);
const LIVE = entry(LIFE.slice(0, 3), {
  id: '2026/11/22/alice-later' as RequestId,
  window: { startsAt: NOON, expiresAt: at(180) },
});

async function ledger(): Promise<string> {
  const remote = bareRemote();
  const { ledger } = await ledgerOn(remote, { codec: documentCodec });
  await ledger.append({ base: null, subject: 'grant: 2 grants', entries: [OVER, LIVE], violations: [] });
  return remote;
}

describe('hallpass list', () => {
  it('shows from a bare clone who may hold something now', async () => {
    const { code, out, err } = await cli(['list', '--repo', await ledger()]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^SUBJECT {2}ENTITLEMENT .*\nalice {4}orders-db-readonly {2}orders-db {2}active {2}2026-11-22 15:00:00 UTC .* 2026\/11\/22\/alice-later {2}production-data by bob\n$/,
    );
  });

  it('leads to the pull request and its reviews when it is told where the repository is', async () => {
    const repo = await ledger();
    const asked = ['list', '--repo', repo, '--json'];
    const { out } = await cli([...asked, '--url', 'https://github.com/acme/access']);
    const [{ pull_request: number, approvals, pull_request_url: url }] = JSON.parse(out).grants;
    expect(url).toBe(`https://github.com/acme/access/pull/${number}`);
    for (const { review, url: own } of approvals) expect(own).toBe(`${url}#pullrequestreview-${review}`);
    expect((await cli(asked)).out).not.toContain('https:');
    expect((await cli([...asked, '--url', 'javascript:alert(1)'])).code).toBe(2);
  });

  it('shows a past instant, relative to the folder it runs in', async () => {
    const remote = await ledger();
    const { code, out } = await cli(['list', '--repo', 'remote.git', '--at', '2026-11-22T12:30:00Z'], {
      cwd: join(remote, '..'),
    });
    expect(code).toBe(0);
    expect(out).toContain('1 h 30 min');
    expect(out).toContain('2 h 30 min');
    expect((await cli(['list', '--repo', remote, '--at', '2026-11-22'])).out).toBe(
      'Nothing at 2026-11-22 00:00:00 UTC.\n',
    );
  });

  it.each([
    ['--subject', 'Alice', 'bob'],
    ['--entitlement', 'orders-db-readonly', 'orders-db'],
    ['--target', 'orders-db', 'billing'],
  ])('is narrowed by %s', async (option, wanted, other) => {
    const remote = await ledger();
    expect((await cli(['list', '--repo', remote, option, wanted])).out).toContain('alice-later');
    expect((await cli(['list', '--repo', remote, option, other])).out).toMatch(/^Nothing at /);
  });

  it('speaks of no future, and says when its clock is behind the ledger', async () => {
    const repo = await ledger();
    const future = await cli(['list', '--repo', repo, '--at', '2026-11-22T15:00:00Z'], CLOCK);
    expect(future).toMatchObject({ code: 2, out: '' });
    expect(future.err).toContain('--at 2026-11-22T15:00:00Z has not come yet');
    const behind = await cli(['list', '--repo', repo], { clock: { now: () => at(-60) } });
    expect(behind).toMatchObject({ code: 0, err: expect.stringContaining('clock is 1 h') });
    expect(behind.out).not.toContain('starts in');
    expect((await cli(['list', '--repo', repo], CLOCK)).err).toBe('');
  });

  it('prints a stable shape', async () => {
    const { out } = await cli([
      'list',
      '--repo',
      await ledger(),
      '--state',
      'ended',
      '--at',
      '2026-11-22T14:01:00Z',
      '--json',
    ]);
    expect(JSON.parse(out)).toEqual({
      at: '2026-11-22T14:01:00Z',
      state: 'ended',
      grants: [
        expect.objectContaining({ id: '2026/11/alice-orders-db', reason: 'expired', ended_at: at(121) }),
      ],
      problems: [],
    });
  });

  it('reads a normal clone, where the branch is only as last fetched', async () => {
    const folder = join(scratch(), 'clone');
    execFileSync('git', ['clone', '--quiet', '--no-checkout', await ledger(), folder]);
    expect((await cli(['list', '--repo', folder])).out).toContain('alice-later');
  });

  it('says what it could not read, and does not pretend to be complete', async () => {
    const remote = await ledger();
    const branch = 'access-ledger';
    commit(
      remote,
      { 'grants/2026/11/bad\u001b.yaml': 'x', 'grants/2026/11/alice-orders-db.yaml': 'version: 1\n' },
      { branch },
    );
    const { code, out, err } = await cli(['list', '--repo', remote, '--state', 'all']);
    expect(code).toBe(1);
    expect(out).toContain('alice-later');
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^hallpass: grants\/2026\/11\/alice-orders-db\.yaml: line 1: /),
      expect.stringMatching(/^hallpass: grants\/2026\/11\/bad\\u\{1b\}\.yaml: it is no entry$/),
      '',
    ]);
    git(remote, ['update-ref', '-d', 'refs/heads/access-ledger']);
  });

  it('takes no entry from a place that is not its own, and none that is a link', async () => {
    const remote = await ledger();
    const link = { mode: '120000', oid: blob(remote, 'alice-orders-db.yaml') };
    const copy = documentCodec.renderEntry(OVER);
    commit(
      remote,
      { 'grants/2026/11/bob.yaml': copy, 'grants/2026/11/eve.yaml': link },
      { branch: 'access-ledger' },
    );
    const { code, err } = await cli(['list', '--repo', remote, '--state', 'all']);
    expect({ code, err }).toEqual({
      code: 1,
      err:
        'hallpass: grants/2026/11/bob.yaml: it speaks of 2026/11/alice-orders-db\n' +
        'hallpass: grants/2026/11/eve.yaml: it is no entry\n',
    });
  });

  it('notices a marker without an entry', async () => {
    const remote = await ledger();
    commit(remote, { 'active/2026/11/ghost': '' }, { branch: 'access-ledger' });
    const { code, err } = await cli(['list', '--repo', remote]);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'hallpass: grants/2026/11/ghost.yaml: it is marked as active and is not there\n',
    });
  });
});

describe('hallpass list, wrongly used', () => {
  let empty = '';
  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), 'hallpass-cli-'));
    writeFileSync(join(empty, 'a-file'), '');
  });
  afterAll(() => rmSync(empty, { recursive: true }));

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a folder that is not there', ['--repo', 'nothing'], /there is no such folder\.\n {2}Name a clone/],
    ['no git repository', ['--repo', '.'], /it is no git repository/],
    ['a file', ['--repo', 'a-file'], /./],
    ['no time', ['--at', 'yesterday'], /--at yesterday is no time\n {2}Write it as 2026-/],
    ['no such day', ['--at', '2026-02-30'], /is no time/],
    ['an unknown state', ['--state', 'gone'], /Allowed choices are active, ending, scheduled/],
    ['an unknown flag', ['--jsn'], /Did you mean --json\?/],
    ['an argument too many', ['x'], /too many arguments/],
  ])('%s', async (_name, argv, said) => {
    const { code, out, err } = await cli(['list', ...argv], { cwd: empty });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  it('a repository without a ledger', async () => {
    const { code, err } = await cli(['list', '--repo', bareRemote()]);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'hallpass: This clone has no branch access-ledger.\n  Fetch it (git fetch origin access-ledger), or name the clone that has it.\n',
    });
  });

  it('a branch that is an option', async () => {
    const { code, err } = await cli(['list', '--repo', bareRemote(), '--branch=--upload-pack=x']);
    expect(code).toBe(2);
    expect(err).toContain('It is no name of a branch.');
  });
});
