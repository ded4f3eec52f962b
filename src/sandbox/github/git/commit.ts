import type { Sha } from '../state.js';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string;
}

export interface Commit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  readonly signature: string | null;
}

/** Reads a raw commit object. Header lines that continue start with a space. */
export function parseCommit(sha: Sha, content: Buffer): Commit {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).replaceAll('\n ', '\u0000').split('\n');
  const all = (name: string): string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: parseSignature(all('author')[0] ?? ''),
    committer: parseSignature(all('committer')[0] ?? ''),
    message: end < 0 ? '' : text.slice(end + 2).replace(/\n$/, ''),
    signature: all('gpgsig')[0]?.replaceAll('\u0000', '\n') ?? null,
  };
}

function parseSignature(line: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*?)> (-?\d+)/.exec(line) ?? [];
  const date = new Date(Number(seconds) * 1000);
  return { name, email, date: `${date.toISOString().slice(0, 19)}Z` };
}
