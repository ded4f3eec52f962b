import { span, utc } from '../time-text.js';

/** A piece of a cell: text of anybody's, and where it leads if the address of the repository is known. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** Lines of a cell, each of pieces. Renderers make them safe for their surface. */
export type Cell = readonly (readonly Piece[])[];

export const NOTHING = '-';

export function plain(text: string | null): Cell {
  return [[{ text: text ?? NOTHING }]];
}

/** One line each; a dash for none. */
export function lines(texts: readonly string[]): Cell {
  return texts.length === 0 ? plain(null) : texts.map((text) => [{ text }]);
}

export function time(at: Parameters<typeof utc>[0] | null): string {
  return at === null ? NOTHING : utc(at);
}

export function length(seconds: number | null): string {
  return seconds === null ? NOTHING : span(seconds);
}

/** Where things are on GitHub. Without an address there are no links: a clone does not know where it came from. */
export interface Links {
  pullRequest(number: number): Piece;
  review(pullRequest: number, review: number, text: string): Piece;
  commit(commit: string): Piece;
}

/** @param url of the repository, such as `https://github.com/acme/access`. */
export function linksTo(url: string | undefined): Links {
  const at = (text: string, path: string): Piece =>
    url === undefined ? { text } : { text, href: `${url}${path}` };
  return {
    pullRequest: (number) => at(`#${number}`, `/pull/${number}`),
    review: (pullRequest, review, text) => at(text, `/pull/${pullRequest}#pullrequestreview-${review}`),
    commit: (commit) => at(commit.slice(0, 12), `/commit/${commit}`),
  };
}
