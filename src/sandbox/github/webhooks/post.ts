import { createHmac } from 'node:crypto';
import { request } from 'node:http';

/** GitHub gives a receiver ten seconds. */
const TIMEOUT_MILLISECONDS = 10_000;

/** One webhook, sent or not. */
export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  /** The signed bytes. */
  readonly body: string;
  /** Status of the receiver's answer; 0 when there was none. Absent until answered. */
  status?: number;
  dropped?: true;
}

export interface Hook {
  readonly secret: string;
  readonly id: number;
}

export interface Sender {
  send(url: string, delivery: Delivery): void;
  busy(): boolean;
  /** Resolves when what has been sent so far has been answered. */
  answered(): Promise<void>;
}

/** Sends without waiting, and knows what is still unanswered. */
export function openSender(hook: Hook): Sender {
  const running = new Set<Promise<void>>();
  return {
    send(url, delivery) {
      const sent = post(url, delivery, hook).then((status) => {
        delivery.status = status;
        running.delete(sent);
      });
      running.add(sent);
    },
    busy: () => running.size > 0,
    answered: async () => {
      await Promise.all(running);
    },
  };
}

/** Sends one webhook. @returns the status of the answer, 0 when there was none */
function post(url: string, delivery: Delivery, hook: Hook): Promise<number> {
  const hmac = (algorithm: string): string =>
    `${algorithm}=${createHmac(algorithm, hook.secret).update(delivery.body).digest('hex')}`;
  const headers = {
    accept: '*/*',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(delivery.body),
    'user-agent': 'GitHub-Hookshot/sandbox',
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(hook.id),
    'x-hub-signature': hmac('sha1'),
    'x-hub-signature-256': hmac('sha256'),
  };
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', headers, agent: false, timeout: TIMEOUT_MILLISECONDS });
    sending.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode ?? 0));
    });
    sending.on('timeout', () => sending.destroy());
    sending.on('error', () => resolve(0));
    sending.end(delivery.body);
  });
}
