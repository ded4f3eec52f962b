import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Intake } from '../../src/app/hints.js';
import { type Bot, type BotOptions, createBot } from '../../src/bot/bot.js';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const SECRET = 'a webhook secret of enough bytes.';
export const PINS = { repositoryId: 8001, installationId: 77 };
export const APP_ID = 4711;
export const SLUG = 'hall-monitor';

export interface BotWorld {
  readonly bot: Bot;
  /** Hints given, such as `pull request 7`. */
  readonly hinted: string[];
  readonly logged: string[];
}

export async function startBot(options: Partial<BotOptions> = {}): Promise<BotWorld> {
  const hinted: string[] = [];
  const logged: string[] = [];
  const hints: Intake = {
    pullRequest: async (number) => void hinted.push(`pull request ${number}`),
    comment: async (id) => void hinted.push(`comment ${id}`),
    pass: async () => void hinted.push('pass'),
    everything: async () => void hinted.push('sweep everything'),
    people: async () => void hinted.push('people'),
  };
  const log = (message: string, fields?: object): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const bot = await createBot({
    appId: APP_ID,
    appSlug: SLUG,
    privateKey,
    webhookSecret: SECRET,
    pins: PINS,
    branch: 'main',
    ledgerBranch: 'access-ledger',
    hints,
    health: { alive: () => true, ready: () => true },
    log: { info: log, warn: log, error: log },
    port: 0,
    ...options,
  });
  return { bot, hinted, logged };
}

const ALICE = { login: 'alice', id: 1001, type: 'User' };

/** A payload as GitHub sends it, as far as anything is read of it. */
export const payload = (fields: object): object => ({
  repository: { id: PINS.repositoryId },
  installation: { id: PINS.installationId },
  sender: ALICE,
  ...fields,
});

export const opened = payload({ action: 'opened', number: 7, pull_request: { number: 7 } });

export interface Sent {
  readonly event?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly secret?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export const signed = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export function deliver(bot: Bot, payload: object, sent: Sent = {}): Promise<Answered> {
  const body = sent.body ?? JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-github-event': sent.event ?? 'pull_request',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signed(body, sent.secret),
    ...sent.headers,
  };
  return send(bot.webhookUrl, { method: sent.method ?? 'POST', headers, body });
}

export function send(
  url: string,
  { method = 'GET', headers = {}, body }: Pick<Sent, 'method' | 'headers' | 'body'> = {},
): Promise<Answered> {
  const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: present, agent: false });
    sending.on('error', reject);
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    sending.end(body);
  });
}
