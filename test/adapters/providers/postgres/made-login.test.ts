import { beforeEach, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { describeOn, postgresFlavour } from '../../../support/postgres.js';
import { scramVerifier } from './verifier.js';
import {
  canRead,
  HALLPASS_PASSWORD,
  isGone,
  type Logged,
  PASSWORD,
  providerFor,
  setUp,
  useRole,
} from './world.js';

const alice: Holding = {
  target: 'orders-db',
  subject: 'alice',
  grant: { role: 'app_readonly', login: 'created' },
};
const LOGIN = 'alice~app_readonly';
const now = instantOf(Date.now() / 1_000);
const until = addSeconds(now, 3_600);
const verifiers = `; people enrol these\n"alice" "${scramVerifier(PASSWORD)}"\n`;

for (const flavour of [await postgresFlavour(17), await postgresFlavour(15)]) {
  describeOn(flavour, `made logins on ${flavour.name}`, (cluster) => {
    let provider: Provider;
    let logged: Logged[];
    beforeEach(async () => {
      await setUp(cluster(), flavour);
      logged = [];
      provider = await providerFor(cluster(), { verifiers }, logged);
    });
    const sql = (text: string) => cluster().admin.query(text);
    const role = async (name: string) => {
      const { rows } = await cluster().admin.query('SELECT * FROM pg_authid WHERE rolname = $1', [name]);
      return rows[0];
    };

    it('lets the person in by the password they enrolled, as nobody but themselves', async () => {
      await provider.grant(alice, until, 'key');
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(true);
      expect(await canRead(cluster(), LOGIN, 'app_writer')).toBe(false);
      expect(await role(LOGIN)).toMatchObject({
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolbypassrls: false,
      });
    });

    it('lets nobody in by password after its end, even with Hallpass gone', async () => {
      await provider.grant(alice, addSeconds(now, -1), 'key');
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(false);
      const { held } = await provider.observe([alice]);
      expect(held).toMatchObject([{ holding: alice, until: addSeconds(now, -1), managed: 'yes' }]);
    });

    it('has no password where none was enrolled', async () => {
      provider = await providerFor(cluster());
      await provider.grant(alice, until, 'key');
      expect(await role(LOGIN)).toMatchObject({ rolpassword: null, rolcanlogin: true });
    });

    it('ends access without dropping what somebody made', async () => {
      await sql('CREATE SCHEMA work; GRANT CREATE, USAGE ON SCHEMA work TO PUBLIC');
      const { receipt } = await provider.grant(alice, until, 'key');
      const session = await cluster().connect(LOGIN, PASSWORD);
      await session.query('CREATE TABLE work.notes AS SELECT 1 AS one');
      expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 1 });
      expect(await isGone(session)).toBe(true);
      expect(await role(LOGIN)).toMatchObject({ rolcanlogin: false, rolpassword: null });
      expect((await sql('SELECT one FROM work.notes')).rowCount).toBe(1);
      expect(await provider.observe([alice])).toMatchObject({ complete: true, held: [] });
      expect(logged.map(({ fields }) => fields)).toMatchObject([{ login: LOGIN }]);

      await provider.grant(alice, until, 'key2');
      expect(await canRead(cluster(), LOGIN, 'app_readonly')).toBe(true);
    });

    it('finds its login again under another name', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      await sql(`ALTER ROLE "${LOGIN}" RENAME TO mallory`);
      expect((await provider.observe([alice])).held).toMatchObject([{ holding: alice }]);
      expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
      await provider.endSessions?.(alice);
      expect(await role('mallory')).toBeUndefined();
    });

    it('leaves what Hallpass itself is doing meanwhile', async () => {
      const { receipt } = await provider.grant(alice, until, 'key');
      const ours = await cluster().connect('hallpass', HALLPASS_PASSWORD);
      await provider.revoke(alice, receipt);
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 0 });
      expect(await isGone(ours)).toBe(false);
      await ours.end();
    });

    it('touches no login of that name that somebody else made', async () => {
      await sql(`CREATE ROLE "${LOGIN}" LOGIN PASSWORD '${PASSWORD}'; GRANT app_readonly TO "${LOGIN}"`);
      const session = await useRole(cluster(), LOGIN, 'app_readonly');
      expect(await provider.revoke(alice, null)).toEqual({ changed: false });
      expect(await provider.endSessions?.(alice)).toEqual({ ended: 0 });
      expect(await isGone(session)).toBe(false);
      expect((await provider.observe([alice])).held).toEqual([]);
      await session.end();
    });

    it('is still held while only half of it is gone', async () => {
      await provider.grant(alice, until, 'key');
      await sql(`ALTER ROLE "${LOGIN}" NOLOGIN`);
      expect((await provider.observe([alice])).held).toMatchObject([{ holding: alice }]);
      await sql(
        `ALTER ROLE "${LOGIN}" LOGIN; REVOKE app_readonly FROM "${LOGIN}" ${flavour.major >= 16 ? 'GRANTED BY hallpass' : ''}`,
      );
      expect((await provider.observe([alice])).held).toMatchObject([{ holding: alice }]);
      expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    });

    it('grants to nobody who has not enrolled', async () => {
      const bob = { ...alice, subject: 'bob' };
      await expect(provider.preflight?.(bob)).rejects.toMatchObject({ code: 'no_verifier' });
      await expect(provider.grant(bob, until, 'key')).rejects.toMatchObject({ code: 'no_verifier' });
    });

    it('is no holder of the role for those who ask about memberships', async () => {
      await provider.grant(alice, until, 'key');
      const { held } = await provider.observe([{ ...alice, grant: { role: 'app_readonly' } }]);
      expect(held).toEqual([]);
    });
  });
}
