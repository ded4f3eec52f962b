import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedParts } from '../../../src/adapters/git/shared-parts.js';

/** What documents hold, with texts that look like the names of parts. */
const text = fc.oneof(
  fc.constantFrom('', 'a', '1', '1 a', ';', ',=1', '1 a=', 'list', 'null', '__proto__'),
  fc.string(),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(null, true, false, 0, 1, 11, -1),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('shared parts', () => {
  it('leave every value as it was, whatever was seen before', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 20 }), (all) => {
        const share = sharedParts();
        for (const value of all) expect(share(value)).toStrictEqual(value);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    [[[1], 2], [[1, 2]]],
    [{ a: [1], b: 2 }, { a: [1, { b: 2 }] }],
    [
      ['1', 1],
      [1, '1'],
    ],
    [[null], ['null']],
    [{ a: 'x', b: 'y' }, { 'a=1 x,b': 'y' }],
    [{}, []],
  ])('tell %j from %j', (one, other) => {
    const share = sharedParts();
    expect(share(one)).toStrictEqual(one);
    expect(share(other)).toStrictEqual(other);
  });

  it('are one where they are equal, and frozen', () => {
    const share = sharedParts();
    const [one, other] = [share([{ login: 'bob', id: 2 }]), share([{ login: 'bob', id: 2 }])];
    expect(one[0]).toBe(other[0]);
    expect(Object.isFrozen(one[0])).toBe(true);
  });

  it('keep what has no prototype without one, and apart from what has', () => {
    const share = sharedParts();
    const bare = Object.assign(Object.create(null), { constructor: 'x' });
    expect(Object.getPrototypeOf(share({ constructor: 'x' }))).toBe(Object.prototype);
    expect(Object.getPrototypeOf(share(bare))).toBeNull();
  });

  it('share small ones only, and large ones by what is in them', () => {
    const share = sharedParts();
    const large = () => share({ content: 'x'.repeat(200), subject: { login: 'bob', id: 2 } });
    const [one, other] = [large(), large()];
    expect(one).not.toBe(other);
    expect(one.subject).toBe(other.subject);
  });
});
