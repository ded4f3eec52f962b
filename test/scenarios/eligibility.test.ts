import { afterEach, describe, expect, it } from 'vitest';
import { PEOPLE_PATH, POLICY_PATH } from '../../src/core/pull-request.js';
import { MEMORY_CATALOG, PEOPLE, POLICY, type Scenario, startScenario } from './scenario.js';

const ENDING = POLICY.replace(
  '    max_duration: 2h\n',
  '    max_duration: 2h\n    end_when_ineligible: true\n',
);
const READONLY = 'alice app_readonly';
const BROKEN = 'version: 7\n';

let scenario: Scenario;
afterEach(() => scenario.close());

async function granted(policy = ENDING, name = 'mine'): Promise<void> {
  scenario = await startScenario({ policy, catalog: MEMORY_CATALOG, people: PEOPLE });
  scenario.target.neverExpires = true;
  const pull = await scenario.ask('alice', name);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  expect(scenario.held()).toEqual([READONLY]);
}

/** A full pass, as the heartbeat brings it. */
async function look(): Promise<void> {
  scenario.clock.advance(60);
  scenario.world.running.hints.sweep();
  await scenario.world.settled();
}

const github = () => scenario.world.github;
const push = async (path: string, text: string) => {
  await github()
    .as('root')
    .push('main', { [path]: text });
  await scenario.world.settled();
};
const lines = (message: string) => scenario.log.filter((line) => line.includes(` ${message} `));
const asked = async () =>
  (await scenario.entry('mine'))?.events.find(({ event }) => event === 'end_requested');

describe('a grant under a rule with end_when_ineligible', () => {
  it('ends when the subject leaves the team, and the ledger says why and by which documents', async () => {
    await granted();
    await look();
    expect(scenario.held()).toEqual([READONLY]);
    await github().removeFromTeam('engineering', 'alice');
    await look();
    expect(scenario.held()).toEqual([]);
    expect(await asked()).toMatchObject({ reason: 'ineligible', code: 'requester_not_in_group' });
    expect((await scenario.entry('mine'))?.holdings).toMatchObject([
      { state: 'ended', reason: 'ineligible' },
    ]);
  });

  it('ends when somebody takes the subject out of people.yaml, with the documents of now beside it', async () => {
    await granted();
    await push(PEOPLE_PATH, PEOPLE.replace(/ {2}alice.*\n/, ''));
    await look();
    expect(scenario.held()).toEqual([]);
    const event = await asked();
    expect(event?.code).toBe('not_in_people');
    expect(event?.control?.people).not.toBe((await scenario.entry('mine'))?.decision.control.people);
  });

  it('ends although the key was taken away after it was given', async () => {
    await granted();
    await push(POLICY_PATH, POLICY);
    await github().removeFromTeam('engineering', 'alice');
    await look();
    expect(scenario.held()).toEqual([]);
  });

  it('goes on while nobody can tell: the team is gone, GitHub is away, the policy is broken', async () => {
    await granted();
    github().api.fail('/graphql Directory', 503, Number.POSITIVE_INFINITY);
    await look();
    github().api.clear();
    await github().deleteTeam('engineering');
    await look();
    await push(POLICY_PATH, BROKEN);
    await look();
    expect(scenario.held()).toEqual([READONLY]);
    expect(lines('eligibility not known').length).toBeGreaterThanOrEqual(3);
  });

  it('is voided before it starts', async () => {
    scenario = await startScenario({ policy: ENDING, catalog: MEMORY_CATALOG, people: PEOPLE });
    const start = new Date(scenario.clock.date().getTime() + 7_200_000).toISOString().replace(/\.\d+/, '');
    const pull = await scenario.ask('alice', 'mine', { more: [`start: ${start}`] });
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    await github().removeFromTeam('engineering', 'alice');
    await look();
    expect((await scenario.entry('mine'))?.holdings).toMatchObject([{ state: 'void', reason: 'ineligible' }]);
  });
});

describe('the guard', () => {
  it('holds up no end because somebody has many grants', async () => {
    scenario = await startScenario({
      policy: ENDING,
      catalog: `${MEMORY_CATALOG}${Array.from({ length: 6 }, (_, n) => `  orders-db-${n}:\n    title: One of many\n    target: orders-db\n    tier: production\n    grant: { name: more-${n} }\n`).join('')}`,
      people: PEOPLE,
    });
    scenario.target.neverExpires = true;
    const pull = await scenario.ask('alice', 'many', {
      entitlements: Array.from({ length: 6 }, (_, n) => `orders-db-${n}`),
    });
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    expect(scenario.held()).toHaveLength(6);
    await github().removeFromTeam('engineering', 'alice');
    await look();
    expect(scenario.held()).toEqual([]);
  });
});

describe('a grant under a rule without it', () => {
  it('goes on to its end', async () => {
    await granted(POLICY);
    await github().removeFromTeam('engineering', 'alice');
    await look();
    expect(scenario.held()).toEqual([READONLY]);
  });
});
