import fc from 'fast-check';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes nobody would send by mistake, and pieces that mean something to one reader or another. */
const PIECES = [
  '\u0000',
  '\r',
  '\n',
  '\t',
  ' ',
  ':',
  '-',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  '&a',
  '*a',
  '<<',
  '!!',
  '!',
  '|',
  '>',
  '%',
  '@',
  '`',
  '"',
  "'",
  '\\',
  '---\n',
  '...\n',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\ud800',
  'e\u0301',
  '0x',
  '1e999',
  '.inf',
  '~',
  'null',
  'true',
  'yes',
  '__proto__',
  'constructor',
  'toString',
  'version: 1\n',
  'a: 1\n',
  '$(a)',
  '{{a}}',
  '\x1b[31m',
  '-----BEGIN',
  'tree ',
  'parent ',
  'gpgsig ',
  ' blob 3\n',
  ' missing\n',
  '100644 ',
  '\n ',
  ': 0\n',
];

/**
 * Anything: random bytes, texts out of pieces, and something valid with a few edits, which gets further than noise does.
 *
 * @param samples valid inputs of the parser
 */
export function hostileBytes(samples: readonly (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> {
  const valid = samples.map((sample) => (typeof sample === 'string' ? utf8(sample) : sample));
  const piece = fc.constantFrom(...PIECES).map(utf8);
  const noise = fc.oneof(piece, fc.uint8Array({ maxLength: 12 }));
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(40), put: noise, times: fc.nat(3) });
  const edited = fc
    .tuple(fc.constantFrom(...valid), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([sample, edits]) =>
      edits.reduce((bytes, { at, remove, put, times }) => {
        const from = at % (bytes.length + 1);
        const fresh = Buffer.concat(Array.from({ length: times }, () => put));
        return Buffer.concat([bytes.subarray(0, from), fresh, bytes.subarray(from + remove)]);
      }, Buffer.from(sample) as Uint8Array),
    );
  const spliced = fc
    .tuple(fc.constantFrom(...valid), fc.constantFrom(...valid), fc.nat(), fc.nat())
    .map(([a, b, i, j]) =>
      Buffer.concat([a.subarray(0, i % (a.length + 1)), b.subarray(j % (b.length + 1))]),
    );
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 2, arbitrary: fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.concat(parts)) },
    { weight: 5, arbitrary: edited },
    { weight: 1, arbitrary: spliced },
  );
}
