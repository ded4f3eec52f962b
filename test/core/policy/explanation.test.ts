import { describe, expect, it } from 'vitest';
import { account, ago, approvedBy, decide, OLD, review, rule } from './world.js';

describe('what a decision tells beside its outcome', () => {
  it('lists every review that changes nothing, oldest first, and none that does', () => {
    const at = (seconds: number) => ({ submittedAt: ago(seconds) });
    const reviews = [
      review('bob', 'approved', at(300)),
      review('carol', 'changes_requested', at(200)),
      review('frank', 'changes_requested', at(500)),
      review('erin', 'dismissed', at(100)),
      review('dana', 'approved', at(400)),
      review('bob', 'approved', { ...at(600), commit: OLD }),
      review('mallory', 'commented', at(50)),
    ];
    const { dismissals, vetoes, approvals } = decide({ evidence: { reviews } });
    expect(dismissals.map(({ review: { author }, reason }) => [author?.login, reason])).toEqual([
      ['bob', 'superseded'],
      ['frank', 'not_in_group'],
      ['dana', 'not_in_group'],
      ['erin', 'dismissed'],
    ]);
    expect(vetoes).toEqual([account('carol')]);
    expect(approvals.map(({ account: { login } }) => login)).toEqual(['bob']);
  });

  it('orders reviews of one second by their ids', () => {
    const reviews = ['mallory', 'frank', 'dana'].map((login) => review(login));
    const { dismissals } = decide({ evidence: { reviews: reviews.toReversed() } });
    expect(dismissals.map(({ review: { author } }) => author?.login)).toEqual(['mallory', 'frank', 'dana']);
  });

  it('names everybody who vetoes once, by number', () => {
    const reviews = ['erin', 'carol', 'bob'].map((login) => review(login, 'changes_requested'));
    const { vetoes } = decide({ rules: [rule(), rule({ name: 'again' })], evidence: { reviews } });
    expect(vetoes.map(({ login }) => login)).toEqual(['bob', 'carol', 'erin']);
  });

  it('lists approvals by rule, then by group, then by time', () => {
    const rules = [rule({ name: 'first' }), rule({ name: 'second' })];
    const { approvals } = decide({ rules, evidence: approvedBy('carol', 'erin', 'bob') });
    expect(approvals.map(({ rule: name, group, account: { login } }) => [name, group, login])).toEqual([
      ['first', 0, 'erin'],
      ['first', 1, 'carol'],
      ['first', null, 'bob'],
      ['second', 0, 'erin'],
      ['second', 1, 'carol'],
      ['second', null, 'bob'],
    ]);
  });
});
