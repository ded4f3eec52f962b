import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { join } from 'node:path';
import { createNodeMiddleware, createProbot } from 'probot';
import type { Intake } from '../../src/app/hints.js';
import { createBot } from '../../src/bot/bot.js';
import { median, quantile } from '../measure.js';
import type { Figure, Metric } from '../metric.js';
import { type BenchWorld, startBenchWorld } from '../world.js';

const SECRET = 'a webhook secret of enough bytes.';
const silent = { info() {}, warn() {}, error() {} };

/** How fast webhooks are taken in, and how soon what they lead to can be seen. */
export const webhooks: Metric = {
  name: 'webhook',
  async measure({ folder }) {
    return [await intake(), await toCheck(join(folder, 'far')), await burst(join(folder, 'burst'))];
  },
};

const DELIVERIES = 1_500;
const AT_ONCE = 8;
const TURNS = 7;

/** Accepted deliveries of a second of CPU, against Probot's own middleware with a handler that does nothing. */
async function intake(): Promise<Figure> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const nothing = async (): Promise<void> => {};
  const hints: Intake = {
    pullRequest: nothing,
    comment: nothing,
    pass: nothing,
    everything: nothing,
    people: nothing,
  };
  const bot = await createBot({
    appId: 1,
    appSlug: 'bench',
    privateKey: pem,
    webhookSecret: SECRET,
    pins: { repositoryId: 1, installationId: 2 },
    branch: 'main',
    ledgerBranch: 'access-ledger',
    hints,
    health: { alive: () => true, ready: () => true },
    log: silent,
    port: 0,
  });
  const bare = await bareProbot(pem);
  try {
    const rates: [number, number][] = [];
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const ours = await rate(bot.webhookUrl);
      const floor = await rate(bare.url);
      // The first turn only warms up.
      if (turn > 0) rates.push([ours, floor]);
    }
    const ratios = rates.map(([ours, floor]) => ours / floor);
    const floor = median(rates.map(([, below]) => below));
    return {
      name: 'webhook.intake',
      value: median(ratios),
      unit: '× deliveries',
      floor: `bare Probot middleware doing nothing, ${floor.toFixed(0)} a second of CPU`,
      target: { atLeast: 0.9 },
      spread: [Math.min(...ratios), Math.max(...ratios)],
    };
  } finally {
    await bot.close();
    bare.server.close();
  }
}

async function bareProbot(
  privateKey: string,
): Promise<{ readonly url: string; readonly server: HttpServer }> {
  const path = '/api/github/webhooks';
  const probot = createProbot({ overrides: { appId: 1, privateKey, secret: SECRET, logLevel: 'fatal' } });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on('pull_request', () => {});
    },
    { probot, webhooksPath: path },
  );
  const server = createServer((request, response) => void middleware(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, server };
}

const BODY = JSON.stringify({
  action: 'synchronize',
  number: 7,
  pull_request: { number: 7, title: 'x'.repeat(8_000) },
  repository: { id: 1 },
  installation: { id: 2 },
  sender: { login: 'alice', type: 'User' },
});
const SIGNATURE = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;

/** Sends them from this very process, which costs the same on both sides. */
async function rate(url: string): Promise<number> {
  const before = process.cpuUsage();
  let left = DELIVERIES;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const headers = {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
        'x-github-delivery': `d-${left}`,
        'x-hub-signature-256': SIGNATURE,
      };
      const answer = await fetch(url, { method: 'POST', headers, body: BODY });
      await answer.arrayBuffer();
      if (answer.status >= 300) throw new Error(`a delivery was answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  const { user, system } = process.cpuUsage(before);
  return DELIVERIES / ((user + system) / 1e6);
}

const RTT_MILLISECONDS = 50;
/** Facts, and the check. */
const CRITICAL_CALLS = 2;
const REVIEWS = 16;

/** From a review to the check that says so, with GitHub so far away. */
async function toCheck(dir: string): Promise<Figure> {
  const far = farAway(RTT_MILLISECONDS);
  const bench = await startBenchWorld(dir, far.reach);
  try {
    await bench.push('alice', 'look');
    const pull = await bench.open('alice', 'look');
    await bench.world.settled();
    const took: number[] = [];
    for (let n = 0; n <= REVIEWS; n += 1) {
      bench.clock.advance(5);
      const from = bench.world.github.calls.length;
      const begun = performance.now();
      const bob = bench.world.github.as('bob');
      await bob.review(pull, n % 2 === 0 ? 'REQUEST_CHANGES' : 'APPROVE', { body: 'x' });
      await bench.world.settled();
      // Until its answer is back; the first only warms up.
      if (n > 0) took.push(...checksSince(bench, from).map((at) => at - begun + RTT_MILLISECONDS / 2));
    }
    const floor = CRITICAL_CALLS * RTT_MILLISECONDS;
    return {
      name: 'webhook.to-check',
      value: median(took) - floor,
      unit: 'ms above',
      floor: `${CRITICAL_CALLS} calls × ${RTT_MILLISECONDS} ms; p50 ${median(took).toFixed(0)}, p99 ${quantile(took, 0.99).toFixed(0)} ms`,
      target: { atMost: 5 },
      spread: [Math.min(...took) - floor, Math.max(...took) - floor],
    };
  } finally {
    await bench.world.close();
    far.close();
  }
}

/** When GitHub had each check that was written since. */
function checksSince({ world }: BenchWorld, from: number): readonly number[] {
  return world.github.calls
    .slice(from)
    .filter(({ method, route }) => method === 'POST' && /check-runs|updateCheckRun/.test(route))
    .map(({ at }) => at);
}

/** A way to an address that takes half of the time there and half back. */
function farAway(milliseconds: number) {
  const servers: TcpServer[] = [];
  return {
    async reach(url: string): Promise<string> {
      const { port } = new URL(url);
      const server = createTcpServer((near) => {
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

const PULLS = 10;
const BURSTS = 3;

/** Ten pull requests at once: how much longer the last has to wait for its check than the first. */
async function burst(dir: string): Promise<Figure> {
  const bench = await startBenchWorld(dir);
  try {
    const ratios: number[] = [];
    for (let turn = 0; turn <= BURSTS; turn += 1) {
      const names = Array.from({ length: PULLS }, (_, n) => `burst-${turn}-${n}`);
      for (const name of names) await bench.push('alice', name);
      await bench.world.settled();
      const from = bench.world.github.calls.length;
      const begun = performance.now();
      await Promise.all(names.map((name) => bench.open('alice', name)));
      await bench.world.settled();
      const took = checksSince(bench, from).map((at) => at - begun);
      if (turn > 0) ratios.push(Math.max(...took) / Math.min(...took));
      // So that the budget of one burst is not what the next one waits for.
      await new Promise((resolve) => setTimeout(resolve, 15_000));
    }
    return {
      name: 'webhook.burst',
      value: median(ratios),
      unit: '× the first',
      floor: `the first check of ${PULLS} pull requests that are opened at once`,
      target: { atMost: 2 },
      spread: [Math.min(...ratios), Math.max(...ratios)],
    };
  } finally {
    await bench.world.close();
  }
}
