import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext } from '../../src/adapters/providers/memory/target.js';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
  scenario.target.neverExpires = true;
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;

async function granted(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

describe('an extension', () => {
  it('that is removed leaves native expiry where it was, also when the target is away at that moment', async () => {
    await granted('first');
    const until = (await scenario.entry('first'))?.window?.expiresAt;
    await granted('second', { more: [`extends: ${scenario.id('first')}`] });
    await scenario.pass();
    const ends = () => [...scenario.target.granted.values()].map((row) => row.until);
    expect(ends()).not.toEqual([until]);
    failNext(scenario.target, 'grant', { times: 4 });
    await github()
      .as('root')
      .push('main', { [scenario.path('second')]: null });
    await scenario.world.settled();
    scenario.target.planted.clear();
    await scenario.after(60);
    await scenario.after(60);
    expect(ends()).toEqual([until]);
    expect(await scenario.entry('second')).toMatchObject({
      holdings: [{ state: 'void', reason: 'reverted' }],
    });
  });

  it('of a grant that was revoked does not start', async () => {
    const pull = await granted('first');
    await granted('second', { more: [`extends: ${scenario.id('first')}`] });
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('starts when GitHub is back', async () => {
    await granted('first');
    await granted('second', { more: [`extends: ${scenario.id('first')}`] });
    github().api.fail('/graphql PullRequestFacts', 503, Number.POSITIVE_INFINITY);
    await scenario.after(3_600);
    await scenario.after(60);
    github().api.clear();
    await scenario.after(60);
    expect(scenario.held()).toEqual([READONLY]);
  });
});
