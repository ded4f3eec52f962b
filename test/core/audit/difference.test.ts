import { describe, expect, it } from 'vitest';
import { differencesBetween } from '../../../src/core/audit/difference.js';
import type { CountedApproval, Decision } from '../../../src/core/policy/decision.js';
import { entry } from '../../app/entries.js';

const { decision } = entry([]);
const [approval] = decision.approvals as [CountedApproval];

function codes(change: Partial<Decision>): readonly string[] {
  return differencesBetween(decision, { ...decision, ...change }).map(({ of }) => of);
}

describe('two decisions about the same request', () => {
  it('agree whatever their sentences are, and when they were made', () => {
    const finding = {
      code: 'ticket',
      status: 'satisfied',
      otherwise: 'denied',
      message: 'Better said.',
    } as const;
    expect(codes({ findings: [finding], autoMerge: true, dismissals: [], groups: [] })).toEqual([]);
  });

  it('agree when somebody has another login and is the same account', () => {
    const account = { ...approval.account, login: 'robert' as typeof approval.account.login };
    expect(codes({ approvals: [{ ...approval, account }] })).toEqual([]);
  });

  it.each<readonly [string, Partial<Decision>, readonly string[]]>([
    ['outcome', { outcome: 'pending' }, ['outcome']],
    ['a rule more', { rules: ['production-data', 'freeze'] }, ['rules']],
    ['no rule at all', { rules: [] }, ['rules']],
    ['a rule that is not satisfied', { unsatisfied: ['production-data'] }, ['unsatisfied']],
    ['nobody', { approvals: [] }, ['approvals']],
    [
      'another account',
      { approvals: [{ ...approval, account: { ...approval.account, id: 9 } }] },
      ['approvals'],
    ],
    ['another review', { approvals: [{ ...approval, review: 12 }] }, ['approvals']],
    ['another group', { approvals: [{ ...approval, group: 1 }] }, ['approvals']],
    ['only the floor', { approvals: [{ ...approval, group: null }] }, ['approvals']],
    ['another rule', { approvals: [{ ...approval, rule: 'other' }] }, ['approvals']],
    [
      'all of it',
      { outcome: 'denied', rules: [], unsatisfied: ['x'], approvals: [] },
      ['outcome', 'rules', 'unsatisfied', 'approvals'],
    ],
  ])('differ by %s', (_name, change, expected) => {
    expect(codes(change)).toEqual(expected);
  });

  it('say what both were', () => {
    expect(differencesBetween(decision, { ...decision, approvals: [] })).toEqual([
      {
        of: 'approvals',
        recorded: ['account 1002, review 11, for group 1 of production-data'],
        again: [],
      },
    ]);
  });
});
