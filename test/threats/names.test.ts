import { afterEach, expect, it } from 'vitest';
import { MEMORY_CATALOG, POLICY, type Scenario, startScenario } from '../scenarios/scenario.js';

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

it('a granted membership does not approve, whatever its holder is called by now (T041, T043)', async () => {
  scenario = await startScenario({
    catalog: MEMORY_CATALOG.replace('tiers:', '  org: { kind: github-team }\ntiers:').concat(
      '  dba-team: { title: Be a DBA, target: org, grant: { team: dba } }\n',
    ),
    policy: `version: 1
rules:
  - { name: data, entitlements: ["orders-db-*"], approvals: [{ from: { teams: [dba] }, count: 2 }] }
  - { name: teams, entitlements: [dba-team], approvals: [{ from: { users: [bob] }, count: 1 }] }
`,
  });
  const { github } = scenario.world;
  const team = await scenario.ask('carol', 'team', { subject: 'carol', entitlements: ['dba-team'] });
  await scenario.approve(team, 'bob');
  await scenario.merge(team, 'carol');
  await github.addToTeam('dba', 'carol');
  github.rename('carol', 'carol-moved');
  const pull = await scenario.ask('alice', 'look');
  await scenario.approve(pull, 'bob', 'carol-moved');
  expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
  await scenario.merge(pull, 'root');
  expect(scenario.held()).toEqual([]);
});
