import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/adapters/git/repository.js';
import type { Oid } from '../../../src/core/approval.js';
import { classOfChange, isRequestPath } from '../../../src/core/pull-request.js';
import type { Repository } from '../../../src/ports/repository.js';
import { bareRemote, blob, commit, git, mirrorOf, treeWith } from './world.js';

const REQUEST = 'access-requests/2026/11/alice.yaml';
const NOBODY = 'f'.repeat(40) as Oid;

async function repositoryOf(remote: string): Promise<Repository> {
  const repository = openRepository(await mirrorOf(remote), 'main');
  await repository.fetch();
  return repository;
}

describe('a repository', () => {
  it('reads the head of the pinned branch, and of pull requests when asked', async () => {
    const remote = bareRemote();
    const base = commit(remote, { 'README.md': 'hello' });
    const head = commit(remote, { [REQUEST]: 'a' }, { branch: 'alice', parents: [base] });
    git(remote, ['update-ref', 'refs/pull/7/head', head]);
    const repository = await repositoryOf(remote);
    expect(await repository.head()).toBe(base);
    expect(await repository.mergeBase(base, head)).toBeUndefined();
    // Number 8 does not exist; it must not keep 7 or the default branch from being read.
    const next = commit(remote, { 'b.md': 'b' });
    await repository.fetch([8, 7]);
    expect(await repository.head()).toBe(next);
    expect(await repository.mergeBase(next, head)).toBe(base);
    expect(await repository.isAncestor(base, head)).toBe(true);
    expect(await repository.isAncestor(next, head)).toBe(false);
    expect(await repository.isAncestor(NOBODY, head)).toBe(false);
  });

  it('starts git once for what two commits are to each other, which never changes', async () => {
    const remote = bareRemote();
    const base = commit(remote, { 'README.md': 'hello' });
    const head = commit(remote, { [REQUEST]: 'a' }, { branch: 'alice', parents: [base] });
    git(remote, ['update-ref', 'refs/pull/7/head', head]);
    const mirror = await mirrorOf(remote);
    const ran: string[] = [];
    const repository = openRepository(
      {
        ...mirror,
        git: (args, options) => {
          ran.push(args[0] ?? '');
          return mirror.git(args, options);
        },
      },
      'main',
    );
    const look = async (): Promise<unknown> => [
      await repository.mergeBase(base, head),
      await repository.changes(base, head),
      await repository.commits(base, head),
      await repository.everExisted(REQUEST, base),
    ];
    await expect(look()).rejects.toMatchObject({ code: 'object_missing' });
    await repository.fetch([7]);
    const first = await look();
    expect(ran).toEqual(['merge-base', 'diff-tree', 'rev-list', 'rev-list']);
    expect(await look()).toEqual(first);
    expect(ran).toHaveLength(4);
    // The other way round is another question.
    expect(await repository.changes(head, base)).not.toEqual(await repository.changes(base, head));
  });

  it('has no merge base for histories that never met', async () => {
    const remote = bareRemote();
    const one = commit(remote, { a: '1' });
    const two = commit(remote, { a: '2' }, { branch: 'other', parents: [] });
    git(remote, ['update-ref', 'refs/pull/1/head', two]);
    const repository = await repositoryOf(remote);
    await repository.fetch([1]);
    expect(await repository.mergeBase(one, two)).toBeUndefined();
  });

  it('lists changes with modes and ids, and a rename as a removal and an addition (T020)', async () => {
    const remote = bareRemote();
    const text = 'a long text\n'.repeat(20);
    const from = commit(remote, { 'old.yaml': text, 'kept.yaml': 'k', 'x.sh': 'x' });
    const oid = blob(remote, text);
    const link = blob(remote, '../policy.yaml');
    const to = commit(remote, {
      'old.yaml': null,
      'new.yaml': text,
      'link.yaml': { mode: '120000', oid: link },
      'module.yaml': { mode: '160000', oid: from },
      'x.sh': { mode: '100755', oid: blob(remote, 'x') },
    });
    const repository = await repositoryOf(remote);
    const changes = await repository.changes(from, to);
    expect(Object.fromEntries(changes.map(({ path, ...change }) => [path, change]))).toEqual({
      'old.yaml': { before: { mode: '100644', oid }, after: null },
      'new.yaml': { before: null, after: { mode: '100644', oid } },
      'link.yaml': { before: null, after: { mode: '120000', oid: link } },
      'module.yaml': { before: null, after: { mode: '160000', oid: from } },
      'x.sh': {
        before: { mode: '100644', oid: blob(remote, 'x') },
        after: { mode: '100755', oid: blob(remote, 'x') },
      },
    });
  });

  it.each([
    ['a new line', 'access-requests/2026/11/a\nb.yaml'],
    ['a quote', 'access-requests/2026/11/"a".yaml'],
    ['an escape', 'access-requests/2026/11/\u001b[31ma.yaml'],
    ['a tab', 'access-requests/2026/11/a\tb.yaml'],
    ['other case', 'access-requests/2026/11/Alice.yaml'],
    ['a backslash', 'access-requests\\2026\\11\\a.yaml'],
  ])('keeps a name with %s whole, and it is no request path (T024)', async (_name, path) => {
    const remote = bareRemote();
    const from = commit(remote, { 'README.md': 'x' });
    const to = commit(remote, { [path]: 'evil' });
    const [change, ...more] = await (await repositoryOf(remote)).changes(from, to);
    expect(more).toEqual([]);
    expect(change?.path).toBe(path);
    expect(isRequestPath(change?.path ?? '')).toBe(false);
  });

  it('spells a name that is not UTF-8 so that it can never be legal', async () => {
    const remote = bareRemote();
    const from = commit(remote, { 'README.md': 'x' });
    const file = blob(remote, 'evil');
    const tree = git(remote, ['mktree', '-z'], {
      input: Buffer.concat([
        Buffer.from(`100644 blob ${file}\tal`),
        Buffer.from([0xff]),
        Buffer.from('ice.yaml\0'),
      ]),
    });
    const to = commit(remote, { 'access-requests/2026/11': null, x: { mode: '100644', oid: file } });
    const root = git(remote, ['mktree'], { input: `040000 tree ${tree}\taccess-requests\n` });
    const evil = git(remote, ['commit-tree', root, '-p', to], { input: 'x' }) as Oid;
    git(remote, ['update-ref', 'refs/heads/main', evil]);
    const changes = await (await repositoryOf(remote)).changes(from, evil);
    const found = changes.find(({ path }) => path.startsWith('access-requests/'));
    expect(found?.path).toBe('access-requests/al\\xffice.yaml');
    expect(found && classOfChange(found)).toBe('request');
    expect(isRequestPath(found?.path ?? '')).toBe(false);
  });

  it('reads a blob only when it is small enough', async () => {
    const remote = bareRemote();
    const head = commit(remote, { [REQUEST]: '12345', 'big.bin': Buffer.alloc(300_000, 7) });
    const repository = await repositoryOf(remote);
    const file = await repository.file(head, REQUEST);
    expect(file).toEqual({ mode: '100644', oid: blob(remote, '12345') });
    const oid = file?.oid ?? NOBODY;
    expect(Buffer.from((await repository.read(oid, 5)) as Uint8Array).toString()).toBe('12345');
    expect(await repository.read(oid, 4)).toEqual({ tooLarge: 5 });
    expect(Buffer.from((await repository.read(oid, 5)) as Uint8Array).toString()).toBe('12345');
    const big = (await repository.file(head, 'big.bin'))?.oid ?? NOBODY;
    const [small, large] = await Promise.all([repository.read(oid, 5), repository.read(big, 300_000)]);
    expect((large as Uint8Array).length).toBe(300_000);
    expect((small as Uint8Array).length).toBe(5);
    expect(await repository.file(head, `${REQUEST}/x`)).toBeUndefined();
    expect(await repository.file(head, 'nothing')).toBeUndefined();
    await expect(repository.read(NOBODY, 10)).rejects.toMatchObject({ code: 'object_missing' });
    await expect(repository.read(head, 10_000)).rejects.toMatchObject({ code: 'object_missing' });
  });

  it('reads authors, committers and co-authors of every commit over all parents (T028)', async () => {
    const remote = bareRemote();
    const base = commit(remote, { a: '1' });
    const side = commit(
      remote,
      { b: '1' },
      {
        branch: 'side',
        parents: [base],
        message:
          'side\n\nCo-Authored-By: Bob <bob@example.com>\nco-authored-by: Carol\n <carol@example.com>\r\n',
        env: { GIT_AUTHOR_EMAIL: 'dave@example.com', GIT_COMMITTER_EMAIL: 'noreply@github.com' },
      },
    );
    const work = commit(remote, { c: '1' }, { branch: 'work', parents: [base] });
    const head = commit(remote, { b: '1' }, { branch: 'work', parents: [work, side] });
    git(remote, ['update-ref', 'refs/pull/1/head', head]);
    const repository = await repositoryOf(remote);
    await repository.fetch([1]);
    const facts = await repository.commits(base, head);
    expect(facts.map((fact) => fact.commit).sort()).toEqual([side, work, head].sort());
    expect(facts.find((fact) => fact.commit === side)).toEqual({
      commit: side,
      parents: [base],
      authorEmail: 'dave@example.com',
      committerEmail: 'noreply@github.com',
      coAuthorEmails: ['bob@example.com', 'carol@example.com'],
    });
    expect(facts.find((fact) => fact.commit === head)?.parents).toEqual([work, side]);
  });
});

describe('landings', () => {
  it('are the first-parent steps, oldest first', async () => {
    const remote = bareRemote();
    const base = commit(remote, { a: '1' });
    const side = commit(remote, { b: '1' }, { branch: 'side', parents: [base] });
    const one = commit(remote, { c: '1' });
    const merge = commit(remote, { b: '1' }, { parents: [one, side] });
    const repository = await repositoryOf(remote);
    expect(await repository.landings(base, merge)).toEqual([
      { commit: one, parent: base },
      { commit: merge, parent: one },
    ]);
    expect(await repository.landings(merge, merge)).toEqual([]);
  });

  it('are refused when the branch does not follow on what was seen (T113)', async () => {
    const remote = bareRemote();
    const base = commit(remote, { a: '1' });
    const lost = commit(remote, { a: '2' });
    const repository = await repositoryOf(remote);
    const other = commit(remote, { a: '3' }, { parents: [base] });
    await repository.fetch();
    expect(await repository.head()).toBe(other);
    for (const from of [lost, NOBODY]) {
      await expect(repository.landings(from, other)).rejects.toMatchObject({ code: 'history_rewritten' });
    }
    await expect(repository.landings(other, base)).rejects.toMatchObject({ code: 'history_rewritten' });
  });

  it('are refused when what was seen has become a side branch of a merge', async () => {
    const remote = bareRemote();
    const base = commit(remote, { a: '1' });
    const seen = commit(remote, { b: '1' });
    const topic = commit(remote, { c: '1' }, { branch: 'topic', parents: [base] });
    const foxtrot = commit(remote, { b: '1' }, { parents: [topic, seen] });
    const repository = await repositoryOf(remote);
    expect(await repository.isAncestor(seen, foxtrot)).toBe(true);
    await expect(repository.landings(seen, foxtrot)).rejects.toMatchObject({ code: 'history_rewritten' });
  });
});

describe('whether a path ever existed (T081)', () => {
  it('follows what lay on the branch, merges included', async () => {
    const remote = bareRemote();
    const base = commit(remote, { 'README.md': '1', 'access-requests/2026/11/root.yaml': 'r' });
    const added = commit(remote, { [REQUEST]: 'a' });
    commit(remote, { [REQUEST]: null });
    const sideAdd = commit(
      remote,
      { 'access-requests/2026/11/side.yaml': 's' },
      { branch: 'side', parents: [base] },
    );
    const sideDrop = commit(
      remote,
      { 'access-requests/2026/11/side.yaml': null },
      { branch: 'side', parents: [sideAdd] },
    );
    const merged = commit(
      remote,
      { 'access-requests/2026/11/merged.yaml': 'm' },
      { branch: 'm', parents: [base] },
    );
    const main = () => git(remote, ['rev-parse', 'main']);
    commit(remote, {}, { parents: [main(), sideDrop] });
    commit(remote, { 'access-requests/2026/11/merged.yaml': 'm' }, { parents: [main(), merged] });
    commit(remote, { 'access-requests/2026/11/evil.yaml': 'e' }, { parents: [main(), merged] });
    commit(remote, {
      'access-requests/2026/11/evil.yaml': null,
      'access-requests/2026/11/merged.yaml': null,
    });
    const repository = await repositoryOf(remote);
    const head = await repository.head();
    const existed = (name: string, at = head) =>
      repository.everExisted(`access-requests/2026/11/${name}.yaml`, at);
    expect(await existed('alice')).toBe(true);
    expect(await existed('alice', added)).toBe(true);
    expect(await existed('alice', base)).toBe(false);
    expect(await existed('root')).toBe(true);
    expect(await existed('merged')).toBe(true);
    expect(await existed('evil')).toBe(true);
    // It came and went on the side branch and never lay on this one.
    expect(await existed('side')).toBe(false);
    expect(await existed('never')).toBe(false);
    expect(await existed('al*')).toBe(false);
    expect(await existed('new\nline')).toBe(true);
  });
});

describe('hostile refs and objects', () => {
  it('never become options, and a broken pull request keeps nothing else from being read (T126)', async () => {
    const remote = bareRemote();
    const base = commit(remote, { a: '1' });
    const evil = treeWith(remote, base, { '-x': 'x' });
    git(remote, ['update-ref', 'refs/heads/--upload-pack=touch', base]);
    // A tree with a traversal in it: git itself would refuse to write it into an index.
    const inner = git(remote, ['mktree', '--missing'], { input: `040000 tree ${evil}\t..\n` });
    const bad = git(remote, ['commit-tree', inner, '-p', base], { input: 'x' });
    git(remote, ['update-ref', 'refs/pull/3/head', bad]);
    const repository = await repositoryOf(remote);
    await repository.fetch([3]);
    expect(await repository.head()).toBe(base);
    expect(await repository.mergeBase(base, bad as Oid)).toBeUndefined();
    expect(() => openRepository({} as never, '--upload-pack=touch')).toThrow(RangeError);
    expect(() => openRepository({} as never, 'a..b')).toThrow(RangeError);
  });

  it('are not replaced behind our back (T118)', async () => {
    const remote = bareRemote();
    const base = commit(remote, { [REQUEST]: 'good' });
    const other = commit(remote, { [REQUEST]: 'evil' }, { branch: 'other', parents: [] });
    git(remote, ['update-ref', `refs/replace/${base}`, other]);
    git(remote, ['update-ref', 'refs/pull/1/head', other]);
    const mirror = await mirrorOf(remote);
    const repository = openRepository(mirror, 'main');
    await repository.fetch([1]);
    // Nothing fetches such a ref; here somebody has put it into the mirror itself.
    git(join(mirror.directory, 'mirror.git'), ['update-ref', `refs/replace/${base}`, other]);
    const file = await repository.file(base, REQUEST);
    expect(file?.oid).toBe(blob(remote, 'good'));
    expect(await repository.mergeBase(base, other)).toBeUndefined();
  });
});
