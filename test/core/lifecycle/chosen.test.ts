import { describe, expect, it } from 'vitest';
import type { HoldingState } from '../../../src/core/grant.js';
import { type Choice, isChosen } from '../../../src/core/lifecycle/chosen.js';
import { entry, LIFE } from '../../app/entries.js';

const base = entry(LIFE.slice(0, 3), {});
const held = (entitlement: string, target: string, state: HoldingState = 'active') => ({
  entitlement,
  state,
  holding: { target, subject: 'alice_ro', grant: {} },
});
const grant = {
  ...base,
  holdings: [held('read', 'db'), held('deploy', 'teams'), held('old', 'gone', 'ended')],
};

describe('which grants are meant', () => {
  it.each<[Choice, boolean]>([
    [{}, true],
    [{ target: 'db' }, true],
    [{ target: 'teams' }, true],
    [{ target: 'other' }, false],
    [{ target: 'gone' }, false],
    [{ entitlement: 'old' }, false],
    [{ subject: 'ALICE' }, true],
    [{ subject: 'bob' }, false],
    [{ subject: 'alice_ro' }, false],
    [{ entitlement: 'deploy' }, true],
    [{ target: 'db', entitlement: 'deploy' }, false],
    [{ target: 'db', entitlement: 'read', subject: 'alice' }, true],
    [{ target: 'db', entitlement: 'read', subject: 'bob' }, false],
  ])('%j: %s', (choice, expected) => {
    expect(isChosen(grant, choice)).toBe(expected);
  });

  it.each<HoldingState>(['scheduled', 'intended', 'active', 'ending'])('one that is %s', (state) => {
    expect(isChosen({ ...base, holdings: [held('read', 'db', state)] }, {})).toBe(true);
  });

  it('none that is over, and nobody’s by a login', () => {
    expect(isChosen({ ...base, holdings: [held('read', 'db', 'void')] }, {})).toBe(false);
    expect(isChosen({ ...grant, subject: null }, { subject: 'alice' })).toBe(false);
    expect(isChosen({ ...grant, subject: null }, {})).toBe(true);
  });
});
