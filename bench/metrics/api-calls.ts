import { join } from 'node:path';
import type { RecordedCall } from '../../src/sandbox/github/start.js';
import type { Figure, Metric } from '../metric.js';
import { type BenchWorld, startBenchWorld } from '../world.js';

/** Exactly which calls the life of one request takes on a server that is in use. */
export const apiCalls: Metric = {
  name: 'api.calls',
  async measure({ folder }) {
    const bench = await startBenchWorld(join(folder, 'calls'));
    try {
      await life(bench, { requester: 'alice', approvers: ['bob', 'carol'] });
      // Others ask at about the same time: who is in which team, and who waits for how many reviews, was asked a moment ago.
      await bench.push('alice', 'another');
      await bench.open('alice', 'another');
      await bench.world.settled();
      const steps = await life(bench, { requester: 'bob', approvers: ['dana', 'carol'] });
      const ends = await endTogether(bench, 5);
      return [...figuresOf(steps), ...ends];
    } finally {
      await bench.world.close();
    }
  },
};

interface Step {
  readonly name: string;
  readonly calls: readonly RecordedCall[];
}

interface Life {
  readonly requester: string;
  readonly approvers: readonly string[];
}

async function life(bench: BenchWorld, { requester, approvers }: Life): Promise<readonly Step[]> {
  const { world, clock } = bench;
  const steps: Step[] = [];
  let from = 0;
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    from = world.github.calls.length;
    await work();
    await world.settled();
    steps.push({ name, calls: world.github.calls.slice(from).filter(isOurs) });
    clock.advance(5);
  };
  let pull = 0;
  await bench.push(requester, requester);
  await world.settled();
  await step('open', async () => {
    pull = await bench.open(requester, requester);
  });
  for (const approver of approvers) await step('approval', () => world.github.as(approver).approve(pull));
  await step('merge and grant', () => world.github.as(requester).merge(pull));
  await step('end', async () => {
    clock.advance(3_600);
    world.running.hints.ends();
  });
  return steps;
}

/** Of the app's installation, without git, which has no such limits, and without tokens, which hold for an hour. */
const isOurs = ({ caller, path }: RecordedCall): boolean =>
  caller === 'installation' && !path.includes('.git/');

/** What makes something new: a check, a comment, a request for a review. Several of one call are one. */
const CREATES =
  /^POST (?:\S*\/(?:check-runs|comments|issues|requested_reviewers)$|\/graphql .*(?:addComment|requestReviews))/;

function figuresOf(steps: readonly Step[]): readonly Figure[] {
  const counted = steps.map(({ name, calls }) => ({
    name,
    calls: calls.filter(({ status }) => status !== 304),
  }));
  const all = counted.flatMap(({ calls }) => calls);
  const free = steps.flatMap(({ calls }) => calls).length - all.length;
  const creating = all.filter(({ method, route }) => CREATES.test(`${method} ${route}`));
  const queries = all.filter(({ route }) => /^\/graphql [A-Z]/.test(route));
  const each = counted.map(({ name, calls }) => `${name} ${calls.length}`).join(', ');
  return [
    {
      name: 'api.calls',
      value: all.length,
      unit: 'calls',
      floor: `counted: ${each}; ${queries.length} are queries; beside them ${free} answered 304, which are free`,
      target: { atMost: 12 },
    },
    {
      name: 'api.calls.creating',
      value: creating.length,
      unit: 'calls',
      floor: `counted: ${creating.map(({ route }) => route.split('/').at(-1)).join(', ')}`,
      target: { atMost: 4 },
    },
  ];
}

/** Several grants that end at the same time: their ends are recorded together. */
async function endTogether(bench: BenchWorld, count: number): Promise<readonly Figure[]> {
  const { world, clock } = bench;
  for (let n = 0; n < count; n += 1) {
    await bench.push('alice', `many-${n}`);
    const pull = await bench.open('alice', `many-${n}`);
    await world.settled();
    clock.advance(5);
    for (const login of ['bob', 'carol']) await world.github.as(login).approve(pull);
    await world.settled();
    await world.github.as('alice').merge(pull);
    await world.settled();
  }
  const from = world.github.calls.length;
  clock.advance(3_700);
  world.running.hints.ends();
  await world.settled();
  const calls = world.github.calls.slice(from);
  const pushes = calls.filter(({ method, path }) => method === 'POST' && path.endsWith('git-receive-pack'));
  const others = calls.filter(isOurs);
  return [
    {
      name: 'api.revoke.pushes',
      value: pushes.length,
      unit: 'pushes',
      floor: `counted, for ${count} grants that end at the same time; ${others.length} calls tell their holders`,
      target: { exactly: 1 },
    },
  ];
}
