import type { Oid } from './approval.js';
import { type Account, foldLogin, parseLogin } from './identity.js';

/** What git says about one commit. Names in commits are claims: who pushed is the authority (T029). */
export interface CommitClaims {
  readonly commit: Oid;
  readonly authorEmail: string;
  readonly committerEmail: string;
  /** Addresses of `Co-authored-by` trailers. */
  readonly coAuthorEmails: readonly string[];
}

/**
 * The accounts GitHub maps those claims to. `null`: to nobody, or to something that is no person. `github`: GitHub itself
 * (`web-flow`), which commits for the author and is nobody.
 */
export interface CommitAccounts {
  readonly commit: Oid;
  readonly author: Account | null;
  readonly committer: Account | 'github' | null;
}

/** Everybody who had a hand in the commits, or the sentence that says why that cannot be known. */
export type Contributors = { readonly accounts: readonly Account[] } | { readonly problem: string };

const NO_REPLY = /^(\d{1,15})\+([^@+]+)@(.+)$/;
const GITHUB_NO_REPLY = 'users.noreply.github.com';

/**
 * Authors, committers and co-authors of every commit of git's walk over all parents (T028). Fails closed: one commit, author,
 * committer or co-author that maps to nobody makes the whole unknown.
 *
 * @param attributions of the pull request; those of commits outside the walk are ignored. `null`: GitHub did not list them all.
 * @param noReplyDomain of GitHub's no-reply addresses; another one on GitHub Enterprise Server.
 */
export function contributorsOf(
  commits: readonly CommitClaims[],
  attributions: readonly CommitAccounts[] | null,
  noReplyDomain: string = GITHUB_NO_REPLY,
): Contributors {
  if (attributions === null) {
    return {
      problem: 'The pull request has more commits than GitHub lists. Squash them into a few and push again.',
    };
  }
  if (commits.length === 0)
    return { problem: 'The pull request has no commits of its own. Push at least one.' };
  const byCommit = new Map(attributions.map((each) => [each.commit, each]));
  const found: Found = { people: new Map(), byEmail: new Map() };
  for (const claims of commits) {
    const accounts = byCommit.get(claims.commit);
    const problem = accounts === undefined ? notListed(claims.commit) : learn(found, claims, accounts);
    if (problem !== undefined) return { problem };
  }
  for (const { commit, coAuthorEmails } of commits) {
    for (const email of coAuthorEmails) {
      const account = found.byEmail.get(foldEmail(email)) ?? accountOfNoReply(email, noReplyDomain);
      if (account === undefined) return { problem: coAuthorUnknown(commit) };
      found.people.set(account.id, account);
    }
  }
  return { accounts: [...found.people.values()] };
}

interface Found {
  readonly people: Map<number, Account>;
  /** Only addresses that GitHub itself mapped. */
  readonly byEmail: Map<string, Account>;
}

/** @returns the problem, if there is one. */
function learn(
  found: Found,
  claims: CommitClaims,
  { author, committer }: CommitAccounts,
): string | undefined {
  if (author === null) return nobody(claims.commit, 'author');
  if (committer === null) return nobody(claims.commit, 'committer');
  found.people.set(author.id, author);
  found.byEmail.set(foldEmail(claims.authorEmail), author);
  if (committer === 'github') return undefined;
  found.people.set(committer.id, committer);
  found.byEmail.set(foldEmail(claims.committerEmail), committer);
  return undefined;
}

/** `ID+login@users.noreply.github.com`. The older form without an id names a login that may have changed hands (T043). */
function accountOfNoReply(email: string, domain: string): Account | undefined {
  const [, id, name, host] = NO_REPLY.exec(email.trim()) ?? [];
  if (id === undefined || name === undefined || foldEmail(host ?? '') !== foldEmail(domain)) return undefined;
  const login = parseLogin(name);
  return login === undefined || Number(id) === 0 ? undefined : { login, id: Number(id) };
}

const foldEmail = (email: string): string => foldLogin(email.trim());
const short = (commit: Oid): string => commit.slice(0, 7);

function nobody(commit: Oid, role: 'author' | 'committer'): string {
  return (
    `GitHub maps the ${role} of commit ${short(commit)} to no person's account. ` +
    'Make the commit again with an address that is verified on GitHub, and push.'
  );
}

function notListed(commit: Oid): string {
  return (
    `GitHub does not list commit ${short(commit)} with this pull request, so nobody answers for it. ` +
    'Push the branch again, or open the pull request anew.'
  );
}

function coAuthorUnknown(commit: Oid): string {
  return (
    `Commit ${short(commit)} names a co-author by an address that stands for no GitHub account. ` +
    'Use the address `ID+login@users.noreply.github.com`, or remove the line, and push again.'
  );
}
