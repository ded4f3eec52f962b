import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/documents/pattern.js';

function compiled(source: string) {
  const result = compilePattern(source);
  if ('problem' in result) throw new Error(result.problem);
  return result.pattern;
}

describe('compilePattern', () => {
  it.each([
    ['INC-[0-9]{1,8}', 'INC-4242', true],
    ['INC-[0-9]{1,8}', 'see INC-4242', false],
    ['INC-[0-9]{1,8}', 'INC-4242 ', false],
    ['INC-[0-9]{1,8}', 'INC-4242\nx', false],
    ['INC-[0-9]{1,8}', 'INC-4242\n', false],
    ['a|ab', 'ab', true],
    ['a|b', 'ab', false],
    ['.*', 'two\nlines', false],
    ['(?s).*', 'two\nlines', true],
    ['(?m)^a$', 'a\nb', false],
    ['(?i)inc-1', 'INC-1', true],
    ['.{3}', 'äöü', true],
    ['.', '😀', true],
  ])('matches the whole text: %s on %j is %s', (source, text, matches) => {
    expect(compiled(source).matches(text)).toBe(matches);
  });

  it.each([
    ['nothing', '', 'empty'],
    ['long', 'x'.repeat(201), 'at most 200'],
    ['not closed', '(', 'does not compile'],
    ['looking around', '(?=a)b', 'does not compile'],
    ['referring back', '(a)\\1', 'does not compile'],
    ['repeating repetitions', '(a{1000}){1000}', 'does not compile'],
  ])('refuses a pattern that is %s', (_, source, why) => {
    expect(compilePattern(source)).toEqual({ problem: expect.stringContaining(why) });
  });

  it('answers a pattern that backtracking engines choke on', () => {
    // `^([a-z]+)+$` on 28 characters took 11.9 s in the engine of the language (T066); here 100,000 are nothing.
    expect(compiled('([a-z]+)+').matches(`${'a'.repeat(100_000)}!`)).toBe(false);
  });

  it('may be as long as the limit', () => {
    expect(compiled('x'.repeat(200)).matches('x'.repeat(200))).toBe(true);
  });

  it('keeps its source and no state between texts', () => {
    const pattern = compiled('a+');
    expect(pattern.source).toBe('a+');
    expect([
      pattern.matches('aa'),
      pattern.matches('aa'),
      pattern.matches('b'),
      pattern.matches('aa'),
    ]).toEqual([true, true, false, true]);
  });
});
