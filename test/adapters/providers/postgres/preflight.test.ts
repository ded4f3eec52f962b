import { beforeEach, describe, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, instantOf } from '../../../../src/core/time.js';
import { Blocked } from '../../../../src/ports/fault.js';
import { describeOn, postgresFlavour } from '../../../support/postgres.js';
import { providerFor, setUp, snapshot } from './world.js';

const member: Holding = { target: 'orders-db', subject: 'alice', grant: { role: 'app_readonly' } };
const made: Holding = { ...member, grant: { role: 'app_readonly', login: 'created' } };
const until = addSeconds(instantOf(Date.now() / 1_000), 3_600);

interface Gap {
  readonly code: string;
  /** What an administrator did or left out. */
  readonly sql: string;
  readonly holding: Holding;
}

/** Gaps that the SQL in the fault's own words closes. */
const MENDED_BY_SQL: readonly Gap[] = [
  {
    code: 'no_admin_option',
    sql: 'ALTER ROLE hallpass NOCREATEROLE; REVOKE app_readonly FROM hallpass',
    holding: member,
  },
  { code: 'no_signal', sql: 'REVOKE pg_signal_backend FROM hallpass', holding: member },
  { code: 'unknown_role', sql: '', holding: { ...member, grant: { role: 'app_reader' } } },
  { code: 'unknown_subject', sql: '', holding: { ...member, subject: 'Zoë "Z" O\'Hara' } },
  { code: 'subject_is_superuser', sql: 'ALTER ROLE alice SUPERUSER', holding: member },
  { code: 'no_createrole', sql: 'ALTER ROLE hallpass NOCREATEROLE', holding: made },
];

const POWERS = ['SUPERUSER', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'];

const MENDED_BY_PEOPLE: readonly Gap[] = [
  ...POWERS.map((power) => ({
    code: 'role_too_powerful',
    sql: `CREATE ROLE mighty ${power}; GRANT mighty TO app_readonly`,
    holding: member,
  })),
  ...['pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files', 'hallpass'].map(
    (role) => ({
      code: 'role_too_powerful',
      // Standing membership of ours in the role would make a circle.
      sql: `REVOKE app_readonly FROM hallpass; ALTER ROLE hallpass CREATEROLE; GRANT ${role} TO app_readonly`,
      holding: member,
    }),
  ),
  { code: 'role_too_powerful', sql: 'GRANT app_writer TO app_readonly WITH ADMIN OPTION', holding: member },
  { code: 'name_taken', sql: 'CREATE ROLE "alice~app_readonly" LOGIN', holding: made },
  { code: 'unknown_subject', sql: 'ALTER ROLE alice NOLOGIN', holding: member },
  { code: 'subject_is_us', sql: '', holding: { ...member, subject: 'hallpass' } },
  {
    code: 'bad_coordinates',
    sql: '',
    holding: { ...made, subject: 'a'.repeat(60) },
  },
];

for (const flavour of [await postgresFlavour(17), await postgresFlavour(15)]) {
  describeOn(flavour, `gaps in the set-up of ${flavour.name}`, (cluster) => {
    beforeEach(() => setUp(cluster(), flavour));

    it.each([...MENDED_BY_SQL, ...MENDED_BY_PEOPLE])(
      'finds $code before it grants: $sql',
      async ({ code, sql, holding }) => {
        const provider = await providerFor(cluster());
        await cluster().admin.query(sql);
        const before = await snapshot(cluster());
        for (const call of [
          () => provider.preflight?.(holding),
          () => provider.grant(holding, until, 'key'),
        ]) {
          const error = await faultOf(call);
          expect(error).toBeInstanceOf(Blocked);
          expect(error).toMatchObject({ code });
        }
        expect(await snapshot(cluster())).toEqual(before);
      },
    );

    it.each(MENDED_BY_SQL)('says the SQL that mends $code', async ({ sql, holding }) => {
      const provider = await providerFor(cluster());
      await cluster().admin.query(sql);
      for (let turn = 0; turn < 3; turn += 1) {
        const error = await provider.preflight?.(holding).catch((thrown: unknown) => thrown);
        if (error === undefined) break;
        expect(error).toBeInstanceOf(Blocked);
        await cluster().admin.query(/Run: (.*?;)/.exec((error as Blocked).unblock)?.[1] ?? 'no SQL');
      }
      expect(await provider.grant(holding, until, 'key')).toMatchObject({ changed: true });
    });
  });
}

async function faultOf(call: () => Promise<unknown> | undefined): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe('what cannot be configured', () => {
  it('is found when the provider is made', async () => {
    await expect(providerFor({ host: '', port: 1 }, { verifiers: '"alice" "secret"' })).rejects.toMatchObject(
      {
        code: 'bad_verifiers',
      },
    );
  });
});
