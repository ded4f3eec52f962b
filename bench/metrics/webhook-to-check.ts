import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { PULL_REQUEST } from '../../src/adapters/github/pull-request-query.js';
import type { World } from '../../src/sandbox/world.js';
import { median, quantile } from '../measure.js';
import type { Figure, Metric } from '../metric.js';
import { type BenchWorld, checksSince, startBenchWorld } from '../world.js';

/** How soon the webhook of a review can be seen in the check. */
export const webhookToCheck: Metric = {
  name: 'webhook.to-check',
  measure: ({ folder }) => toCheck(folder),
};

const RTT_MILLISECONDS = 50;
const REVIEWS = 100;
/** Between two reviews. All of them together take less than the five minutes after which a sweep comes, which one of a hundred would meet otherwise. */
const PAUSE_SECONDS = 2;

/**
 * From the webhook of a review to the check that says so, with GitHub so far away. The floor is the two calls that lie one after the other, facts and check, made
 * bare over the same way in turns with ours: what the stand-in takes to answer and what the timers of the way are late is in both.
 */
async function toCheck(dir: string): Promise<readonly Figure[]> {
  const far = farAway(RTT_MILLISECONDS);
  const bench = await startBenchWorld(dir, far.reach);
  try {
    await bench.push('alice', 'look');
    const pull = await bench.open('alice', 'look');
    await bench.world.settled();
    const took: number[] = [];
    const bare: number[] = [];
    for (let n = 0; n <= REVIEWS; n += 1) {
      bench.clock.advance(PAUSE_SECONDS);
      const { calls, hooks } = bench.world.github;
      const from = calls.length;
      const bob = bench.world.github.as('bob');
      // What the stand-in takes to note a review is not what Hallpass takes to hear of it.
      hooks.pause();
      await bob.review(pull, n % 2 === 0 ? 'REQUEST_CHANGES' : 'APPROVE', { body: 'x' });
      const begun = performance.now();
      hooks.resume();
      await bench.world.settled();
      const least = await bareCalls(bench, pull);
      if (n === 0) continue; // It only warms up.
      // Until its answer is back.
      took.push(...checksSince(bench, from).map((at) => at - begun + RTT_MILLISECONDS / 2));
      bare.push(least);
    }
    return toCheckFigures(took, bare);
  } finally {
    await bench.world.close();
    far.close();
  }
}

function toCheckFigures(took: readonly number[], bare: readonly number[]): readonly Figure[] {
  const floor = median(bare);
  const [p50, p99] = [median(took), quantile(took, 0.99)];
  const said = `2 bare calls ${RTT_MILLISECONDS} ms away, ${floor.toFixed(0)} ms`;
  return [
    {
      name: 'webhook.to-check',
      value: p50 - floor,
      unit: 'ms above',
      floor: `${said}; p50 ${p50.toFixed(0)} ms`,
      target: { atMost: 5 },
      spread: [Math.min(...took) - floor, Math.max(...took) - floor],
    },
    {
      name: 'webhook.to-check.p99',
      value: p99 - quantile(bare, 0.99),
      unit: 'ms above',
      floor: `${said}, p99 ${quantile(bare, 0.99).toFixed(0)} ms; p99 ${p99.toFixed(0)} ms`,
      target: { atMost: 25 },
    },
  ];
}

/** The same question for facts, and one that asks for next to nothing in place of the check. */
async function bareCalls({ world }: BenchWorld, pull: number): Promise<number> {
  const repository = { owner: 'acme', repo: 'access' };
  const asked = { ...repository, number: pull, app: 1, branch: 'refs/heads/main', ledger: 'refs/heads/none' };
  const begun = performance.now();
  await bareCall(world, { query: PULL_REQUEST, variables: asked });
  const query =
    'query Least($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { id } }';
  await bareCall(world, { query, variables: repository });
  const last = world.github.calls.findLast(({ route }) => route.endsWith('Least'));
  return (last?.at ?? Number.NaN) - begun + RTT_MILLISECONDS / 2;
}

async function bareCall({ github, serveOptions }: World, question: object): Promise<void> {
  const answer = await fetch(`${serveOptions.github.apiUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${github.token('alice')}`, 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const { errors } = (await answer.json()) as { readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`a bare call was answered ${JSON.stringify(errors)}`);
}

/** A way to an address that takes half of the time there and half back. */
function farAway(milliseconds: number) {
  const servers: Server[] = [];
  return {
    async reach(url: string): Promise<string> {
      const { port } = new URL(url);
      const server = createServer((near) => {
        const there = connect(Number(port), '127.0.0.1');
        const late = (from: Socket, to: Socket): void => {
          from.on('data', (data) => setTimeout(() => to.write(data), milliseconds / 2));
          from.on('end', () => setTimeout(() => to.end(), milliseconds / 2));
          from.on('error', () => to.destroy());
        };
        near.setNoDelay();
        there.setNoDelay();
        late(near, there);
        late(there, near);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close() {
      for (const server of servers) server.close();
    },
  };
}
