import { type Issue, issue } from './issue.js';
import { type Lines, positionAt } from './lines.js';
import { codePoint, everyInvisible, isPlain, replaceInvisible } from './visible.js';

/** What is wrong with the characters of a text, and where; and the text with those replaced, of the same length. */
export interface CharacterReport {
  readonly issues: readonly Issue[];
  /** Offsets of what was replaced, ascending. */
  readonly replaced: readonly number[];
  /** Safe for the lexer, which uses control characters for itself. */
  readonly text: string;
}

/** More of the same helps nobody. */
const MOST_ISSUES = 50;

export function checkCharacters(lines: Lines, longestLine: number): CharacterReport {
  const found: Issue[] = [];
  const replaced: number[] = [];
  let carriageReturns = 0;
  for (const { 0: character, index } of everyInvisible(lines.text)) {
    replaced.push(index);
    if (character === '\r') carriageReturns += 1;
    const repeats = character === '\r' && carriageReturns > 1;
    if (!repeats && found.length < MOST_ISSUES) found.push(unseen(lines, index, character));
  }
  const text = replaced.length === 0 ? lines.text : replaceInvisible(lines.text, replacement);
  return { issues: [...found, ...checkLines(lines, longestLine)], replaced, text };
}

function unseen(lines: Lines, offset: number, character: string): Issue {
  const where = positionAt(lines, offset);
  if (character === '\uFEFF' && offset === 0) return issue('byte_order_mark', where, {});
  if (character === '\r') return issue('carriage_return', where, {});
  if (character === '\t') return issue('tab', where, {});
  return issue('forbidden_character', where, { character: codePoint(character) });
}

function replacement(character: string): string {
  return character === '\t' || character === '\r' ? ' ' : '\uFFFD'.repeat(character.length);
}

function checkLines(lines: Lines, longest: number): Issue[] {
  const found: Issue[] = [];
  const plain = isPlain(lines.text);
  lines.starts.forEach((start, index) => {
    const line = lines.text.slice(start, (lines.starts[index + 1] ?? lines.text.length + 1) - 1);
    const where = { file: lines.file, line: index + 1 };
    const length = line.length > longest && !plain ? [...line].length : line.length;
    if (length > longest) {
      found.push(issue('line_too_long', { ...where, column: longest + 1 }, { length, limit: longest }));
    }
    const normal = plain ? line : line.normalize('NFC');
    if (normal !== line)
      found.push(issue('not_nfc', { ...where, column: firstDifference(line, normal) + 1 }, {}));
  });
  return found.slice(0, MOST_ISSUES);
}

function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}
