import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markerOf, parseAsk, parseMarker } from '../../../../src/adapters/providers/postgres/names.js';
import { readReceipt } from '../../../../src/adapters/providers/postgres/receipt.js';
import { parseVerifiers } from '../../../../src/adapters/providers/postgres/verifiers.js';
import type { Json } from '../../../../src/core/entitlement.js';
import { scramVerifier } from './verifier.js';

const ask = (subject: string, grant: Readonly<Record<string, Json>>) =>
  parseAsk({ target: 'orders-db', subject, grant });

describe('names', () => {
  it('are those of the holding, or no names at all', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        (subject, role, made) => {
          const parsed = ask(subject, made ? { role, login: 'created' } : { role });
          if (typeof parsed === 'string') return;
          expect(parsed).toMatchObject({ subject, role, made });
          expect(Buffer.byteLength(parsed.login)).toBeLessThanOrEqual(63);
        },
      ),
    );
  });

  it('of made logins differ whenever person or role does', () => {
    const part = fc.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,8}$/);
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const [one, other] = [ask(a, { role: b, login: 'created' }), ask(c, { role: d, login: 'created' })];
        if (typeof one === 'string' || typeof other === 'string') return;
        expect(one.login === other.login).toBe(a === c && b === d);
      }),
    );
  });

  it.each([{}, { role: 7 }, { role: 'r', login: 'alice' }, { role: 'r', extra: true }, { role: null }])(
    'are not found in %j',
    (grant) => {
      expect(ask('alice', grant)).toBeTypeOf('string');
    },
  );

  it('that people have may be in any script', () => {
    expect(ask('Zoë O’Hara', { role: 'r' })).toMatchObject({ login: 'Zoë O’Hara' });
    expect(ask('Zoë', { role: 'r', login: 'created' })).toBeTypeOf('string');
  });
});

describe('the mark on a made login', () => {
  it('says for whom and what it was made', () => {
    const made = { subject: 'alice', role: 'app_readonly' };
    expect(parseMarker(markerOf(made))).toEqual(made);
  });

  it.each([
    '',
    'hallpass',
    'hallpass: ',
    'hallpass: null',
    'hallpass: {"subject":1,"role":"r"}',
    'someone: {}',
  ])('is not seen in %j', (comment) => {
    expect(parseMarker(comment)).toBeUndefined();
  });
});

describe('receipts', () => {
  it('give what they can, whatever they are', () => {
    expect(readReceipt({ login: 5, role: 6, grantor: 'hallpass', name: 'alice' })).toEqual({
      login: 5,
      role: 6,
      grantor: 'hallpass',
    });
    for (const other of [
      null,
      'text',
      7,
      [],
      {},
      { login: '5', role: -1, grantor: 3 },
      { login: 2 ** 32, role: 0.5 },
    ])
      expect(readReceipt(other)).toEqual({});
  });
});

describe('verifiers', () => {
  const verifier = scramVerifier('secret');

  it('are read from a userlist', () => {
    const text = `; comment\r\n\n"alice" "${verifier}"\n  "o""hara" "${verifier}"\n`;
    expect([...parseVerifiers(text, 'orders-db')]).toEqual([
      ['alice', verifier],
      ['o"hara', verifier],
    ]);
  });

  it.each([
    '"alice" "secret"',
    '"alice" "md5c0ffee00000000000000000000000000"',
    `"alice" "${verifier}x"`,
    `alice ${verifier}`,
    `"alice" "${verifier}"\n"alice" "${verifier}"`,
    `"alice" "${verifier.replace('SHA-256', 'SHA-1')}"`,
  ])('are never passwords or guesses: %j', (text) => {
    expect(() => parseVerifiers(text, 'orders-db')).toThrow(/line \d of the verifiers/);
    expect(() => parseVerifiers(text, 'orders-db')).not.toThrow(/secret|md5/);
  });
});
