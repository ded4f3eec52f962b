import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { cronFlavour, describeOn, postgresFlavour } from '../../../support/postgres.js';
import { scramVerifier } from './verifier.js';
import {
  canRead,
  documentedReaper,
  HALLPASS_PASSWORD,
  isGone,
  PASSWORD,
  providerFor,
  reap,
  setUp,
  setUpReaper,
  useRole,
} from './world.js';

const member: Holding = { target: 'orders-db', subject: 'alice', grant: { role: 'app_readonly' } };
const made: Holding = { ...member, grant: { role: 'app_readonly', login: 'created' } };
const LOGIN = 'alice~app_readonly';
const until = addSeconds(instantOf(Date.now() / 1_000), 3_600);
const connection = { reaper: 'pg_cron', verifiers: `"alice" "${scramVerifier(PASSWORD)}"` };

/** What is over by now. Ends are brought forward instead of waited for. */
const OVER = `UPDATE hallpass.ends SET until = clock_timestamp() - interval '1 s'`;

/** Whether Hallpass or its reaper waits for the other. */
const WAITING = `SELECT FROM pg_stat_activity WHERE usename = 'hallpass' AND wait_event_type = 'Lock'`;

for (const flavour of [await postgresFlavour(17), await postgresFlavour(15)]) {
  describeOn(flavour, `the reaper on ${flavour.name}`, (cluster) => {
    let provider: Provider;
    beforeEach(async () => {
      await setUp(cluster(), flavour);
      await setUpReaper(cluster());
      provider = await providerFor(cluster(), connection);
    });
    const sql = (text: string) => cluster().admin.query(text);
    const left = async () => (await sql('SELECT FROM hallpass.ends')).rowCount;
    const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
      (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);

    it('ends what is over with its sessions, and nothing else', async () => {
      await sql('GRANT app_readonly TO bob');
      for (const holding of [member, made]) await provider.grant(holding, until, 'key');
      await provider.grant({ ...member, grant: { role: 'app_writer' } }, until, 'key');
      const [standing, own] = [
        await useRole(cluster(), 'bob', 'app_readonly'),
        await useRole(cluster(), LOGIN, 'app_readonly'),
      ];
      const used = await useRole(cluster(), 'alice', 'app_readonly');
      await reap(cluster());
      expect(await left()).toBe(3);
      await sql(`${OVER} WHERE role = 'app_readonly'::regrole`);
      await reap(cluster());
      expect(await Promise.all([used, own, standing].map(isGone))).toEqual([true, true, false]);
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(false);
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
      expect(await canRead(cluster(), 'alice', 'app_writer')).toBe(true);
      expect(await canRead(cluster(), 'bob', 'app_readonly')).toBe(true);
      expect(await left()).toBe(1);
      await standing.end();
    });

    it('leaves standing access, and whoever was never made', async () => {
      await sql(`GRANT app_readonly TO bob; INSERT INTO hallpass.ends
                 SELECT 'app_readonly'::regrole, 'bob'::regrole, one, now() - interval '1 s' FROM (VALUES (true)) AS x(one)`);
      const standing = await useRole(cluster(), 'bob', 'app_readonly');
      await reap(cluster());
      expect(await isGone(standing)).toBe(false);
      expect(await canRead(cluster(), 'bob', 'app_readonly')).toBe(true);
      expect(await left()).toBe(0);
      await standing.end();
    });

    it('gives way to an end that is moved just then', async () => {
      await provider.grant(member, until, 'key');
      await sql(OVER);
      const ours = await cluster().connect('hallpass', HALLPASS_PASSWORD);
      await ours.query(`BEGIN; UPDATE hallpass.ends SET until = now() + interval '1 h'`);
      let isOver = false;
      const run = reap(cluster()).finally(() => {
        isOver = true;
      });
      while (!isOver && (await sql(WAITING)).rowCount === 0);
      await ours.query('COMMIT');
      await run;
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(true);
      await ours.end();
    });

    it('that has just ended something is told of a new grant', async () => {
      await provider.grant(member, until, 'key');
      await sql(OVER);
      await reap(cluster());
      expect(await provider.observe([member])).toMatchObject({ complete: true, held: [] });
      expect(await provider.grant(member, until, 'key')).toMatchObject({ changed: true, preexisting: false });
      expect((await provider.observe([member])).held).toMatchObject([{ until, managed: 'yes' }]);
    });

    it('that cannot end one ends the others, and says so', async () => {
      const bob = { ...member, subject: 'bob' };
      for (const holding of [made, bob]) await provider.grant(holding, until, 'key');
      await sql(`ALTER ROLE hallpass NOCREATEROLE; ${OVER}`);
      await reap(cluster());
      expect(await canRead(cluster(), 'bob', 'app_readonly')).toBe(false);
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(true);
      expect(await fault(provider.preflight?.(bob))).toMatchObject({
        fault: 'blocked',
        code: 'reaper_stuck',
      });
      await sql('ALTER ROLE hallpass CREATEROLE');
      await reap(cluster());
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(false);
      expect(await fault(provider.preflight?.(bob))).toBeUndefined();
    });

    describe.each([
      ['no_reaper', 'DROP SCHEMA hallpass CASCADE'],
      ['no_reaper', 'REVOKE INSERT ON hallpass.ends FROM hallpass'],
      ['reaper_silent', `UPDATE hallpass.runs SET at = at - interval '4 min'`],
      ['reaper_silent', `UPDATE hallpass.runs SET by = 'postgres'`],
      ['reaper_silent', 'DELETE FROM hallpass.runs'],
      ['reaper_stuck', 'UPDATE hallpass.runs SET stuck = 1'],
    ])('%s, after %s', (code, change) => {
      it.each([member, made])('is said before anything is granted: %j', async (holding) => {
        await sql(change);
        for (const work of [() => provider.preflight?.(holding), () => provider.grant(holding, until, 'key')])
          expect(await fault(work())).toMatchObject({ fault: 'blocked', code });
        expect(await provider.observe([holding])).toMatchObject({ complete: true, held: [] });
      });

      it('keeps nothing from being ended', async () => {
        for (const holding of [member, made]) await provider.grant(holding, until, 'key');
        await sql(change);
        for (const holding of [member, made]) {
          expect(await provider.revoke(holding, null)).toEqual({ changed: true });
          await provider.endSessions?.(holding);
        }
        expect((await provider.observe([member, made])).held).toEqual([]);
      });
    });

    it('is believed only while it is seen to be alive', async () => {
      expect(provider.abilities.nativeExpiry).toBe('enforced');
      await provider.grant(member, until, 'key');
      expect((await provider.observe([member])).held[0]?.until).toBe(until);
      await sql('DELETE FROM hallpass.runs');
      expect((await provider.observe([member])).held).toEqual([{ holding: member, managed: 'yes' }]);
    });

    it('is nothing a target without it speaks of', async () => {
      const without = await providerFor(cluster());
      expect(without.abilities.nativeExpiry).toBe('none');
      await without.grant(member, until, 'key');
      expect(await left()).toBe(0);
    });
  });
}

const reaper = documentedReaper();

describeOn(await cronFlavour(reaper.settings), 'the reaper, driven by pg_cron', (cluster) => {
  const open: { end(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.end().catch(() => undefined);
  });

  it('ends access and sessions while Hallpass is not running', async () => {
    await setUp(cluster(), { name: '', major: 15 });
    await setUpReaper(cluster());
    await cluster().admin.query(reaper.job);
    const provider = await providerFor(cluster(), connection);
    for (const holding of [member, made]) await provider.grant(holding, until, 'key');
    await provider.close?.();
    const sessions = [
      await useRole(cluster(), 'alice', 'app_readonly'),
      await useRole(cluster(), LOGIN, 'app_readonly'),
    ];
    const bystander = await useRole(cluster(), 'bob', 'bob');
    open.push(...sessions, bystander);
    const ended = sessions.map((session) => new Promise((resolve) => session.once('end', resolve)));
    await cluster().admin.query(OVER);
    // pg_cron knows whole minutes, so this takes up to one.
    await Promise.all(ended);
    expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
    expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(false);
    expect(await isGone(bystander)).toBe(false);
    const { rows } = await cluster().admin.query(
      'SELECT DISTINCT username, command FROM cron.job_run_details',
    );
    expect(rows).toEqual([{ username: 'hallpass', command: 'CALL hallpass.reap()' }]);
  });
});
