import type { Issue } from '../documents/issue.js';
import { name, type Phrase, phrase } from './phrase.js';

/** Each problem with its place, errors first. */
export function issueLines(issues: readonly Issue[]): readonly Phrase[] {
  return issues
    .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
    .map(({ file, line, column, code, message, fix }) => {
      return phrase`${name(`${file}:${line}:${column}`)} ${name(code)}: ${message} — ${fix}`;
    });
}
