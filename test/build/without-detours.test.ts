import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { withoutDetours } from '../../build/without-detours.js';
import { mutated } from '../documents/edits.js';

const folder = mkdtempSync(join(tmpdir(), 'hallpass-detours-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A package as it is built into Hallpass. */
async function built<T>(name: string): Promise<T> {
  const bundle = await rolldown({ input: name, platform: 'node', plugins: [withoutDetours] });
  const file = join(folder, `${name}.cjs`);
  await bundle.write({ file, format: 'cjs' });
  return createRequire(import.meta.url)(file);
}

const { RE2JS: builtPatterns } = await built<{ RE2JS: typeof RE2JS }>('re2js');
const { parseDocument: builtParse } = await built<{ parseDocument: typeof parseDocument }>('yaml');

const LETTERS = ['a', 'A', 'k', 'K', '\u212a', 's', '\u017f', 'é', 'É', 'ß', 'σ', 'ς', 'Σ', '1', '-', ' '];
const PATTERN_PIECES = [
  ...LETTERS,
  '(?i)',
  '(?-i)',
  '(?i:a)',
  '[a-k]',
  '[^s]',
  '(a|K)',
  '.',
  '*',
  '\\d',
  '\\p{Lu}',
  '$',
];
const textOf = (pieces: readonly string[], most: number) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((parts) => parts.join(''));

function matches(patterns: typeof RE2JS, source: string, text: string): boolean | string {
  try {
    return patterns.compile(source).matches(text);
  } catch {
    return 'no pattern';
  }
}

describe('a package without its detours', () => {
  it('matches what it matched before, whatever the case', () => {
    for (const source of LETTERS.flatMap((letter) => [letter, `(?i)${letter}`])) {
      for (const text of LETTERS)
        expect(matches(builtPatterns, source, text), `${source} ${text}`).toBe(matches(RE2JS, source, text));
    }
    fc.assert(
      fc.property(textOf(PATTERN_PIECES, 6), textOf(LETTERS, 4), (source, text) => {
        expect(matches(builtPatterns, source, text)).toBe(matches(RE2JS, source, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('parses what it parsed before', () => {
    const read = (parse: typeof parseDocument, text: string) => {
      const { contents, errors, warnings } = parse(text);
      return JSON.stringify([contents, errors, warnings]);
    };
    fc.assert(
      fc.property(mutated(fc.constant('a: [b, "c"]\nd:\n  - e: |\n      f\n')), (text) => {
        expect(read(builtParse, text)).toBe(read(parseDocument, text));
      }),
      { numRuns: 300 },
    );
  });

  it('is not built when the line is another', async () => {
    const { transform } = withoutDetours as unknown as { transform(code: string, id: string): unknown };
    expect(transform('', '/src/any.ts')).toBeNull();
    expect(() => transform('if (true)', '/node_modules/yaml/dist/parse/parser.js')).toThrow('parser.js');
  });
});
