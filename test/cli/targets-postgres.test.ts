import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import { HALLPASS_PASSWORD, settingsOf, setUp } from '../adapters/providers/postgres/world.js';
import { type Installation, startInstallation } from '../support/installation.js';
import { type Cluster, describeOn, postgresFlavour } from '../support/postgres.js';

const CATALOG = `version: 1
targets:
  orders-db: { kind: postgres }
entitlements:
  reader:
    title: Read orders
    target: orders-db
    grant: { role: app_readonly }
  writer:
    title: Write orders
    target: orders-db
    grant: { role: app_writer }
    exclusive: true
  reader-login:
    title: Read orders with a login of one's own
    target: orders-db
    grant: { role: app_readonly, login: created }
`;
const POLICY = `version: 1
rules:
  - { name: all, entitlements: ["*"], max_duration: 1h, approvals: [{ from: { teams: [dba] }, count: 1 }] }
`;
const PEOPLE = `version: 1
people:
  alice: { id: 1001, identities: { orders-db: alice } }
`;

/** What `check` finds after what somebody did to the server, and a word of what it says to do. */
const GAPS: readonly (readonly [sql: string, code: string, unblock: RegExp])[] = [
  ['REVOKE pg_signal_backend FROM hallpass', 'no_signal', /^Run: GRANT pg_signal_backend TO "hallpass";$/],
  ['ALTER ROLE alice NOLOGIN', 'unknown_subject', /^Run: CREATE ROLE "alice" LOGIN;/],
  ['GRANT pg_write_server_files TO app_readonly, app_writer', 'role_too_powerful', /without such power/],
];

for (const flavour of [await postgresFlavour(17), await postgresFlavour(15)]) {
  describeOn(flavour, `hallpass targets on ${flavour.name}`, (cluster) => {
    let here: Installation;
    beforeAll(async () => {
      here = await startInstallation({
        targets: settingsOf('orders-db', cluster()),
        files: {
          '.github/access/catalog.yaml': CATALOG,
          '.github/access/policy.yaml': POLICY,
          '.github/access/people.yaml': PEOPLE,
        },
      });
    });
    beforeEach(() => setUp(cluster(), flavour));
    afterAll(() => here?.close());

    const hallpass = (argv: readonly string[], password = HALLPASS_PASSWORD) =>
      here.run(['targets', ...argv], { env: { PASSWORD: password } });
    const check = async (password?: string) => {
      const { code, out } = await hallpass(['check', '--json'], password);
      return { code, checks: JSON.parse(out).checks as Record<string, string>[] };
    };
    const sql = (text: string) => cluster().admin.query(text);

    describe('check', () => {
      it('is content with the documented set-up, and leaves nothing behind', async () => {
        const { code, checks } = await check();
        expect({ code, codes: checks.map((one) => one.code) }).toEqual({
          code: 0,
          codes: ['ok', 'ok', 'ok'],
        });
        const ours = await sql(`SELECT FROM pg_auth_members WHERE member = 'alice'::regrole`);
        expect(ours.rowCount).toBe(0);
      });

      it.each(GAPS)('finds what is missing after %s', async (change, code, unblock) => {
        await sql(change);
        const found = await check();
        expect(found.code).toBe(1);
        const [first] = found.checks;
        expect(first).toMatchObject({ entitlement: 'reader', code, unblock: expect.stringMatching(unblock) });
      });

      it('finds which of the roles Hallpass may not hand out', async () => {
        await sql('ALTER ROLE hallpass NOCREATEROLE; REVOKE app_writer FROM hallpass');
        const { code, checks } = await check();
        expect(code).toBe(1);
        expect(checks.map(({ entitlement, code: found }) => [entitlement, found])).toEqual([
          ['reader', 'ok'],
          ['writer', 'no_admin_option'],
          ['reader-login', 'no_createrole'],
        ]);
      });

      it('says that a password is wrong, and never which', async () => {
        const { code, checks } = await check('another password');
        expect(code).toBe(1);
        for (const one of checks) expect(one).toMatchObject({ code: 'credentials' });
        expect(JSON.stringify(checks)).not.toContain('another password');
      });

      it('says that the server is away', async () => {
        await here.configure(settingsOf('orders-db', { host: '127.0.0.1', port: 1 }));
        const { code, checks } = await check();
        await here.configure(settingsOf('orders-db', cluster()));
        expect(code).toBe(1);
        for (const one of checks) expect(one).toMatchObject({ code: 'unreachable', unblock: null });
      });
    });

    it('list: says that it is reachable, and what it does by itself', async () => {
      const { code, out } = await hallpass(['list', '--json']);
      expect({ code, targets: JSON.parse(out).targets }).toMatchObject({
        code: 0,
        targets: [
          { target: 'orders-db', reachable: true, entitlements: 3, abilities: { nativeExpiry: 'none' } },
        ],
      });
    });

    it('holdings: shows whose they are, and standing privileges first', async () => {
      await sql('GRANT app_readonly TO bob; GRANT app_writer TO bob');
      await grantAsHallpass(cluster(), 'app_readonly', 'alice');
      const { code, out } = await hallpass(['holdings', '--json']);
      const rows = JSON.parse(out).holdings as Record<string, unknown>[];
      expect({ code, unseen: JSON.parse(out).unseen }).toEqual({ code: 0, unseen: [] });
      expect(rows.map((one) => [one.entitlement, one.subject, one.managed, one.standing_privilege])).toEqual([
        ['writer', 'bob', 'no', true],
        ['reader', 'alice', 'yes', false],
        ['reader', 'bob', 'no', false],
      ]);
    });

    it('import: prints a catalog of the roles that may be handed out', async () => {
      const { code, out } = await hallpass(['import', 'orders-db']);
      expect(code).toBe(0);
      const parsed = parseCatalog(new TextEncoder().encode(out), 'catalog.yaml', providerKinds);
      if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
      expect([...parsed.value.entitlements.values()].map(({ grant }) => grant)).toEqual([
        { role: 'app_readonly' },
        { role: 'app_writer' },
      ]);
    });
  });
}

async function grantAsHallpass(cluster: Cluster, role: string, login: string): Promise<void> {
  const ours = await cluster.connect('hallpass', HALLPASS_PASSWORD);
  await ours.query(`GRANT ${role} TO ${login}`);
  await ours.end();
}
