import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Log } from '../ports/log.js';
import { answer, type Handler, pathOf } from './answer.js';
import { readBody } from './body.js';
import { hasShapeOf, isHeard, isPinned, type Payload, type Pins, parsePayload } from './payload.js';

/** What became of a delivery. */
export type DeliveryOutcome =
  | 'accepted'
  /** Signed, but nothing here listens to it. */
  | 'ignored'
  /** Signed, from an installation or a repository that is not pinned. */
  | 'foreign'
  | 'failed'
  | 'malformed'
  | 'unsigned'
  | 'too_large'
  | 'busy';

export type DeliveryCounts = Record<DeliveryOutcome, number>;

/** Whoever is pinned elsewhere learns no more than that something arrived. */
const ANSWERS: Readonly<Record<DeliveryOutcome, readonly [status: number, word: string]>> = {
  accepted: [202, 'accepted'],
  ignored: [202, 'accepted'],
  foreign: [202, 'accepted'],
  failed: [500, 'failed'],
  malformed: [400, 'malformed'],
  unsigned: [401, 'unsigned'],
  too_large: [413, 'too large'],
  busy: [503, 'busy'],
};

/** So many bodies may lie in memory at a time (T135). */
const MOST_AT_ONCE = 16;
const EVENT = /^[a-z_]{1,40}$/;
const DELIVERY = /^[0-9A-Za-z-]{1,64}$/;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** What leads to one access repository. */
export interface Door {
  readonly pins: Pins;
  /** Doors with the same one are opened by the same signature. */
  readonly secret: string;
  readonly verify: (text: string, signature: string) => Promise<boolean>;
  readonly receive: (event: { id: string; name: string; payload: Payload }) => Promise<void>;
}

export interface WebhookOptions {
  readonly path: string;
  readonly doors: readonly Door[];
  readonly log: Log;
  readonly counts: DeliveryCounts;
}

/**
 * The one door for webhooks. In this order: headers, size, signature, shape, pins, and only then a handler. A delivery that
 * comes twice is a hint given twice; ids are not remembered, since the signature does not cover them and a redelivery, which
 * keeps its id, must work.
 */
export function webhookHandler(options: WebhookOptions): Handler {
  let reading = 0;
  return async (request, response) => {
    if (pathOf(request) !== options.path) return false;
    let outcome: DeliveryOutcome = 'busy';
    if (reading < MOST_AT_ONCE) {
      reading += 1;
      try {
        outcome = await deliver(options, request);
      } finally {
        reading -= 1;
      }
    }
    note(options, outcome, request.headers);
    if (outcome === 'too_large' || outcome === 'busy') {
      // What was not read must not be taken for the next request.
      response.setHeader('connection', 'close');
      response.on('finish', () => request.socket.destroySoon());
    }
    answer(response, ...ANSWERS[outcome]);
    return true;
  };
}

async function deliver(options: WebhookOptions, request: IncomingMessage): Promise<DeliveryOutcome> {
  const head = headOf(request);
  if (typeof head === 'string') return head;
  const body = await readBody(request);
  if (body === 'too_large') return body;
  if (body === 'broken' || body.text === '') return 'malformed';
  const signed = await doorsSigned(options.doors, body.text, head.signature);
  if (signed.length === 0) return 'unsigned';
  const payload = parsePayload(body.text);
  if (payload === undefined) return 'malformed';
  // What is about an installation and no repository is about all of its repositories.
  const doors = signed.filter(({ pins }) => isPinned(pins, payload));
  if (doors.length === 0) return 'foreign';
  if (!isHeard(head.event)) return 'ignored';
  if (!hasShapeOf(head.event, payload)) return 'malformed';
  return handOn({ doors, log: options.log }, head, payload);
}

async function doorsSigned(
  doors: readonly Door[],
  text: string,
  signature: string,
): Promise<readonly Door[]> {
  const tried = new Set<string>();
  for (const { secret, verify } of doors) {
    if (tried.has(secret)) continue;
    tried.add(secret);
    if (await verify(text, signature)) return doors.filter((door) => door.secret === secret);
  }
  return [];
}

interface Head {
  readonly event: string;
  readonly id: string;
  readonly signature: string;
}

/** What the headers have to say before a byte of the body is read. */
function headOf({ headers, method }: IncomingMessage): Head | 'malformed' | 'unsigned' {
  const signature = String(headers['x-hub-signature-256'] ?? '');
  const event = String(headers['x-github-event'] ?? '');
  const id = String(headers['x-github-delivery'] ?? '');
  const isJson = /^application\/json\b/.test(headers['content-type'] ?? '');
  if (method !== 'POST' || !isJson || !EVENT.test(event) || !DELIVERY.test(id)) return 'malformed';
  return SIGNATURE.test(signature) ? { event, id, signature } : 'unsigned';
}

async function handOn(
  { doors, log }: Pick<WebhookOptions, 'doors' | 'log'>,
  { id, event }: Head,
  payload: Payload,
): Promise<DeliveryOutcome> {
  try {
    for (const { receive } of doors) await receive({ id, name: event, payload });
    return 'accepted';
  } catch (error) {
    log.error('a webhook handler failed', { event, delivery: id, message: messageOf(error) });
    return 'failed';
  }
}

/** One short line, and none of the payload (T124). Of what anybody can send, fewer and fewer lines. */
function note({ counts, log }: WebhookOptions, outcome: DeliveryOutcome, headers: IncomingHttpHeaders): void {
  counts[outcome] += 1;
  const isSigned = outcome === 'accepted' || outcome === 'ignored' || outcome === 'failed';
  if (!isSigned && !Number.isInteger(Math.log2(counts[outcome]))) return;
  const known = isSigned ? { event: headers['x-github-event'], delivery: headers['x-github-delivery'] } : {};
  log[isSigned ? 'info' : 'warn']('webhook', {
    outcome,
    count: counts[outcome],
    ...(known as Record<string, string>),
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
