import { afterEach, expect, it } from 'vitest';
import { POLICY, type Scenario, startScenario } from '../scenarios/scenario.js';

let scenario: Scenario;
afterEach(() => scenario.close());

it('a login that policy names is whose number the people document says (T043)', async () => {
  scenario = await startScenario({
    policy: POLICY.replace(
      '{ from: { teams: [security] }, count: 1 }',
      '{ from: { users: [carol] }, count: 1 }',
    ),
  });
  const { github } = scenario.world;
  const before = await scenario.ask('alice', 'before');
  await scenario.approve(before, 'bob', 'carol');
  expect(await scenario.checkTitle(before)).toMatch(/approved/i);
  github.rename('carol', 'carol-moved');
  github.addUser({ login: 'carol', id: 9_003, permission: 'write' });
  const pull = await scenario.ask('alice', 'look');
  await scenario.approve(pull, 'bob', 'carol');
  expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
  await scenario.merge(pull, 'root');
  expect(scenario.held()).toEqual([]);
});
