import type { Document } from 'yaml';
import { patience } from '../core/nearest.js';
import { checkCharacters } from './characters.js';
import { decode } from './decode.js';
import {
  FILE_START,
  type Issue,
  type IssueCode,
  inOrder,
  issue,
  type Parsed,
  type Position,
} from './issue.js';
import type { IssueFacts } from './issue-catalogue.js';
import { type Lines, linesOf, positionAt } from './lines.js';
import { keyOf, type Path } from './path.js';
import type { Profile } from './profile.js';
import { suggestion } from './suggest.js';
import { compose } from './syntax.js';
import { offsetOf, treeOf } from './tree.js';

/** A document on its way to becoming a value, with everything that is wrong with it so far. */
export interface Draft {
  /** Plain data; `undefined` when the text has no structure that could be judged. */
  readonly value: unknown;
  report<Code extends IssueCode>(code: Code, at: Path, facts: IssueFacts<Code>, part?: 'value' | 'key'): void;
  /** How to mend a name nobody knows. All suggestions of a document together take only so much work. */
  suggest(name: string, known: Iterable<string>): string;
  /** Where a value stands in the file, or the nearest that is there. */
  positionOf(at: Path): Position;
  /** Marks a place whose value cannot be built upon. */
  breakAt(path: Path): void;
  /** Whether nothing at or below a place is broken, so that more can be said about it. */
  isSound(path: Path): boolean;
  /** Whether the very place is damaged, so that whatever else is said about it would only repeat that. */
  isDamaged(path: Path): boolean;
  /** The value when nothing is an error; else everything there is to say, in order. */
  conclude<T>(build: () => T): Parsed<T>;
}

/** More problems than anybody will read; the rest shows after these are mended. */
const MOST_ISSUES = 200;

/** Bytes to plain data in the strict profile of DESIGN section 3. */
export function readYaml(bytes: Uint8Array, file: string, profile: Profile): Draft {
  const decoded = decode(bytes, file, profile);
  if (!('text' in decoded)) return draftOf({ issues: decoded.issues, damaged: [] });
  const lines = linesOf(file, decoded.text);
  const characters = checkCharacters(lines, profile.line);
  const composed = compose(lines, characters.text, profile.depth);
  const issues = [...decoded.issues, ...characters.issues, ...composed.issues];
  if (composed.document === undefined) return draftOf({ issues: orEmpty(issues, file), damaged: [] });
  const tree = treeOf(composed.document, lines, characters.replaced);
  if (tree.value === null && issues.length === 0) return draftOf({ issues: orEmpty([], file), damaged: [] });
  return draftOf({
    source: { document: composed.document, lines },
    value: tree.value,
    issues: [...issues, ...tree.issues],
    damaged: tree.damaged,
  });
}

function orEmpty(issues: Issue[], file: string): Issue[] {
  return issues.length > 0 ? issues : [issue('empty_document', { file, ...FILE_START }, {})];
}

interface Origin {
  readonly source?: { readonly document: Document.Parsed; readonly lines: Lines };
  readonly value?: unknown;
  readonly issues: readonly Issue[];
  readonly damaged: readonly Path[];
}

function draftOf({ source, value, issues: first, damaged }: Origin): Draft {
  const issues = [...first];
  const whole = patience();
  const damagedHere = new Set(damaged.map(keyOf));
  /** Every place with something broken at or below it. */
  const unsound = new Set(damaged.flatMap(placesAbove));
  return {
    value,
    suggest: (name, known) => suggestion(name, known, whole),
    report(code, at, facts, part = 'value') {
      if (source === undefined) return;
      const where = positionAt(source.lines, offsetOf(source.document, at, part));
      issues.push(issue(code, where, facts));
    },
    positionOf(at) {
      if (source === undefined) return FILE_START;
      const { line, column } = positionAt(source.lines, offsetOf(source.document, at, 'value'));
      return { line, column };
    },
    breakAt(path) {
      for (const place of placesAbove(path)) unsound.add(place);
    },
    isSound: (path) => value !== undefined && !unsound.has(keyOf(path)),
    isDamaged: (path) => damagedHere.has(keyOf(path)),
    conclude(build) {
      const sorted = inOrder(issues);
      const told = sorted.slice(0, MOST_ISSUES);
      if (sorted.some(({ severity }) => severity === 'error')) return { issues: told };
      return { value: build(), warnings: told };
    },
  };
}

/** The key of a place and of all that it lies in, the root included. */
function placesAbove(path: Path): readonly string[] {
  return [...path, ''].map((_, length) => keyOf(path.slice(0, length)));
}
