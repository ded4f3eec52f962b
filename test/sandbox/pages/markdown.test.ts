import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdown } from '../../../src/sandbox/pages/markdown.js';

test('what comments are made of looks like it', () => {
  const text =
    '<!-- hallpass:sticky -->\n### ✅ Approved\n\n- **Who:** `alice`\n\n<details>\n<summary>Every rule</summary>\n\n- a `b`\n\n</details>\n\n[docs](https://example.com)';
  expect(markdown(text).markup.replace(/\n+/gu, '\n').trim()).toBe(
    `<h3>✅ Approved</h3>
<ul>
<li><strong>Who:</strong> <code>alice</code></li>
</ul>
<details><summary>Every rule</summary><ul>
<li>a <code>b</code></li>
</ul>
</details><p><a href="https://example.com" rel="noreferrer">docs</a></p>`,
  );
});

const TAGS =
  /<(?!\/?(?:h[1-6]|p|ul|ol|li|strong|em|code|pre|del|hr|br|blockquote|details|summary|a|table|thead|tbody|tr|t[hd]|input)\b)[a-z/]/iu;

test('nothing but tags of its own, and no address but of the web, comes out of whatever goes in', () => {
  const pieces = fc.constantFrom(
    ...[
      '<',
      '>',
      '"',
      "'",
      '`',
      '[x](',
      ')',
      'javascript:alert(1)',
      'https://e.example',
      '![',
      '](data:x)',
      '&#106;',
    ],
    ...[
      '<img src=x onerror=a>',
      '<details>\n<summary>',
      '</summary>\n',
      '\n</details>',
      '\n\n',
      '|a|\n|-|\n',
      ' ',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
      const { markup } = markdown(parts.join(''));
      expect(markup).not.toMatch(TAGS);
      for (const [, address] of markup.matchAll(/<a href="([^"]*)"/gu))
        expect(address).toMatch(/^https?:\/\//u);
      expect(markup).not.toMatch(/<[a-z][^>"]*(?:"[^"]*"[^>"]*)* on[a-z]+=/iu);
    }),
    { numRuns: 2_000 },
  );
});
