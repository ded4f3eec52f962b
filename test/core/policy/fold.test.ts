import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, Outcome } from '../../../src/core/policy/decision.js';
import { type Expected, fold, isWorse } from '../../../src/core/policy/fold.js';

const found = fc.record({
  code: fc.constantFrom('a', 'b', 'c'),
  rule: fc.constantFrom('r', 's'),
  status: fc.constantFrom('satisfied' as const, 'unsatisfied' as const, 'errored' as const),
  otherwise: fc.constantFrom('pending' as const, 'denied' as const, 'invalid' as const),
  message: fc.constant('m'),
});

function about({ code, rule }: Finding): Expected {
  return rule === undefined ? { code } : { code, rule };
}

describe('fold', () => {
  it('is the worst of what is not satisfied', () => {
    const worst = (findings: readonly Finding[]): Outcome => {
      const open = findings.filter(({ status }) => status !== 'satisfied').map(({ otherwise }) => otherwise);
      return (['invalid', 'denied', 'pending'] as const).find((one) => open.includes(one)) ?? 'approved';
    };
    fc.assert(
      fc.property(fc.array(found, { minLength: 1 }), (findings) => {
        expect(fold(findings.map(about), findings)).toBe(worst(findings));
        expect(fold(findings.map(about), findings.toReversed())).toBe(worst(findings));
      }),
    );
  });

  it('never becomes more permissive when a finding is lost', () => {
    fc.assert(
      fc.property(fc.array(found, { minLength: 1 }), fc.nat(), (findings, at) => {
        const expected = findings.map(about);
        const lost = findings.toSpliced(at % findings.length, 1);
        expect(isWorse(fold(expected, findings), fold(expected, lost))).toBe(false);
      }),
    );
  });

  it('approves nothing when nothing was expected', () => {
    expect(fold([], [])).toBe('invalid');
  });

  it('does not let one finding stand for another', () => {
    const satisfied: Finding = {
      code: 'a',
      rule: 'r',
      status: 'satisfied',
      otherwise: 'pending',
      message: 'm',
    };
    expect(
      fold(
        [
          { code: 'a', rule: 'r' },
          { code: 'a', rule: 's' },
        ],
        [satisfied],
      ),
    ).toBe('invalid');
    expect(
      fold(
        [
          { code: 'a', rule: 'r' },
          { code: 'a', rule: 'r' },
        ],
        [satisfied],
      ),
    ).toBe('invalid');
    expect(fold([{ code: 'a', entitlement: 'r' }], [satisfied])).toBe('invalid');
    expect(fold([{ code: 'a', rule: 'r' }], [satisfied])).toBe('approved');
    expect(fold([{ code: 'a', rule: 'r' }], [satisfied, { ...satisfied, code: 'b' }])).toBe('invalid');
  });
});
