import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';

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

/** `'pull_request'`, `'pull_request.synchronize'`, or a test. Absent: every webhook. */
export type DeliveryMatch = string | ((delivery: Delivery) => boolean) | undefined;

export type Payload = Readonly<Record<string, unknown>> & { readonly action?: string };

export interface Outbox {
  readonly deliveries: readonly Delivery[];
  url: string | undefined;
  /** Keeps a webhook until the answer to its cause has been sent. */
  put(event: string, payload: Payload): void;
  /** Sends what waits, in order, without waiting for answers. GitHub never sends twice by itself. */
  flush(): void;
  /** Resolves when everything sent has been answered, and all that the answers caused. */
  settled(): Promise<void>;
  drop(match?: DeliveryMatch, times?: number): void;
  duplicate(match?: DeliveryMatch, times?: number): void;
  /** Holds webhooks back. */
  pause(): void;
  /** Sends what was held back, in the order given back by `order`. */
  resume(order?: (held: readonly Delivery[]) => readonly Delivery[]): void;
  /** The same signed body again; the signature covers neither the event name nor the id (T: replay). */
  replay(delivery: Delivery, changes?: { readonly event?: string; readonly guid?: string }): void;
  close(): void;
}

interface Rule {
  readonly match: DeliveryMatch;
  readonly effect: 'drop' | 'duplicate';
  left: number;
}

/** GitHub gives a receiver ten seconds. */
const TIMEOUT_MILLISECONDS = 10_000;

export function createOutbox(secret: string, hookId: number): Outbox {
  const deliveries: Delivery[] = [];
  const rules: Rule[] = [];
  let ready: Delivery[] = [];
  let paused = false;
  let closed = false;
  const running = new Set<Promise<void>>();

  function ruleFor(delivery: Delivery): Rule | undefined {
    const rule = rules.find((each) => each.left > 0 && matches(each.match, delivery));
    if (rule !== undefined) rule.left -= 1;
    return rule;
  }

  function start(delivery: Delivery): void {
    const url = outbox.url;
    if (url === undefined || closed) return;
    const sent = post(url, delivery, { secret, hookId }).then((status) => {
      delivery.status = status;
    });
    running.add(sent);
    void sent.finally(() => running.delete(sent));
  }

  function route(delivery: Delivery): void {
    const effect = ruleFor(delivery)?.effect;
    if (effect === 'drop') delivery.dropped = true;
    else ready.push(delivery, ...(effect === 'duplicate' ? [delivery] : []));
  }

  const outbox: Outbox = {
    deliveries,
    url: undefined,
    put(event, payload) {
      if (outbox.url === undefined) return;
      const body = JSON.stringify(payload);
      const delivery: Delivery = { guid: randomUUID(), event, action: payload.action ?? null, body };
      deliveries.push(delivery);
      route(delivery);
    },
    flush() {
      if (paused) return;
      for (const delivery of ready.splice(0)) start(delivery);
    },
    async settled() {
      while (running.size > 0 || (ready.length > 0 && !paused)) {
        outbox.flush();
        await Promise.all(running);
      }
    },
    drop: (match, times = Number.POSITIVE_INFINITY) => rules.push({ match, effect: 'drop', left: times }),
    duplicate: (match, times = Number.POSITIVE_INFINITY) =>
      rules.push({ match, effect: 'duplicate', left: times }),
    pause() {
      paused = true;
    },
    resume(order = (held) => held) {
      paused = false;
      ready = [...order(ready)];
      outbox.flush();
    },
    replay(delivery, changes = {}) {
      const again: Delivery = { ...delivery, ...changes };
      delete again.status;
      deliveries.push(again);
      start(again);
    },
    close() {
      closed = true;
      ready = [];
    },
  };
  return outbox;
}

function matches(match: DeliveryMatch, delivery: Delivery): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(delivery);
  return match === delivery.event || match === `${delivery.event}.${delivery.action}`;
}

function post(
  url: string,
  delivery: Delivery,
  { secret, hookId }: { readonly secret: string; readonly hookId: number },
): Promise<number> {
  const hmac = (algorithm: string): string =>
    `${algorithm}=${createHmac(algorithm, secret).update(delivery.body).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(delivery.body),
    'user-agent': 'GitHub-Hookshot/sandbox',
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': String(hookId),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(hookId),
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
