import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, eventsOf, type Fleet, ledgerExists, proved, startFleet, untilSo } from '../support/fleet.js';
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
    await met('a ledger', () => ledgerExists(fleet));
  });
  afterAll(async () => {
    await fleet?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const met = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> =>
    untilSo({ fleet, cluster: cluster(), what }, condition);
  const events = (id: string): readonly string[] => eventsOf(fleet, id);
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
  const askAlice = () => {
    asked += 1;
    return ask(fleet, 'alice', `ask-${asked}`);
  };
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
    'the intent is recorded': (id: string) => met('intended', () => events(id).includes('intended')),
    'the target has it': () => met('held', held),
    'the grant is recorded': (id: string) => met('granted', () => events(id).includes('granted')),
  } as const;
  const ENDING = {
    'the delivery is accepted': (_: string, before: Before) =>
      met('accepted', () => fleet.accepted() > before.accepted),
    'the wish is recorded': (id: string) => met('end_requested', () => events(id).includes('end_requested')),
    'the target has it no more': () => met('not held', async () => !(await held())),
    'the end is recorded': (id: string) => met('ended', () => events(id).includes('ended')),
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
        const { id, pull } = await askAlice();
        pulls.push(pull);
        const start = soFar();
        await fleet.github.as('alice').merge(pull);
        await GRANTING[granting](id, start);
        const first = await killHolder();
        await met(`granted after ${granting}`, async () => (await held()) && events(id).includes('granted'));
        await fleet.start(first);
        const end = soFar();
        await fleet.github.as('alice').comment(pull, '/hallpass revoke');
        await ENDING[ending](id, end);
        const second = await killHolder();
        await met(`ended after ${ending}`, async () => !(await held()) && events(id).includes('ended'));
        await fleet.start(second);
        expect(events(id), `${granting}, ${ending}`).toEqual([
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
      const { id, pull } = await askAlice();
      await met('a key', async () => (await fleet.holder()) !== undefined);
      const frozen = (await fleet.holder()) ?? 0;
      fleet.signal(frozen, 'SIGSTOP');
      await met('another one has the key', async () => ![frozen, undefined].includes(await fleet.holder()));
      await fleet.github.as('alice').merge(pull);
      await met('granted', async () => (await held()) && events(id).includes('granted'));
      fleet.signal(frozen, 'SIGCONT');
      await fleet.github.as('alice').comment(pull, '/hallpass revoke');
      await met('ended', async () => !(await held()) && events(id).includes('ended'));
      expect(events(id)).toEqual(['landed', 'intended', 'granted', 'end_requested', 'ended']);
    });
  });

  it('leaves a ledger that is proved from outside', async () => {
    expect(await proved(fleet)).toMatchObject({ kind: 'verified', findings: [] });
  });
});
