import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { castOf, pictureOf, sessionOf } from './support/session.js';

const fileAt = (path: string) => new URL(`../${path}`, import.meta.url);
const read = (path: string) => readFileSync(fileAt(path), 'utf8');

/** The blocks of the page for beginners that are shown, and what others do before each. */
const TOLD = new Map([
  [0, ''],
  [1, 'One hour is enough.'],
  [2, 'On GitHub, bob of the database team and carol of security approve; then alice merges.'],
  [3, ''],
]);
const TITLE = 'alice asks for access, two people approve, and it is granted until a stated time';

// What commands print on that page is proved by test/getting-started.test.ts; here it only becomes a recording.
const moments = sessionOf(read('docs/getting-started.md'), TOLD);

it.each([
  ['docs/images/session.cast', castOf(moments, TITLE)],
  ['docs/images/session.svg', pictureOf(moments, TITLE)],
])('%s shows what the page for beginners says', (path, wanted) => {
  if (process.env.UPDATE_DOCS !== undefined) {
    mkdirSync(fileAt('docs/images'), { recursive: true });
    writeFileSync(fileAt(path), wanted);
  }
  expect(read(path)).toBe(wanted);
});

it('records commands and their answers, in order', () => {
  expect(moments.filter(({ kind }) => kind === 'typed').length).toBeGreaterThanOrEqual(5);
  expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(moments.at(-1)?.text).toContain('alice');
  const [head, ...events] = castOf(moments, TITLE)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(head).toMatchObject({ version: 2, width: 116 });
  expect(events.map(([, kind]) => kind).every((kind) => kind === 'o')).toBe(true);
  const typed = events.map(([, , text]) => text).join('');
  for (const { text } of moments) expect(typed).toContain(text);
});

it('is a picture of text alone: no script, no address, nothing of the page breaks out', () => {
  const hostile = [{ at: 1, kind: 'printed', text: '</text><script>alert(1)</script>&"' }] as const;
  const picture = pictureOf(hostile, '<b>');
  expect(picture).not.toMatch(/<script|<b>/);
  expect(picture).toContain('&lt;/text&gt;&lt;script&gt;');
  expect(pictureOf(moments, TITLE)).not.toMatch(
    /https?:(?!\/\/(?:www\.w3\.org|127\.0\.0\.1))|<a |href|<image/,
  );
});
