import { name, phrase, toMarkdown } from './phrase.js';

/** GitHub takes 65,536 characters; some room is left for the marker by which a comment is found again. */
export const MOST_CHARACTERS = 65_000;

interface Parts {
  readonly head: readonly string[];
  /** What the folded part is called. */
  readonly summary: string;
  readonly details: readonly string[];
  readonly tail: readonly string[];
}

/** Lines of Markdown with a folded part, never longer than GitHub takes; what does not fit is left out by whole lines, and said. */
export function fitted({ head, summary, details, tail }: Parts, most = MOST_CHARACTERS): string {
  const frame = (lines: readonly string[]) => [
    '<details>',
    `<summary>${summary}</summary>`,
    '',
    ...lines,
    '',
    '</details>',
    '',
  ];
  const room = most - lengthOf(tail) - lengthOf(frame([])) - 2 * LONGEST_NOTE;
  const top = cut(head, room);
  const folded = cut(details, room - lengthOf(top));
  return [...top, ...(folded.length === 0 ? [] : frame(folded)), ...tail].join('\n');
}

const LONGEST_NOTE = 100;

function cut(lines: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room;
  });
  if (end === -1) return lines;
  const left = lines.length - end;
  return [
    ...lines.slice(0, end),
    '',
    toMarkdown(phrase`${left} more lines are left out here; ${name('hallpass explain')} shows them.`),
  ];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
