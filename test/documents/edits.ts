import fc from 'fast-check';
import { visibleText } from './arbitrary.js';

/** Pieces that change what a line of YAML is, and such as only seem to. */
export const PIECES: readonly string[] = [
  '\n',
  ' ',
  '  ',
  '- ',
  '-',
  ': ',
  ':',
  '"',
  "'",
  '\\',
  '\\n',
  '\\"',
  '[',
  ']',
  '{',
  '}',
  ', ',
  ',',
  '#',
  ' #',
  '|',
  '|-',
  '|+',
  '>',
  '&a',
  '*a',
  '!t ',
  '---',
  '...',
  '?',
  '? ',
  '%',
  '@',
  '`',
  '\t',
  '\r',
  '~',
  '<<',
  '=',
  '0x1',
  '0',
  '-0',
  '007',
  '1e3',
  '1.5',
  'true',
  'True',
  'null',
  'yes',
  '.inf',
  '\u0301',
  '\u00e9',
  '\u202e',
  '\u2028',
  '__proto__',
];

const piece = fc.oneof(fc.constantFrom(...PIECES), visibleText);

/** A text with a piece put in, taken out or doubled, a few times. */
export const mutated = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.array(fc.tuple(fc.nat(), fc.nat(12), piece), { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) =>
      edits.reduce((before, [at, length, put]) => {
        const place = at % (before.length + 1);
        return before.slice(0, place) + put + before.slice(place + (length % 4 === 0 ? length : 0));
      }, text),
    );

/** Every text that comes of putting one piece in one place of a text, beside what stands there or instead of it; and of taking a character out. */
export function* editedOnce(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at += 1) {
    const [before, after, rest] = [text.slice(0, at), text.slice(at), text.slice(at + 1)];
    yield before + rest;
    for (const put of PIECES) {
      yield before + put + after;
      yield before + put + rest;
    }
  }
}
