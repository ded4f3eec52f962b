import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFactory } from '../../src/adapters/providers/deps.js';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { createHints, type Hints } from '../../src/app/hints.js';
import { holdingKey } from '../../src/core/grant.js';
import { addSeconds, type Instant } from '../../src/core/time.js';
import type { Ledger } from '../../src/ports/ledger.js';
import type { ReviewHost } from '../../src/ports/review-host.js';
import { openQueueStore, systemTimer, type Wired, wireServer } from '../../src/wire.js';
import type { Said, Told, Work } from './messages.js';

const work = JSON.parse(process.argv[2] ?? '{}') as Work;
const say = (said: Said): void => void process.send?.(said);
const silent = {
  info() {},
  warn() {},
  error() {},
};

let ahead = 0;
const clock = { now: (): Instant => addSeconds(work.now as Instant, ahead) };

/** The target is the parent: it counts what is done to it. */
const answers = new Map<number, (held: readonly string[]) => void>();
let calls = 0;
const ask = (said: { said: 'revoke'; holding: string } | { said: 'observe'; holdings: readonly string[] }) =>
  new Promise<readonly string[]>((resolve) => {
    calls += 1;
    answers.set(calls, resolve);
    say({ ...said, call: calls } as Said);
  });
const provider: ProviderFactory = {
  kind,
  create: async () => ({
    abilities: { ...kind.abilities, enumerates: false, endsSessions: false, nativeExpiry: 'none' },
    width: 8,
    async observe(scope) {
      const held = new Set(await ask({ said: 'observe', holdings: scope.map(holdingKey) }));
      const seen = scope.filter((holding) => held.has(holdingKey(holding)));
      return { complete: true, held: seen.map((holding) => ({ holding, managed: 'yes' as const })) };
    },
    grant: () => Promise.reject(new Error('nothing is to be granted')),
    async revoke(holding) {
      await ask({ said: 'revoke', holding: holdingKey(holding) });
      return { changed: true };
    },
  }),
};

/** GitHub has a budget of its own (`api.calls`); here nobody speaks with it. */
const nobody = new Proxy({} as ReviewHost, {
  get: (_, name) => (name === 'hostClock' ? () => undefined : async () => []),
});

function counting(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async append(batch) {
      const head = await ledger.append(batch);
      const ends = batch.entries.filter(({ events }) => events.at(-1)?.event === 'ended').length;
      if (ends > 0) say({ said: 'recorded', ends });
      return head;
    },
  };
}

const store = openQueueStore({ url: work.databaseUrl, timer: systemTimer, log: silent });
const houses: { readonly wired: Wired; readonly hints: Hints }[] = [];
let warm = 0;
for (const { id, url } of work.repositories) {
  const dataDir = join(work.folder, String(id));
  mkdirSync(dataDir, { recursive: true });
  // Known from an earlier start, so that GitHub is not asked.
  writeFileSync(join(dataDir, 'app.json'), JSON.stringify({ appId: 1, slug: 'bench' }));
  const wired = await wireServer({
    github: { apiUrl: work.apiUrl, cloneUrl: url, appId: 1, privateKey: work.privateKey },
    repository: {
      owner: 'bench',
      name: `access-${id}`,
      id,
      installationId: 1,
      ledgerBranch: 'access-ledger',
    },
    rules: {
      branch: 'main',
      allowForks: false,
      revokers: { teams: [], users: [] },
      alertAfterSeconds: 86_400,
    },
    dataDir,
    gitEnvironment: { PATH: String(process.env.PATH) },
    signingKey: work.signingKey,
    targets: new Map([['orders-db', { kind: 'memory', connection: {} }]]),
    providers: new Map([['memory', provider]]),
    clock,
    log: silent,
    store,
  });
  const ports = { ...wired.ports, ledger: counting(wired.ports.ledger), host: nobody, clock };
  const hints = createHints({ ...ports, queue: wired.queue, inbox: wired.inbox, key: wired.key });
  const begin = async (): Promise<void> => {
    // As a server does; before the end of the grants there is nothing to do.
    await ports.ledger.read();
    hints.ends();
    hints.pass();
    warm += 1;
  };
  wired.key.onChange(async (state) => {
    if (state === 'held') await begin();
  });
  // It may have come while the repository was put together.
  if (wired.key.state() === 'held') await begin();
  houses.push({ wired, hints });
}
const held = () => houses.filter(({ wired }) => wired.key.state() === 'held');
const report = setInterval(() => say({ said: 'held', keys: held().length, warm }), 500);

process.on('message', (message: Told) => {
  if (message.told === 'answer') {
    answers.get(message.call)?.(message.held);
    answers.delete(message.call);
    return;
  }
  clearInterval(report);
  ahead = 7_200;
  for (const { hints } of held()) {
    hints.ends();
    hints.pass();
  }
});
