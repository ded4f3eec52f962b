import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/webhook/kind.js';
import { createProvider } from '../../../../src/adapters/providers/webhook/provider.js';
import type { Coordinates, Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { ProviderHarness } from '../../../contracts/provider-contract.js';
import { newSecret, startReceiver, type TestReceiver } from './receiver.js';

export const TARGET = 'seats';
export const NOW = '2026-11-22T12:00:00Z' as Instant;
const ABILITIES = { enumerates: true, native_expiry: 'enforced', ends_sessions: true };

export function webhookProvider(
  { url, secret }: TestReceiver,
  connection: Connection = {},
): Promise<Provider> {
  return createProvider(
    { url, secrets: secret, abilities: ABILITIES, ...connection },
    {
      target: TARGET,
      clock: { now: () => NOW },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
  );
}

export const holding = (subject: string, grant: Coordinates): Holding => ({ target: TARGET, subject, grant });

export async function receiverHarness(deferred: boolean): Promise<ProviderHarness> {
  const receiver = await startReceiver({ deferred });
  receiver.now = NOW;
  const provider = await webhookProvider(receiver);
  const isIt =
    ({ subject, grant }: Holding) =>
    (row: { readonly subject: string; readonly seat: string }) =>
      row.subject === subject && row.seat === grant.seat;
  return {
    kind,
    provider,
    now: NOW,
    holding: (person, thing) =>
      holding(['alice', 'bob'][person] ?? '', { seat: ['reader', 'constructor'][thing] ?? '' }),
    holds: async (one) =>
      receiver.rows.filter(isIt(one)).some(({ until }) => until === undefined || until > receiver.now),
    async addStanding({ subject, grant }) {
      receiver.rows.push({ subject, seat: String(grant.seat) });
    },
    unknown: holding('oscar', { seat: 'reader' }),
    hostile: [
      ...[
        '',
        ' reader',
        'absent',
        'Reader',
        'victim\u0000',
        'victim\n',
        '__proto__',
        'vіctim',
        '../victim',
      ].map((seat) => ({ what: JSON.stringify(seat), holding: holding('alice', { seat }) })),
      ...['', 'alice ', 'alice"', 'аlice', 'a'.repeat(256), '../bob'].map((subject) => ({
        what: `subject ${JSON.stringify(subject)}`,
        holding: holding(subject, { seat: 'reader' }),
      })),
      { what: 'another key', holding: holding('alice', { seat: 'victim', also: 'reader' }) },
    ],
    snapshot: async () => structuredClone(receiver.rows),
    async hanging() {
      receiver.misbehave = () => 'done';
      return webhookProvider(receiver, { timeout_seconds: 0.05 });
    },
    refused: () => webhookProvider(receiver, { secrets: newSecret() }),
    async partial() {
      receiver.complete = false;
      return provider;
    },
    async loseAnswer() {
      receiver.misbehave = (response) => {
        receiver.misbehave = undefined;
        response.destroy();
        return 'done';
      };
    },
    async openSession({ subject, grant }) {
      const session = { subject, seat: String(grant.seat) };
      receiver.sessions.push(session);
      return { ended: async () => !receiver.sessions.includes(session) };
    },
    async advance(to) {
      receiver.now = to;
    },
    close: () => receiver.close(),
  };
}
