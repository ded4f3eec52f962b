import { randomUUID } from 'node:crypto';
import { type Delivery, type Hook, openSender } from './post.js';

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
  /** Forgets every drop and duplicate. */
  clear(): void;
  /** Holds webhooks back. */
  pause(): void;
  /** Sends what was held back, in the order given back by `order`. */
  resume(order?: (held: readonly Delivery[]) => readonly Delivery[]): void;
  /** The same signed body again; the signature covers neither the event name nor the id. */
  replay(delivery: Delivery, changes?: { readonly event?: string; readonly guid?: string }): void;
  close(): void;
}

interface Rule {
  readonly match: DeliveryMatch;
  readonly copies: 0 | 2;
  left: number;
}

export function createOutbox(hook: Hook): Outbox {
  const deliveries: Delivery[] = [];
  const rules: Rule[] = [];
  let ready: Delivery[] = [];
  let paused = false;
  let closed = false;
  const sender = openSender(hook);

  function start(delivery: Delivery): void {
    if (outbox.url !== undefined && !closed) sender.send(outbox.url, delivery);
  }

  const plan = (match: DeliveryMatch, copies: Rule['copies'], times = Number.POSITIVE_INFINITY): void => {
    rules.push({ match, copies, left: times });
  };

  const outbox: Outbox = {
    deliveries,
    url: undefined,
    put(event, payload) {
      if (outbox.url === undefined) return;
      const body = JSON.stringify(payload);
      const delivery: Delivery = { guid: randomUUID(), event, action: payload.action ?? null, body };
      deliveries.push(delivery);
      const copies = copiesOf(rules, delivery);
      if (copies === 0) delivery.dropped = true;
      for (let copy = 0; copy < copies; copy += 1) ready.push(delivery);
    },
    flush() {
      if (!paused) for (const delivery of ready.splice(0)) start(delivery);
    },
    async settled() {
      while (sender.busy() || (ready.length > 0 && !paused)) {
        outbox.flush();
        await sender.answered();
      }
    },
    drop: (match, times) => plan(match, 0, times),
    duplicate: (match, times) => plan(match, 2, times),
    pause() {
      paused = true;
    },
    resume(order = (held) => held) {
      paused = false;
      ready = [...order(ready)];
      outbox.flush();
    },
    clear() {
      rules.length = 0;
    },
    replay(delivery, changes = {}) {
      const { event, action, body, guid } = delivery;
      const again: Delivery = { event, action, body, guid, ...changes };
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

/** How often a webhook is sent: once, unless a rule that is not used up says otherwise. */
function copiesOf(rules: readonly Rule[], delivery: Delivery): number {
  const rule = rules.find((each) => each.left > 0 && matches(each.match, delivery));
  if (rule === undefined) return 1;
  rule.left -= 1;
  return rule.copies;
}

function matches(match: DeliveryMatch, delivery: Delivery): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(delivery);
  return match === delivery.event || match === `${delivery.event}.${delivery.action}`;
}
