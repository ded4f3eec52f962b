import { beforeEach, describe, expect, it } from 'vitest';
import { type RememberedDirectory, rememberPeople } from '../../../src/app/control/remember-people.js';
import type { TeamFacts } from '../../../src/core/policy/evidence.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { turns } from '../../support/manual-timer.js';
import { NOON } from '../entries.js';

const facts = (id: number): TeamFacts => ({ team: 'dba', id, members: [] });

describe('who is in a team is remembered', () => {
  let now: Instant;
  /** How often it was asked for, and with what the next question is answered. */
  let asked: number;
  let answer: () => Promise<TeamFacts>;
  let people: RememberedDirectory;
  beforeEach(() => {
    now = NOON;
    asked = 0;
    answer = async () => facts(asked);
    const account = async () => ({ kind: 'unknown' }) as never;
    const team = (): Promise<TeamFacts> => {
      asked += 1;
      return answer();
    };
    people = rememberPeople({ team, account }, { now: () => now });
  });
  /** The id tells which question was answered. */
  const askedAt = async (seconds: number): Promise<number | null> => {
    now = addSeconds(NOON, seconds);
    const { id } = await people.team('dba');
    await turns();
    return id;
  };

  it('and read anew while it is still good, so that nobody waits for it', async () => {
    expect([await askedAt(0), await askedAt(239)]).toEqual([1, 1]);
    expect(asked).toBe(1);
    expect([await askedAt(240), asked]).toEqual([1, 2]);
    expect([await askedAt(241), await askedAt(479), asked]).toEqual([2, 2, 2]);
  });

  it('and asked for where nobody asked in time', async () => {
    await askedAt(0);
    expect([await askedAt(300), asked]).toEqual([2, 2]);
  });

  it('for five minutes and not longer, where it cannot be read anew', async () => {
    await askedAt(0);
    answer = async () => {
      throw new Error('GitHub is away');
    };
    expect([await askedAt(240), await askedAt(299), asked]).toEqual([1, 1, 2]);
    await expect(askedAt(300)).rejects.toThrow('GitHub is away');
    await expect(askedAt(301)).rejects.toThrow('GitHub is away');
    expect(asked).toBe(4);
  });

  it('until somebody joined or left, whatever was on its way', async () => {
    await askedAt(0);
    let give = (_: TeamFacts): void => {};
    answer = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    await askedAt(240);
    people.forget();
    answer = async () => facts(asked);
    expect(await askedAt(241)).toBe(3);
    give(facts(2));
    await turns();
    expect([await askedAt(242), asked]).toEqual([3, 3]);
  });

  it('not for longer because a clock went back', async () => {
    await askedAt(100);
    expect([await askedAt(0), asked]).toEqual([2, 2]);
  });
});
