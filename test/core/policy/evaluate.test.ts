import { describe, expect, it } from 'vitest';
import { approvedBy, decide, finding } from './world.js';

describe('two people from two groups', () => {
  it.each([
    ['nobody', [], 'pending'],
    ['one person', ['bob'], 'pending'],
    ['two from one group', ['bob', 'bob'], 'pending'],
    ['two people from two groups', ['bob', 'carol'], 'approved'],
    ['the other way round', ['carol', 'bob'], 'approved'],
    ['one person in both groups', ['erin'], 'pending'],
    ['one in both groups and one in one', ['erin', 'bob'], 'approved'],
    ['one in both groups and one in the other', ['erin', 'carol'], 'approved'],
    ['somebody without a say', ['bob', 'frank'], 'pending'],
    ['the requester', ['alice', 'bob'], 'pending'],
  ])('%s: %s', (_, approvers, outcome) => {
    expect(decide({ evidence: approvedBy(...approvers) }).outcome).toBe(outcome);
  });

  it('tells who approved what', () => {
    const decision = decide({ evidence: approvedBy('carol', 'erin') });
    expect(decision).toMatchObject({
      rules: ['two-groups'],
      unsatisfied: [],
      approvals: [
        { account: { login: 'erin' }, group: 0 },
        { account: { login: 'carol' }, group: 1 },
      ],
      dismissals: [],
      vetoes: [],
    });
  });

  it('tells what is missing and who could give it', () => {
    const decision = decide({ evidence: approvedBy('bob') });
    expect(decision.unsatisfied).toEqual(['two-groups']);
    expect(finding(decision, 'approvals')).toEqual({
      code: 'approvals',
      rule: 'two-groups',
      status: 'unsatisfied',
      otherwise: 'pending',
      message: '1 of 2 approvals for rule two-groups; missing: 1 from team security.',
      unblock: 'carol or erin can approve.',
    });
    expect(
      decision.groups.map(({ filledBy, candidates }) => [
        filledBy.length,
        candidates.map(({ login }) => login),
      ]),
    ).toEqual([
      [1, []],
      [0, ['carol', 'erin']],
    ]);
  });
});
