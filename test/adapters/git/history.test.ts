import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../../src/adapters/git/history.js';
import type { Oid } from '../../../src/core/approval.js';
import type { LedgerHistory } from '../../../src/ports/ledger-history.js';
import { bareRemote, blob, commit, git, scratch } from './world.js';

const opened: LedgerHistory[] = [];
afterEach(async () => {
  for (const history of opened.splice(0)) await history.close();
});

async function historyOf(directory: string): Promise<LedgerHistory> {
  const history = await openHistory(directory);
  opened.push(history);
  return history;
}

async function landingsOf(directory: string): Promise<readonly (readonly [Oid, readonly string[]])[]> {
  const history = await historyOf(directory);
  const head = await history.head('main');
  const found: (readonly [Oid, readonly string[]])[] = [];
  if (head === undefined) return found;
  for await (const step of history.landings(head))
    found.push([step.commit, step.changes.map(({ path }) => path)]);
  return found;
}

const REQUESTS = 'access-requests/2026/11';

describe('a history', () => {
  it('is what lay on the branch: merges with all they brought, side branches with nothing (T114, T115)', async () => {
    const remote = bareRemote();
    const root = commit(remote, { [`${REQUESTS}/root.yaml`]: 'r', 'README.md': 'x' });
    const came = commit(remote, { [`${REQUESTS}/gone.yaml`]: 'g' }, { branch: 'side', parents: [root] });
    const went = commit(remote, { [`${REQUESTS}/gone.yaml`]: null }, { branch: 'side', parents: [came] });
    const added = commit(remote, { [`${REQUESTS}/side.yaml`]: 's' }, { branch: 'side', parents: [went] });
    const merge = commit(
      remote,
      { [`${REQUESTS}/side.yaml`]: 's', [`${REQUESTS}/evil.yaml`]: 'e' },
      { parents: [root, added] },
    );
    const other = commit(remote, { 'README.md': 'y' });
    const moved = commit(remote, { [`${REQUESTS}/root.yaml`]: null, [`${REQUESTS}/new.yaml`]: 'r' });
    expect(await landingsOf(remote)).toEqual([
      [root, [`${REQUESTS}/root.yaml`]],
      [merge, [`${REQUESTS}/evil.yaml`, `${REQUESTS}/side.yaml`]],
      [other, []],
      [moved, [`${REQUESTS}/new.yaml`, `${REQUESTS}/root.yaml`]],
    ]);
  });

  it('does not go by dates (T117)', async () => {
    const remote = bareRemote();
    const one = commit(remote, { [`${REQUESTS}/a.yaml`]: 'a' });
    const env = { GIT_COMMITTER_DATE: '1000000000 +0000', GIT_AUTHOR_DATE: '1000000000 +0000' };
    const two = commit(remote, { [`${REQUESTS}/b.yaml`]: 'b' }, { env });
    expect((await landingsOf(remote)).map(([oid]) => oid)).toEqual([one, two]);
  });

  it('is read in groups, so that its length does not matter', async () => {
    const remote = bareRemote();
    const count = 2_345;
    const input = Array.from(
      { length: count },
      (_, index) =>
        `commit refs/heads/main\ncommitter a <a@b> ${index} +0000\ndata 1\nm\nM 100644 inline ${REQUESTS}/r${index}.yaml\ndata 1\nx\n`,
    ).join('\n');
    git(remote, ['fast-import', '--quiet'], { input });
    const landings = await landingsOf(remote);
    expect(landings).toHaveLength(count);
    expect(
      landings.every(([, paths], index) => paths.length === 1 && paths[0] === `${REQUESTS}/r${index}.yaml`),
    ).toBe(true);
  });

  it('is the branch as it was last fetched when the own one is behind', async () => {
    const remote = bareRemote();
    const one = commit(remote, { a: '1' });
    const clone = join(scratch(), 'clone');
    execFileSync('git', ['clone', '--quiet', remote, clone], { stdio: 'ignore' });
    const two = commit(remote, { a: '2' });
    const history = await historyOf(clone);
    expect(await history.head('main')).toBe(one);
    git(join(clone, '.git'), ['fetch', '--quiet', 'origin']);
    expect(await history.head('main')).toBe(two);
    expect(await history.defaultBranch()).toBe('main');
    expect(await history.head('nothing')).toBeUndefined();
    await expect(history.head('--upload-pack=x')).rejects.toThrow(RangeError);
    // From below the top of a worktree too.
    mkdirSync(join(clone, 'below'));
    expect(await (await historyOf(join(clone, 'below'))).head('main')).toBe(two);
  });

  it('hands out blobs that are what their id says, and nothing else', async () => {
    const remote = bareRemote();
    const head = commit(remote, { a: 'hello' });
    const oid = blob(remote, 'hello');
    const history = await historyOf(remote);
    expect(Buffer.from((await history.read(oid, 5)) ?? []).toString()).toBe('hello');
    expect(history.idOf(Buffer.from('hello'))).toBe(oid);
    expect(await history.read(oid, 4)).toBeUndefined();
    expect(await history.read(head, 1_000)).toBeUndefined();
    expect(await history.read('f'.repeat(40) as Oid, 1_000)).toBeUndefined();
  });

  it('ends with a fault where an object is missing', async () => {
    const remote = bareRemote();
    commit(remote, { a: '1' });
    const tree = git(remote, ['rev-parse', 'main^{tree}']);
    rmSync(join(remote, 'objects', tree.slice(0, 2), tree.slice(2)));
    await expect(landingsOf(remote)).rejects.toMatchObject({ code: 'history_unreadable' });
    const [flaw] = await (await historyOf(remote)).flaws();
    expect(flaw?.flaw).toBe('damaged_objects');
  });

  it.each([
    ['a folder that is none', () => '/nowhere/at/all'],
    ['a folder without git', () => scratch()],
    [
      'a repository with other ids',
      () => {
        const folder = join(scratch(), 'r.git');
        execFileSync('git', ['init', '--quiet', '--bare', '--object-format=sha256', folder]);
        return folder;
      },
    ],
  ])('cannot be opened from %s', async (_name, directory) => {
    await expect(openHistory(directory())).rejects.toMatchObject({ code: 'no_repository' });
  });
});
