import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, jsonText, markdownCode, markdownProse, oneLine } from '../../src/views/untrusted-text.js';
import { outsideCode } from './markdown.js';

describe('oneLine', () => {
  it.each([
    ['plain words, ünïcode and 漢字', 'plain words, ünïcode and 漢字'],
    ['\u001b[2J\u001b]52;c;ZXZpbA==\u0007', '\\u{1b}[2J\\u{1b}]52;c;ZXZpbA==\\u{7}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['one\ntwo\r\nthree\rfour', 'one ↵ two ↵ three ↵ four'],
    ['read\u202enimda', 'read\\u{202e}nimda'],
    ['a\u2066b\u2069c', 'a\\u{2066}b\\u{2069}c'],
    ['ad\u200bmin\u00ad\u2060', 'ad\\u{200b}min\\u{ad}\\u{2060}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['no\u00a0break', 'no\\u{a0}break'],
    ['\u3164\u115f\u2800', '\\u{3164}\\u{115f}\\u{2800}'],
    ['\ud800', '\\u{d800}'],
    ['\ue000', '\\u{e000}'],
    ['col\tumn', 'col\\u{9}umn'],
    ['⚠\ufe0f a\ufe0f', '⚠\ufe0f a\\u{fe0f}'],
    [`z${'\u0300'.repeat(5)}`, `z${'\u0300'.repeat(3)}\\u{300}\\u{300}`],
  ])('%j', (text, shown) => {
    expect(oneLine(text)).toBe(shown);
  });

  it('leaves nothing that moves, hides or turns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('jsonText', () => {
  it('says the same without anything unseen', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
        const text = jsonText(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u);
      }),
    );
    expect(jsonText('\u009b\u{e0041}')).toBe('"\\u009b\\udb40\\udc41"');
  });
});

describe('clip', () => {
  it('counts what it leaves out in code points', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdef', 4)).toBe('abcd… (2 more characters)');
    expect(clip('😀😀😀', 3)).toBe('😀😀😀');
    expect(clip('😀😀😀', 2)).toBe('😀😀… (1 more characters)');
  });
});

describe('markdownCode', () => {
  it.each([
    ['orders-db', '`orders-db`'],
    ['', '`""`'],
    [' x ', '`  x  `'],
    ['a`b', '`` a`b ``'],
    ['``` <img src=x>', '```` ``` <img src=x> ````'],
    ['@everyone', '`@everyone`'],
    ['two\nlines', '`two ↵ lines`'],
  ])('%j', (text, shown) => {
    expect(markdownCode(text)).toBe(shown);
  });
});

describe('markdownProse', () => {
  it.each([
    [
      'INC-4242: checkout is slow, need to read query plans',
      'INC-4242: checkout is slow, need to read query plans',
    ],
    ['Grüße (bald), "ja" don’t 99.5% 1,000?', 'Grüße (bald), "ja" don’t 99.5% 1,000?'],
    ['ask @dba/leads now', 'ask `@dba/leads` now'],
    ['digits, ".", "_" and @bob.', 'digits, `"."`, `"_"` and `@bob`.'],
    ['[click](https://evil.example)', '`[click](https://evil.example)`'],
    ['![pixel](//evil.example/p.png)', '`![pixel](//evil.example/p.png)`'],
    ['see http://evil.example', 'see `http://evil.example`'],
    ['see www.evil.example', 'see `www.evil.example`'],
    ['(www.evil.example)', '`(www.evil.example)`'],
    ['mail eve@evil.example', 'mail `eve@evil.example`'],
    ['fixes #12 and GH-12 and o/r#3', 'fixes `#12` and `GH-12` and `o/r#3`'],
    ['deadbeefcafe', '`deadbeefcafe`'],
    ['&commat;bob &lt;b>', '`&commat;bob` `&lt;b>`'],
    ['<img src=x onerror=alert(1)>', '`<img` `src=x` `onerror=alert(1)>`'],
    ['**bold** _it_ ~~no~~', '`**bold**` `_it_` `~~no~~`'],
    ['```\n</details>\n```', '```` ``` ```` ↵ `</details>` ↵ ```` ``` ````'],
    ['`@bob', '`` `@bob ``'],
    ['| a | b |', '`|` a `|` b `|`'],
    [':white_check_mark: :tada:', '`:white_check_mark:` `:tada:`'],
    ['- [x] done', '- `[x]` done'],
    ['<!-- hallpass -->', '`<!--` hallpass `-->`'],
    ['\u202egpj.exe', '`\\u{202e}gpj.exe`'],
    ['\\@bob', '`\\@bob`'],
    ['$x$ `$y$`', '`$x$` `$y$`'],
    ['write `version: 1`, or `x y`.', 'write `version: 1`, or `x y`.'],
    ['`a b`@bob and `@c d` `', '`` `a `` `` b`@bob `` and `@c d` `` ` ``'],
    ['`a`.`b', '`` `a`.`b ``'],
  ])('%j', (text, shown) => {
    expect(markdownProse(text)).toBe(shown);
  });

  it('has nothing active outside code', () => {
    const nasty = fc.constantFrom(
      '@bob',
      '<b>',
      '`',
      '``',
      '](',
      'https://',
      '#1',
      '\n',
      ' ',
      '&lt;',
      '\\',
      '*',
      '_',
      '|',
    );
    const text = fc
      .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 4 })))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (said) => {
        expect(outsideCode(markdownProse(said))).not.toMatch(/[@<>&`[\]*_~|\\#$]|:\/\/|www\./);
      }),
    );
  });
});
