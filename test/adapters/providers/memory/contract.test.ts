import { kind } from '../../../../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../../../../src/adapters/providers/memory/provider.js';
import {
  createMemoryTarget,
  failNext,
  grantedNow,
  hang,
  openSession,
  type Row,
  rowKey,
} from '../../../../src/adapters/providers/memory/target.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';

const row = ({ subject, grant }: Holding): Row => ({ subject, name: String(grant.name) });
const holding = (subject: string, name: string): Holding => ({ target: 'memory', subject, grant: { name } });

async function makeHarness(remembers: boolean): Promise<ProviderHarness> {
  let now = '2026-11-22T12:00:00Z' as Instant;
  const options = { clock: { now: () => now }, subjects: ['alice', 'bob'] };
  const target = { ...createMemoryTarget(options), remembers };
  const provider = memoryProvider(target, { target: 'memory' });
  return {
    kind,
    provider,
    now,
    holding: (person, thing) =>
      holding(['alice', 'bob'][person] ?? '', ['reader', 'constructor'][thing] ?? ''),
    holds: async (one) =>
      target.standing.has(rowKey(row(one))) ||
      grantedNow(target).some((other) => rowKey(other) === rowKey(row(one))),
    addStanding: async (one) => void target.standing.set(rowKey(row(one)), row(one)),
    unknown: holding('nobody', 'reader'),
    hostile: [
      '',
      ' reader',
      'Reader',
      'reader ',
      'reader"; --',
      'reader\u0000',
      'rеader',
      'r'.repeat(64),
      '__proto__',
    ].map((name) => ({ what: JSON.stringify(name), holding: holding('alice', name) })),
    snapshot: async () => ({ granted: [...target.granted], standing: [...target.standing] }),
    async hanging() {
      hang(target);
      return memoryProvider(target, { target: 'memory', timeoutMilliseconds: 1 });
    },
    async refused() {
      target.refusing = true;
      return provider;
    },
    async partial() {
      target.partial = true;
      return provider;
    },
    loseAnswer: async () => failNext(target, 'grant', { when: 'after' }),
    async openSession(one) {
      openSession(target, row(one));
      return { ended: async () => !target.sessions.has(rowKey(row(one))) };
    },
    async advance(to) {
      now = to;
    },
    close: async () => undefined,
  };
}

providerContract('memory', { makeHarness: () => makeHarness(true) });
providerContract('memory that forgets who granted', {
  makeHarness: () => makeHarness(false),
  except: {
    'leaves the sessions of standing access alone': 'it cannot tell whose they are',
    'cannot be made to take standing access away':
      'it cannot tell; the ledger can, and what it calls standing is never revoked',
  },
});
