import { expect, it } from 'vitest';
import { openQueueStore } from '../../src/adapters/queue/store.js';
import { systemTimer } from '../../src/adapters/system/timer.js';
import { startScenario } from '../scenarios/scenario.js';
import { hearingLog } from '../support/heard.js';
import { describeOn, postgresFlavour } from '../support/postgres.js';

describeOn(await postgresFlavour(15), 'while the database of the queue is away', (cluster) => {
  it('access ends, nothing new begins, and both are made up for when it is back', async () => {
    const { admin, host, port } = cluster();
    await admin.query("CREATE ROLE queue LOGIN PASSWORD 'pw'");
    await admin.query('GRANT CREATE ON DATABASE postgres TO queue');
    const url = `postgres://queue:pw@${host}:${port}/postgres`;
    const store = openQueueStore({ url, timer: systemTimer, log: hearingLog() });
    const scenario = await startScenario({ store });
    const { world } = scenario;
    async function met(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
      for (let turn = 0; turn < 5_000; turn += 1) {
        if (await condition()) return;
        await admin.query('SELECT pg_sleep(0.005)');
      }
      throw new Error(`never: ${what}\n${scenario.log.slice(-10).join('\n')}`);
    }
    const grant = async (name: string): Promise<void> => {
      const pull = await scenario.ask('alice', name);
      await met('a check', async () => (await scenario.checkTitle(pull)) !== 'no check');
      await scenario.approve(pull, 'bob', 'carol');
      await scenario.merge(pull);
    };
    const cut = async (): Promise<void> => {
      await admin.query('ALTER ROLE queue NOLOGIN');
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'queue'`);
      await met('unknown', () => world.wired.key.state() === 'unknown');
    };
    // What landed before there was a ledger is nobody's request.
    await met('a first pass', async () => (await world.wired.ports.ledger.known())?.snapshot.cursor !== null);
    await met('held', () => world.wired.key.state() === 'held');
    await grant('look');
    await met('granted', async () => (await scenario.events('look')).includes('granted'));
    const waiting = await scenario.ask('alice', 'later');
    await met('a check', async () => (await scenario.checkTitle(waiting)) !== 'no check');
    await scenario.approve(waiting, 'bob', 'carol');

    await cut();
    await scenario.merge(waiting);
    scenario.clock.advance(3_600);
    // What heartbeat and timer do.
    world.running.hints.ends();
    world.running.hints.pass();
    await world.settled();
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).not.toContain('ended');
    expect(await scenario.events('later')).toEqual([]);
    expect(await world.wired.ports.spool.pending()).toMatchObject([{ event: { event: 'ended' } }]);

    await admin.query('ALTER ROLE queue LOGIN');
    await met('known again', async () => {
      await store.look();
      return world.wired.key.state() === 'held';
    });
    await met('recorded', async () => (await scenario.events('look')).includes('ended'));
    await met('decided', async () => (await scenario.events('later')).length > 0);
    // Its window was over before it could be granted: nobody gets late access.
    expect(await scenario.events('later')).toEqual(['landed', 'voided']);
    expect(await scenario.events('look')).toEqual(['landed', 'intended', 'granted', 'ended']);
    await scenario.close();
    await store.close();
  });
});
