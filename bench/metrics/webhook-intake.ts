import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, createProbot } from 'probot';
import type { Intake } from '../../src/app/hints.js';
import { createBot } from '../../src/bot/bot.js';
import { median } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

const SECRET = 'a webhook secret of enough bytes.';
const silent = { info() {}, warn() {}, error() {} };

const DELIVERIES = 1_500;
const AT_ONCE = 8;
const TURNS = 7;

/** How fast webhooks are taken in. */
export const webhookIntake: Metric = {
  name: 'webhook.intake',
  measure: async () => [await intake()],
};

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
