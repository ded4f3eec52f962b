import { ISSUES, type IssueCode, type IssueFacts } from './issue-catalogue.js';

export type { IssueCode } from './issue-catalogue.js';

/** Lines and columns start at 1; columns count UTF-16 code units, as editors and SARIF do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One problem of one document, at one place, with what to do about it. */
export interface Issue extends Position {
  readonly file: string;
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  /** What is so. */
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
}

/** What a parser gives: a valid core value, perhaps with warnings, or everything that is wrong with the document. */
export type Parsed<T> =
  | { readonly value: T; readonly warnings: readonly Issue[] }
  | { readonly issues: readonly Issue[] };

export const FILE_START: Position = { line: 1, column: 1 };

export function issue<Code extends IssueCode>(
  code: Code,
  where: Position & { readonly file: string },
  facts: IssueFacts<Code>,
): Issue {
  const { severity, message, fix } = ISSUES[code];
  const { file, line, column } = where;
  return { file, line, column, code, severity, message: filled(message, facts), fix: filled(fix, facts) };
}

/** By place, then by code, so that the same document always gives the same list. */
export function inOrder(issues: readonly Issue[]): Issue[] {
  return [...issues].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code),
  );
}

function filled(template: string, facts: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{([a-z]+)\}/g, (_, name: string) => String(facts[name] ?? ''));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
