import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outgoing } from '../../../src/adapters/github/outgoing.js';

/** What GitHub takes for a mention once entities are text: an `@` before a name and not within a word. */
const ACTIVE = /(?<![A-Za-z0-9])@[A-Za-z0-9]/;
const asText = (markdown: string): string => markdown.replaceAll(/&#0*64;|&#[xX]0*40;|&commat;/g, '@');

describe('what leaves for GitHub', () => {
  it.each([
    '@alice',
    'ask @org/everybody now',
    '(@alice)',
    '`@alice',
    '\\@alice',
    '_@alice_',
    'foo.@alice',
    '&#64;alice',
    '&#0064;alice',
    '&#x40;alice',
    '&#X040;alice',
    '&commat;alice',
    '@@alice',
    'é@alice',
  ])('calls nobody: %s (T137)', (text) => {
    expect(asText(text)).toMatch(ACTIVE);
    expect(asText(outgoing(text, 1_000))).not.toMatch(ACTIVE);
  });

  it.each(['alice@example.com', 'just @ home', 'a @', '2 @@ 3', 'plain'])('leaves alone: %s', (text) => {
    expect(outgoing(text, 1_000)).toBe(text);
  });

  it('never mentions anybody and is never too long', () => {
    const pieces = fc.constantFrom('@', 'a', ' ', '&#64;', '&commat;', '`', '\\', '.', '𝒳', '\n');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.integer({ min: 2, max: 80 }), (all, longest) => {
        const text = outgoing(all.join(''), longest);
        expect(asText(text)).not.toMatch(ACTIVE);
        expect(text.length).toBeLessThanOrEqual(longest);
        expect(() => encodeURIComponent(text)).not.toThrow();
      }),
    );
  });

  it('says that it was cut', () => {
    expect(outgoing('x'.repeat(300), 200)).toMatch(/^x+\n\n… The rest does not fit here\.$/);
  });
});
