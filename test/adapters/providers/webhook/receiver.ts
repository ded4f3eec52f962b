import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Row {
  readonly subject: string;
  readonly seat: string;
  /** Absent: somebody's standing access. */
  readonly until?: string;
}

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly signed: boolean;
}

/** What it is made to do instead of answering; `undefined`: answer. */
export type Misbehave = (response: ServerResponse, answer: string, seen: Seen) => 'done' | undefined;

/** A receiver as somebody would write one, with seats in memory. It remembers its answers by the id of the message. */
export interface TestReceiver {
  readonly url: string;
  readonly secret: string;
  /** Secrets it takes. */
  readonly secrets: Set<string>;
  rows: Row[];
  sessions: { readonly subject: string; readonly seat: string }[];
  readonly people: ReadonlySet<string>;
  readonly seats: ReadonlySet<string>;
  readonly seen: Seen[];
  now: string;
  complete: boolean;
  misbehave: Misbehave | undefined;
  close(): Promise<void>;
}

export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

type Call = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly verb: string;
  readonly subject: string;
  readonly grant: { readonly seat: string };
  readonly until: string;
  readonly scope: readonly { readonly grant: { readonly seat: string } }[];
  readonly everybody_of: readonly { readonly seat: string }[];
};

export async function startReceiver({ deferred = false } = {}): Promise<TestReceiver> {
  const secret = newSecret();
  const remembered = new Map<string, string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const signed = [...receiver.secrets].some((one) => isSigned(request, body, one));
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      signed,
    };
    receiver.seen.push(seen);
    if (!signed) return void response.writeHead(401).end();
    const id = String(request.headers['webhook-id']);
    if (request.method === 'POST' && !remembered.has(id))
      remembered.set(id, JSON.stringify({ version: 1, id, ...answerTo(receiver, JSON.parse(body)) }));
    const answer = remembered.get(id) ?? '';
    if (receiver.misbehave?.(response, answer, seen) === 'done') return;
    if (deferred && request.method === 'POST')
      return void response.writeHead(202, { location: `/answers/${id}`, 'retry-after': '0' }).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${await listen(server)}/hallpass`,
    secret,
    secrets: new Set([secret]),
    rows: [],
    sessions: [],
    people: new Set(['alice', 'bob']),
    seats: new Set(['reader', 'constructor', 'victim']),
    seen: [],
    now: '',
    complete: true,
    misbehave: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** By hand, as a second opinion on the package that signs. */
export function isSigned(
  { headers }: Pick<IncomingMessage, 'headers'>,
  body: string,
  secret: string,
): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}

const blocked = (code: string) => ({ status: 'blocked', code, message: code, unblock: 'Do something.' });

function answerTo(receiver: TestReceiver, call: Call): object {
  const { subject, grant, until, verb } = call;
  const isIt = (row: Row) => row.subject === subject && row.seat === grant.seat;
  const isLive = (row: Row) => row.until === undefined || row.until > receiver.now;
  const isKnown = () => receiver.seats.has(grant.seat) && Object.keys(grant).length === 1;
  const ok = (says: object = {}) => ({ status: 'ok', ...says });
  const verbs: Readonly<Record<string, () => object>> = {
    describe: () => ok({ abilities: { enumerates: true, native_expiry: 'enforced', ends_sessions: true } }),
    preflight: () => (isKnown() && receiver.people.has(subject) ? ok() : blocked('unknown')),
    observe() {
      const seats = new Set(
        [...call.scope.map((one) => one.grant), ...call.everybody_of].map(({ seat }) => seat),
      );
      const held = receiver.rows.filter((row) => isLive(row) && seats.has(row.seat));
      return ok({
        complete: receiver.complete,
        held: receiver.complete
          ? held.map((row) => ({
              subject: row.subject,
              grant: { seat: row.seat },
              managed: row.until === undefined ? 'no' : 'yes',
              ...(row.until === undefined ? {} : { until: row.until }),
            }))
          : [],
      });
    },
    grant() {
      if (!isKnown() || !receiver.people.has(subject)) return blocked('unknown');
      const mine = receiver.rows.filter((row) => isIt(row) && isLive(row));
      const had = mine.find((row) => row.until !== undefined);
      if (had === undefined && mine.length > 0) return ok({ changed: false, preexisting: true });
      receiver.rows = [
        ...receiver.rows.filter((row) => !(isIt(row) && row.until !== undefined)),
        { subject, seat: grant.seat, until },
      ];
      return ok({ changed: had === undefined, preexisting: false, receipt: { seat: grant.seat } });
    },
    revoke() {
      const rest = receiver.rows.filter((row) => !(isIt(row) && row.until !== undefined));
      const changed = rest.length < receiver.rows.length;
      receiver.rows = rest;
      return ok({ changed });
    },
    end_sessions() {
      if (receiver.rows.some((row) => isIt(row) && isLive(row))) return ok({ ended: 0 });
      const rest = receiver.sessions.filter((one) => !isIt(one));
      const ended = receiver.sessions.length - rest.length;
      receiver.sessions = rest;
      return ok({ ended });
    },
    discover: () =>
      ok({ offers: [...receiver.seats].map((seat) => ({ title: `Seat ${seat}`, grant: { seat } })) }),
  };
  return verbs[verb]?.() ?? blocked('unknown_verb');
}
