import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Oid } from '../../src/core/approval.js';
import { type CommitAccounts, type CommitClaims, contributorsOf } from '../../src/core/contributors.js';
import type { Account, Login } from '../../src/core/identity.js';

const account = (login: string, id: number): Account => ({ login: login as Login, id });
const alice = account('alice', 1001);
const bob = account('bob', 1002);
const mallory = account('mallory', 1009);

const oid = (n: number): Oid => n.toString(16).padEnd(40, '0') as Oid;
const commit = (n: number, more: Partial<CommitClaims> = {}): CommitClaims => ({
  commit: oid(n),
  authorEmail: 'alice@example.com',
  committerEmail: 'alice@example.com',
  coAuthorEmails: [],
  ...more,
});
const by = (
  n: number,
  author: CommitAccounts['author'],
  committer: CommitAccounts['committer'] = author,
) => ({
  commit: oid(n),
  author,
  committer,
});
const ids = (found: ReturnType<typeof contributorsOf>): number[] =>
  'accounts' in found ? found.accounts.map((each) => each.id).sort() : [];

describe('contributorsOf', () => {
  it('counts authors and committers of all commits, each person once', () => {
    const found = contributorsOf(
      [commit(1), commit(2), commit(3)],
      [by(1, alice), by(2, alice, bob), by(3, bob)],
    );
    expect(ids(found)).toEqual([1001, 1002]);
  });

  it('takes GitHub as committer for nobody (T027)', () => {
    expect(contributorsOf([commit(1)], [by(1, mallory, 'github')])).toEqual({ accounts: [mallory] });
  });

  it.each([
    ['with an id', '1009+mallory@users.noreply.github.com'],
    ['with capitals', '1009+Mallory@users.NoReply.github.com'],
  ])('counts a co-author by a no-reply address %s', (_, email) => {
    expect(ids(contributorsOf([commit(1, { coAuthorEmails: [email] })], [by(1, alice)]))).toEqual([
      1001, 1009,
    ]);
  });

  it('counts a co-author whose address GitHub mapped elsewhere in the pull request', () => {
    const commits = [
      commit(1, { coAuthorEmails: ['Bob@example.com'] }),
      commit(2, { authorEmail: 'bob@example.com', committerEmail: 'noreply@github.com' }),
    ];
    expect(ids(contributorsOf(commits, [by(1, alice), by(2, bob, 'github')]))).toEqual([1001, 1002]);
  });

  it('knows the no-reply addresses of another host only when told', () => {
    const commits = [commit(1, { coAuthorEmails: ['1009+mallory@users.noreply.ghe.example'] })];
    expect(contributorsOf(commits, [by(1, alice)])).toHaveProperty('problem');
    expect(ids(contributorsOf(commits, [by(1, alice)], 'users.noreply.ghe.example'))).toEqual([1001, 1009]);
  });

  it.each<[string, CommitClaims[], CommitAccounts[] | null, RegExp]>([
    ['GitHub does not list all commits', [commit(1)], null, /more commits than GitHub lists/],
    ['there are no commits', [], [], /no commits/],
    ['a commit is not listed (T028)', [commit(1), commit(2)], [by(1, alice)], /commit 2000000 /],
    ['the author is nobody (T029)', [commit(1)], [by(1, null, alice)], /author of commit 1000000/],
    ['the committer is nobody', [commit(1)], [by(1, alice, null)], /committer of commit 1000000/],
    [
      'a co-author is unknown',
      [commit(1, { coAuthorEmails: ['x@example.com'] })],
      [by(1, alice)],
      /co-author/,
    ],
    [
      'a co-author has a no-reply address without an id (T043)',
      [commit(1, { coAuthorEmails: ['bob@users.noreply.github.com'] })],
      [by(1, alice)],
      /co-author/,
    ],
    [
      'a co-author hides behind GitHub',
      [commit(1, { committerEmail: 'noreply@github.com', coAuthorEmails: ['noreply@github.com'] })],
      [by(1, alice, 'github')],
      /co-author/,
    ],
    [
      'a look-alike of the no-reply domain is used',
      [commit(1, { coAuthorEmails: ['1002+bob@users.noreply.github.com.example'] })],
      [by(1, alice)],
      /co-author/,
    ],
  ])('is unknown when %s', (_, commits, attributions, problem) => {
    expect(contributorsOf(commits, attributions)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('never loses anybody, whatever the order', () => {
    const people = fc.constantFrom(alice, bob, mallory);
    const commits = fc.array(fc.tuple(people, fc.option(people)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(commits, fc.boolean(), (list, reversed) => {
        const claims = list.map((_, n) => commit(n));
        const accounts = list.map(([author, committer], n) => by(n, author, committer ?? 'github'));
        const expected = new Set(list.flat().flatMap((each) => (each === null ? [] : [each.id])));
        const found = contributorsOf(reversed ? claims.reverse() : claims, accounts);
        expect(new Set(ids(found))).toEqual(expected);
      }),
    );
  });
});
