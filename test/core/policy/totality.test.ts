import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import {
  approvedBy,
  condition,
  controlOf,
  decide,
  evidence,
  finding,
  request,
  rule,
  type World,
} from './world.js';

/** Approved as it stands, so that whatever is damaged can only make it worse. */
const APPROVED = {
  rules: [rule({ when: condition(() => true), maxDuration: '4h' as never, ticket: {} })],
} satisfies World;
const reviewed = approvedBy('bob', 'carol');

type Path = readonly string[];

/** Every place in plain data, the root left out. */
function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || value instanceof Map) return at.length > 0 ? [at] : [];
  const inside = Object.entries(value).flatMap(([key, part]) => placesIn(part, [...at, key]));
  return at.length > 0 ? [at, ...inside] : inside;
}

function replaced<T>(value: T, [key, ...rest]: Path, by: unknown): T {
  if (key === undefined) return by as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy as T;
}

const JUNK = [
  undefined,
  null,
  Number.NaN,
  -1,
  0,
  '',
  'x',
  '9999-99-99T99:99:99Z',
  [],
  {},
  [null],
  [{}],
  true,
];

describe('evaluate is total', () => {
  it('approves the world before it is damaged', () => {
    expect(decide({ ...APPROVED, evidence: reviewed }).outcome).toBe('approved');
  });

  it('answers whatever is put in any place of the evidence, and never with more than before', () => {
    const whole = evidence({ ...reviewed, epoch: evidence().epoch });
    const open = evidence({ reviews: whole.reviews.slice(0, 1) });
    const control = controlOf(APPROVED);
    for (const place of placesIn(open)) {
      for (const junk of JUNK) {
        const decision = evaluate(control, request(), replaced(open, place, junk));
        expect([place.join('.'), junk, decision.outcome]).not.toEqual([place.join('.'), junk, 'approved']);
      }
    }
    for (const place of placesIn(whole)) {
      for (const junk of JUNK)
        expect(() => evaluate(control, request(), replaced(whole, place, junk))).not.toThrow();
    }
  });

  it('answers whatever is put in any place of the request and the policy', () => {
    const control = controlOf(APPROVED);
    for (const junk of JUNK) {
      for (const place of placesIn(request())) {
        expect(() => evaluate(control, replaced(request(), place, junk), evidence(reviewed))).not.toThrow();
      }
      for (const place of placesIn(control.policy)) {
        const damaged = { ...control, policy: replaced(control.policy, place, junk) };
        expect(() => evaluate(damaged, request(), evidence(reviewed))).not.toThrow();
      }
    }
  });

  it('answers to nothing at all', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (control, asked, facts) => {
        expect(evaluate(control as never, asked as never, facts as never).outcome).not.toBe('approved');
      }),
    );
  });

  it('turns a part that throws into an errored finding that denies', () => {
    const throwing = {
      source: 'x',
      matches: () => {
        throw new Error('boom');
      },
    };
    const decision = decide({ rules: [rule({ ticket: { pattern: throwing } })], evidence: reviewed });
    expect(decision).toMatchObject({ outcome: 'denied', unsatisfied: ['two-groups'] });
    expect(finding(decision, 'ticket')).toMatchObject({
      status: 'errored',
      otherwise: 'denied',
      message: 'This could not be judged: boom.',
    });
  });

  it('owes a finding for a check that cannot tell whether it is concerned', () => {
    const decision = decide({ ...APPROVED, conflicts: [null as never], evidence: reviewed });
    expect(decision.outcome).toBe('denied');
    expect(finding(decision, 'conflicts')).toMatchObject({ status: 'errored', otherwise: 'denied' });
  });

  it('says so when nothing could be made out', () => {
    const decision = evaluate(controlOf(APPROVED), request(), { ...evidence(), reviews: null as never });
    expect(decision).toMatchObject({
      outcome: 'denied',
      rules: [],
      approvals: [],
      autoMerge: false,
      findings: [{ code: 'evaluation', status: 'errored', otherwise: 'denied' }],
    });
  });

  it('is frozen input to it: nothing is changed, and the same facts give the same decision', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
        for (const part of Object.values(Object.freeze(value))) freeze(part);
      return value;
    };
    const control = freeze(controlOf(APPROVED));
    const facts = freeze(evidence(reviewed));
    expect(evaluate(control, freeze(request()), facts)).toEqual(evaluate(control, request(), facts));
  });
});
