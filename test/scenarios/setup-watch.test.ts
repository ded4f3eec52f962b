import { afterEach, expect, it } from 'vitest';
import { watchSetup } from '../../src/app/setup/watch-setup.js';
import { setupOf } from '../../src/serve.js';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
afterEach(() => scenario.close());

/** Codes of findings that were logged, from a line on. */
const told = (from = 0) =>
  scenario.log
    .slice(from)
    .filter((line) => line.includes('setup finding'))
    .map((line) => /"(?:code|key)":"(\w+)/.exec(line)?.[1] ?? line);

/** What the server does by itself at its start, and again after a day. */
const look = () => {
  const { ports, setup, appSlug } = scenario.world.wired;
  return watchSetup({ ...ports, ...setup }, setupOf(scenario.world.serveOptions, appSlug));
};

it('a rule that somebody loosens is said once, and that it is back (T056)', async () => {
  scenario = await startScenario({ watchesSetup: true });
  expect(told()).toContain('branch_without_pull_request');
  const pushes = () =>
    scenario.world.github.calls.filter(({ path }) => path.endsWith('git-receive-pack')).length;
  const pushed = pushes();
  // By now the ledger is there, whose older protection the app may not see.
  // The server looked first, when it started.
  const next = await look();
  expect(next.isFirst).toBe(false);
  expect(next.appeared.map(({ code }) => code)).toEqual(['not_visible']);
  const said = scenario.log.length;
  expect(await look()).toEqual({ isFirst: false, appeared: [], gone: [] });

  scenario.world.github.rules.forcePushToMain = true;
  expect((await look()).appeared.map(({ code }) => code)).toEqual(['branch_force_push']);
  await scenario.world.restart();
  await scenario.world.settled();
  expect(told(said)).toEqual(['branch_force_push']);

  scenario.world.github.rules.forcePushToMain = false;
  expect((await look()).gone).toEqual(['branch_force_push main']);
  expect(told(said)).toEqual(['branch_force_push', 'branch_force_push']);
  expect(pushes()).toBe(pushed);
});

it('a look that fails is said, and keeps nothing from being granted', async () => {
  scenario = await startScenario();
  scenario.world.github.api.fail(({ route }) => route.includes('hook') || route.includes('rules'), 422);
  expect((await look()).appeared.map(({ code }) => code)).toContain('not_checked');
  const pull = await scenario.ask('alice', 'look');
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  expect(scenario.held()).toEqual(['alice app_readonly']);
});
