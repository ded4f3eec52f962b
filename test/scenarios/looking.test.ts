import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ports } from '../../src/app/ports.js';
import { reviewPullRequest } from '../../src/app/reviewing/review-pull-request.js';
import type { CheckResult } from '../../src/ports/review-host.js';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const ports = (): Ports => scenario.world.wired.ports;
const github = () => scenario.world.github;
const nothing = async (): Promise<void> => {};

/** The app's own calls since, git's as well. */
const callsSince = (from: number): readonly string[] =>
  github()
    .calls.slice(from)
    .filter(({ caller }) => caller === 'installation')
    .map(({ method, route }) => `${method} ${route}`);

/** Looks at it with some ports changed. @returns the checks that were published */
async function lookAt(pull: number, changed: (real: Ports) => Partial<Ports>) {
  const checks: CheckResult[] = [];
  const real = ports();
  const host = {
    ...real.host,
    publishCheck: async (result: CheckResult) => {
      checks.push(result);
    },
    publishComment: nothing,
    requestReviews: nothing,
    setLabels: nothing,
  };
  const outcome = await reviewPullRequest({ ...real, host, ...changed({ ...real, host }) }, pull).catch(
    (error: unknown) => error,
  );
  return { checks, outcome };
}

describe('a look at a pull request', () => {
  it('that was reviewed asks GitHub for facts and pushes at once, and git for nothing', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob');
    const from = github().calls.length;
    await scenario.approve(pull, 'carol');
    expect(callsSince(from).slice(0, 2)).toEqual([
      'GET /repos/{owner}/{repo}/activity',
      'POST /graphql PullRequestFacts',
    ]);
    expect(callsSince(from).filter((call) => call.includes('.git'))).toEqual([]);
  });

  it('fetches the head where GitHub names another one', async () => {
    const pull = await scenario.ask('alice', 'look');
    const head = await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '30m' }) });
    await scenario.world.settled();
    const { checks } = await lookAt(pull, () => ({}));
    expect(checks.map((check) => check.head)).toEqual([head]);
  });

  it('says nothing of a head that cannot be brought, and tries again', async () => {
    const pull = await scenario.ask('alice', 'look');
    const real = ports().host;
    const head = await github().as('alice').push('elsewhere', { 'a.txt': 'a' });
    const look = async (number: number) => {
      const found = await real.look(number);
      return (
        found && { ...found, facts: { ...found.facts, pullRequest: { ...found.facts.pullRequest, head } } }
      );
    };
    const { checks, outcome } = await lookAt(pull, ({ host }) => ({
      host: { ...host, look: look as typeof host.look },
    }));
    expect(outcome).toMatchObject({ fault: 'retry', code: 'head_missing' });
    expect(checks).toEqual([]);
  });

  it('decides on the head it names, whoever pushes over it meanwhile (T074)', async () => {
    const pull = await scenario.ask('alice', 'look');
    const [before] = (await ports().host.openPullRequests()).map(({ head }) => head);
    const { checks, outcome } = await lookAt(pull, ({ host }) => ({
      host: {
        ...host,
        async look(number) {
          const found = await host.look(number);
          const evil = scenario.document({ entitlements: ['orders-db-admin'], duration: '4h' });
          await github()
            .as('alice')
            .push('look', { [scenario.path('look')]: evil });
          return found;
        },
      },
    }));
    expect(checks.map((check) => check.head)).toEqual([before]);
    expect(outcome).toMatchObject({
      kind: 'published',
      view: { requests: [{ request: { entitlements: ['orders-db-readonly'] } }] },
    });
  });

  it('goes by the default branch as it is, where the mirror is behind', async () => {
    const pull = await scenario.ask('alice', 'look');
    const real = ports().repository;
    const policy = [
      'version: 1',
      'rules:',
      '  - { name: none, entitlements: ["*"], deny: Nothing today. }',
      '',
    ];
    const seen = await real.head();
    const { checks } = await lookAt(pull, ({ host }) => ({
      host: {
        ...host,
        async look(number) {
          await github()
            .as('dana')
            .push('main', { '.github/access/policy.yaml': policy.join('\n') });
          return host.look(number);
        },
      },
    }));
    expect(await real.head()).not.toBe(seen);
    expect(checks).toMatchObject([{ conclusion: 'failure' }]);
  });
});
