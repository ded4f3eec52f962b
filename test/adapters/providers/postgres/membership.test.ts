import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, instantOf } from '../../../../src/core/time.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { describeOn, postgresFlavour } from '../../../support/postgres.js';
import { canRead, HALLPASS_PASSWORD, isGone, providerFor, setUp, snapshot, useRole } from './world.js';

const alice: Holding = { target: 'orders-db', subject: 'alice', grant: { role: 'app_readonly' } };
const until = addSeconds(instantOf(Date.now() / 1_000), 3_600);

for (const flavour of [await postgresFlavour(17), await postgresFlavour(15)]) {
  const keepsGrantors = flavour.major >= 16;

  describeOn(flavour, `memberships on ${flavour.name}`, (cluster) => {
    let provider: Provider;
    beforeEach(async () => {
      await setUp(cluster(), flavour);
      provider = await providerFor(cluster());
    });
    const sql = (text: string) => cluster().admin.query(text);
    const managed = async (holding: Holding) => {
      const { held } = await provider.observe([holding]);
      return held.find((one) => one.holding.subject === holding.subject)?.managed;
    };

    it('lets the login use the role at once, and hand it to nobody', async () => {
      await provider.grant(alice, until, 'key');
      const session = await useRole(cluster(), 'alice', 'app_readonly');
      await expect(session.query('GRANT app_readonly TO bob')).rejects.toMatchObject({ code: '42501' });
      await session.end();
    });

    it('changes one thing once, however many ask at the same time', async () => {
      const results = await Promise.all(Array.from({ length: 8 }, () => provider.grant(alice, until, 'key')));
      expect(results.filter(({ changed }) => changed)).toHaveLength(1);
      expect(results.map(({ preexisting }) => preexisting)).not.toContain(true);
    });

    it(`${keepsGrantors ? 'keeps' : 'cannot keep'} what others give while a grant runs`, async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      await sql('GRANT app_readonly TO alice');
      expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(keepsGrantors);
      expect(await managed(alice)).toBe(keepsGrantors ? 'no' : undefined);
    });

    it('ends a session that would keep the role after REVOKE', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      const session = await useRole(cluster(), 'alice', 'app_readonly');
      await provider.revoke(alice, receipt);
      // The trap: nothing but the end of the session takes it away.
      expect((await session.query('SELECT one FROM app_readonly_data')).rowCount).toBe(1);
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 1 });
      expect(await isGone(session)).toBe(true);
    });

    it('reaches no role by a name that the server would cut off', async () => {
      const longest = 'r'.repeat(63);
      const option = keepsGrantors ? 'WITH ADMIN TRUE' : 'WITH ADMIN OPTION';
      await sql(`CREATE ROLE ${longest}; GRANT ${longest} TO hallpass ${option}`);
      const long = { ...alice, grant: { role: `${longest}r` } };
      // The trap: the server itself takes the one for the other.
      await sql(`GRANT ${longest}r TO bob; REVOKE ${longest} FROM bob`);
      await expect(provider.grant(long, until, 'key')).rejects.toMatchObject({ code: 'bad_coordinates' });
      const members = await sql(
        `SELECT FROM pg_auth_members WHERE roleid = '${longest}'::regrole AND member = 'alice'::regrole`,
      );
      expect(members.rowCount).toBe(0);
    });

    it('ends no session where standing access remains', async () => {
      await sql('GRANT app_readonly TO alice');
      const session = await useRole(cluster(), 'alice', 'app_readonly');
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 0 });
      expect(await isGone(session)).toBe(false);
      await session.end();
    });

    // Before 16 there is no such right apart from the membership itself.
    if (keepsGrantors) {
      it('ends them where all that remains is the right to hand the role out', async () => {
        await sql('GRANT app_readonly TO alice WITH ADMIN TRUE, INHERIT FALSE, SET FALSE');
        await provider.grant(alice, until, 'key');
        const session = await useRole(cluster(), 'alice', 'app_readonly');
        await provider.revoke(alice, null);
        expect(await provider.endSessions?.(alice)).toEqual({ ended: 1 });
        expect(await isGone(session)).toBe(true);
      });
    }

    it('ends sessions that came by the role through the login', async () => {
      await sql('GRANT alice TO bob');
      await provider.grant(alice, until, 'key');
      const session = await useRole(cluster(), 'bob', 'app_readonly');
      await provider.revoke(alice, null);
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 1 });
      expect(await isGone(session)).toBe(true);
    });

    it('leaves a session alone that started after the end', async () => {
      await provider.grant(alice, until, 'key');
      await provider.revoke(alice, null);
      await provider.endSessions?.(alice);
      const session = await cluster().connect('alice', 'a long enough password');
      expect(await isGone(session)).toBe(false);
      await session.end();
    });

    it('comes back for a session that does not end', async () => {
      await provider.grant(alice, until, 'key');
      const session = await useRole(cluster(), 'alice', 'app_readonly');
      const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const pid = rows[0]?.pid ?? 0;
      process.kill(pid, 'SIGSTOP');
      const impatient = await providerFor(cluster(), { timeout_seconds: 1 });
      await impatient.revoke(alice, null);
      await expect(impatient.endSessions?.(alice)).rejects.toBeInstanceOf(Retry);
      process.kill(pid, 'SIGCONT');
      await provider.endSessions?.(alice);
      expect(await isGone(session)).toBe(true);
    });

    it('waits for nobody who holds a lock', async () => {
      await sql(`BEGIN; SELECT pg_advisory_xact_lock(${0x68616c6c}, hashtext('alice'))`);
      const impatient = await providerFor(cluster(), { timeout_seconds: 1 });
      await expect(impatient.grant(alice, until, 'key')).rejects.toBeInstanceOf(Retry);
      await sql('ROLLBACK');
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
    });

    it('takes away what a renamed login still has', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      await sql('ALTER ROLE alice RENAME TO alice_smith');
      expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
      expect(await provider.observe([{ ...alice, subject: 'alice_smith' }])).toMatchObject({ held: [] });
    });

    it('takes away what was handed on by somebody who added the ADMIN option', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      await sql('GRANT app_readonly TO alice WITH ADMIN OPTION GRANTED BY hallpass');
      const session = await cluster().connect('alice', 'a long enough password');
      await session.query('GRANT app_readonly TO bob');
      await session.end();
      await provider.revoke(alice, receipt);
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
      // Before 16 nothing hangs on anything, so bob keeps it and is listed as a holder that is not ours.
      expect(await canRead(cluster(), 'bob', 'app_readonly')).toBe(!keepsGrantors);
    });

    it('does not call ended what it gave under another name', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      await sql(`ALTER ROLE hallpass RENAME TO hallpass_old; CREATE ROLE hallpass LOGIN PASSWORD '${HALLPASS_PASSWORD}';
                 GRANT pg_signal_backend TO hallpass; GRANT app_readonly TO hallpass WITH ADMIN OPTION`);
      const before = await snapshot(cluster());
      const old = { ...(receipt as Record<string, string>), grantor: 'hallpass_old' };
      const error = await provider.revoke(alice, old).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Blocked);
      expect(await snapshot(cluster())).toEqual(before);
      await sql(/Run: (.*)$/.exec((error as Blocked).unblock)?.[1] ?? '');
      expect(await provider.revoke(alice, old)).toEqual({ changed: false });
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(false);
    });

    it('lists standing access through other roles, but not what another grant leads to', async () => {
      await sql(
        'CREATE ROLE team; GRANT app_readonly TO team; GRANT team TO bob; GRANT app_readonly TO app_writer',
      );
      await provider.grant({ ...alice, grant: { role: 'app_writer' } }, until, 'key');
      const { held } = await provider.observe([alice]);
      expect(held).toEqual([{ holding: { ...alice, subject: 'bob' }, managed: 'no' }]);
    });

    it('takes no password from the environment of the process', async () => {
      vi.stubEnv('PGPASSWORD', HALLPASS_PASSWORD);
      const without = await providerFor(cluster(), { password: '' });
      await expect(without.observe([alice])).rejects.toMatchObject({ name: 'Blocked', code: 'credentials' });
      vi.unstubAllEnvs();
    });

    it('refuses to look, grant or revoke as a superuser', async () => {
      const { superuser, password } = cluster();
      const mighty = await providerFor(cluster(), { user: superuser, password });
      await sql('GRANT app_readonly TO alice');
      for (const call of [
        () => mighty.observe([alice]),
        () => mighty.grant(alice, until, 'key'),
        () => mighty.revoke(alice, null),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'superuser' });
      expect(await canRead(cluster(), 'alice', 'app_readonly')).toBe(true);
    });
  });
}

describe('a server that is not there', () => {
  it('is tried again', async () => {
    const provider = await providerFor({ host: '127.0.0.1', port: 1 });
    await expect(provider.observe([alice])).rejects.toMatchObject({ name: 'Retry', code: 'unreachable' });
  });
});

describeOn(await postgresFlavour(17), 'a server without TLS', (cluster) => {
  it('is not spoken to in clear unless the settings say so', async () => {
    const provider = await providerFor(cluster(), { tls: 'verify' });
    await expect(provider.observe([alice])).rejects.toMatchObject({ name: 'Blocked', code: 'tls' });
  });
});
