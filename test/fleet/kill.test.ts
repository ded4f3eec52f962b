import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_PRINCIPAL } from '../../src/adapters/git/commit.js';
import { allowedSignersLine, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { verifyLedger } from '../../src/app/auditing/verify-ledger.js';
import { parseEntry } from '../../src/documents/entry.js';
import { openLedgerHistory, providerKinds } from '../../src/wire-offline.js';
import { type Fleet, startFleet } from '../support/fleet.js';
import { describeOn, postgresFlavour } from '../support/postgres.js';

/** Built before: these are real processes of the built program. */
describeOn(await postgresFlavour(15), 'a fleet of real processes', (cluster) => {
  let dir: string;
  let fleet: Fleet;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hallpass-fleet-'));
    fleet = await startFleet({ dir, cluster: cluster() });
    await Promise.all([fleet.start(1), fleet.start(2)]);
    // What landed before there was a ledger is nobody's request.
    await met('a ledger', () => ledgerCommits() > 0);
  });
  afterAll(async () => {
    await fleet?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const git = (...argv: readonly string[]): string =>
    execFileSync('git', ['-C', fleet.github.gitDir, ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const ledgerCommits = (): number => {
    try {
      return Number(git('rev-list', '--count', 'access-ledger'));
    } catch {
      return 0;
    }
  };
  const eventsOf = (id: string): readonly string[] => {
    try {
      const parsed = parseEntry(Buffer.from(git('show', `access-ledger:grants/${id}.yaml`)), 'entry');
      return 'value' in parsed ? parsed.value.events.map(({ event }) => event) : ['unreadable'];
    } catch {
      return [];
    }
  };
  const telling = () => fleet.log.filter((line) => !line.includes('setup finding')).slice(-15);
  /** Until something is so in the world; each look asks the database, so nothing spins. */
  async function met(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 6_000; turn += 1) {
      if (await condition()) return;
      await cluster().admin.query('SELECT pg_sleep(0.005)');
    }
    throw new Error(`never: ${what}\n${telling().join('\n')}`);
  }
  const held = async () => (await fleet.holders()).length > 0;
  /** What is killed is whoever works on the repository at that moment. */
  async function killHolder(): Promise<number> {
    let holder: number | undefined;
    await met('somebody holds the key', async () => {
      holder = await fleet.holder();
      return holder !== undefined;
    });
    await fleet.kill(holder ?? 0);
    return holder ?? 0;
  }
  let asked = 0;
  async function ask(): Promise<{ readonly id: string; readonly pull: number }> {
    asked += 1;
    const id = `${new Date().toISOString().slice(0, 7).replace('-', '/')}/ask-${asked}`;
    const document =
      'version: 1\nsubject: alice\nentitlements: [db-readonly]\nduration: 1h\njustification: look\n';
    const alice = fleet.github.as('alice');
    await alice.push(`ask-${asked}`, { [`access-requests/${id}.yaml`]: document });
    return { id, pull: await alice.openPullRequest({ head: `ask-${asked}` }) };
  }
  const commentsOn = async (pull: number): Promise<readonly string[]> => {
    const answer = await fetch(`${fleet.github.url}/repos/acme/access/issues/${pull}/comments?per_page=100`, {
      headers: { authorization: `Bearer ${fleet.github.token('alice')}` },
    });
    return ((await answer.json()) as { body: string; user: { type: string } }[])
      .filter(({ user }) => user.type === 'Bot')
      .map(({ body }) => body);
  };

  /** The durable steps of a life, as they show from outside. */
  const GRANTING = {
    'nothing yet': async () => {},
    'the delivery is accepted': (_: string, before: Before) =>
      met('accepted', () => fleet.accepted() > before.accepted),
    'the intent is recorded': (id: string) => met('intended', () => eventsOf(id).includes('intended')),
    'the target has it': () => met('held', held),
    'the grant is recorded': (id: string) => met('granted', () => eventsOf(id).includes('granted')),
  } as const;
  const ENDING = {
    'the delivery is accepted': (_: string, before: Before) =>
      met('accepted', () => fleet.accepted() > before.accepted),
    'the wish is recorded': (id: string) =>
      met('end_requested', () => eventsOf(id).includes('end_requested')),
    'the target has it no more': () => met('not held', async () => !(await held())),
    'the end is recorded': (id: string) => met('ended', () => eventsOf(id).includes('ended')),
  } as const;
  interface Before {
    readonly accepted: number;
  }
  const soFar = (): Before => ({ accepted: fleet.accepted() });

  describe('of which one is killed', () => {
    const grantings = Object.keys(GRANTING) as (keyof typeof GRANTING)[];
    const endings = Object.keys(ENDING) as (keyof typeof ENDING)[];

    it('when a grant starts or ends: nothing is lost, nothing is done twice', {
      timeout: 600_000,
    }, async () => {
      const pulls: number[] = [];
      for (let n = 0; n < grantings.length; n += 1) {
        const granting = grantings[n] ?? 'nothing yet';
        const ending = endings[n % endings.length] ?? 'the end is recorded';
        const { id, pull } = await ask();
        pulls.push(pull);
        const start = soFar();
        await fleet.github.as('alice').merge(pull);
        await GRANTING[granting](id, start);
        const first = await killHolder();
        await met(
          `granted after ${granting}`,
          async () => (await held()) && eventsOf(id).includes('granted'),
        );
        await fleet.start(first);
        const end = soFar();
        await fleet.github.as('alice').comment(pull, '/hallpass revoke');
        await ENDING[ending](id, end);
        const second = await killHolder();
        await met(`ended after ${ending}`, async () => !(await held()) && eventsOf(id).includes('ended'));
        await fleet.start(second);
        expect(eventsOf(id), `${granting}, ${ending}`).toEqual([
          'landed',
          'intended',
          'granted',
          'end_requested',
          'ended',
        ]);
      }
      for (const pull of pulls) {
        const comments = await commentsOn(pull);
        expect(new Set(comments).size, `doubled comments on ${pull}`).toBe(comments.length);
      }
    });

    it('or only stops: another one takes its key, and it notices when it goes on', {
      timeout: 120_000,
    }, async () => {
      const { id, pull } = await ask();
      await met('a key', async () => (await fleet.holder()) !== undefined);
      const frozen = (await fleet.holder()) ?? 0;
      fleet.signal(frozen, 'SIGSTOP');
      await met('another one has the key', async () => ![frozen, undefined].includes(await fleet.holder()));
      await fleet.github.as('alice').merge(pull);
      await met('granted', async () => (await held()) && eventsOf(id).includes('granted'));
      fleet.signal(frozen, 'SIGCONT');
      await fleet.github.as('alice').comment(pull, '/hallpass revoke');
      await met('ended', async () => !(await held()) && eventsOf(id).includes('ended'));
      expect(eventsOf(id)).toEqual(['landed', 'intended', 'granted', 'end_requested', 'ended']);
    });
  });

  it('leaves a ledger that is proved from outside', async () => {
    const history = await openLedgerHistory(fleet.github.gitDir);
    try {
      const signer = signerFromPrivateKey(fleet.signingKey);
      const verified = await verifyLedger({
        history,
        signers: `${allowedSignersLine(LEDGER_PRINCIPAL, signer.publicKey)}\n`,
        kinds: providerKinds,
        replay: true,
      });
      expect(verified).toMatchObject({ kind: 'verified', findings: [] });
    } finally {
      await history.close();
    }
  });
});
