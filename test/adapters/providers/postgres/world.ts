import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { ProviderDeps } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/postgres/provider.js';
import type { Json } from '../../../../src/core/entitlement.js';
import { instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { Cluster, PostgresFlavour } from '../../../support/postgres.js';

export const PASSWORD = 'a long enough password';
export const HALLPASS_PASSWORD = 'only Hallpass knows this';

const page = await readFile(new URL('../../../../docs/providers/postgres.md', import.meta.url), 'utf8');

/** The set-up that the documentation tells administrators to run, for one version. */
export function documentedSetUp(major: number): string {
  const heading = major >= 16 ? '### PostgreSQL 16 and later' : '### PostgreSQL 14 and 15';
  const [, sql] = /```sql\n(.*?)```/s.exec(page.slice(page.indexOf(heading))) ?? [];
  if (sql === undefined) throw new Error(`docs/providers/postgres.md has no SQL below "${heading}"`);
  return sql;
}

/** What the documentation says of the reaper. */
export interface DocumentedReaper {
  /** Of postgresql.conf, each `key=value`. */
  readonly settings: readonly string[];
  /** What ends access, and where Hallpass writes down when. */
  readonly sql: string;
  /** The job that runs it, which needs pg_cron. */
  readonly job: string;
}

export function documentedReaper(): DocumentedReaper {
  const part = page.slice(page.indexOf('## The reaper'));
  const [, settings] = /```ini\n(.*?)```/s.exec(part) ?? [];
  const [sql, job] = [...part.matchAll(/```sql\n(.*?)```/gs)].map(([, text]) => text);
  if (settings === undefined || sql === undefined || job === undefined)
    throw new Error('docs/providers/postgres.md does not say how to set up the reaper');
  const lines = [...settings.matchAll(/^(\S+) = '?([^'#\s]+)/gm)].map(([, key, value]) => `${key}=${value}`);
  return { settings: lines, sql, job };
}

/** The reaper without what drives it: it runs when it is told to, and has run once. */
export async function setUpReaper(cluster: Cluster): Promise<void> {
  await cluster.admin.query(documentedReaper().sql);
  await reap(cluster);
}

/** One run, as its job does it. */
export async function reap(cluster: Cluster): Promise<void> {
  const ours = await cluster.connect('hallpass', HALLPASS_PASSWORD);
  await ours.query('CALL hallpass.reap()').finally(() => ours.end());
}

/** A server as an administrator leaves it: two people, two roles that can each read a table, and the documented set-up. */
export async function setUp({ admin }: Cluster, { major }: PostgresFlavour): Promise<void> {
  await dropEverything(admin);
  await admin.query(`
    CREATE ROLE app_readonly; CREATE ROLE app_writer;
    CREATE TABLE app_readonly_data AS SELECT 1 AS one; GRANT SELECT ON app_readonly_data TO app_readonly;
    CREATE TABLE app_writer_data AS SELECT 1 AS one; GRANT SELECT ON app_writer_data TO app_writer;
    CREATE ROLE alice LOGIN PASSWORD '${PASSWORD}'; CREATE ROLE bob LOGIN PASSWORD '${PASSWORD}';`);
  const sql = documentedSetUp(major);
  await admin.query(sql);
  for (const line of sql.split('\n').filter((each) => each.startsWith('GRANT app_readonly'))) {
    await admin.query(line.replace('app_readonly', 'app_writer'));
  }
  await admin.query(`ALTER ROLE hallpass PASSWORD '${HALLPASS_PASSWORD}'`);
}

/** In one go, in the server. Grants go before those who gave them: since 16 a role that gave one cannot be dropped. */
async function dropEverything(admin: pg.Client): Promise<void> {
  await admin.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                     WHERE usename IS NOT NULL AND usename <> 'postgres'`);
  await admin.query(`
    DROP SCHEMA IF EXISTS hallpass CASCADE; DROP EXTENSION IF EXISTS pg_cron;
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;
    DO $$ DECLARE one text; BEGIN
      FOR one IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
        EXECUTE format('DROP OWNED BY %I CASCADE', one);
      END LOOP;
      IF current_setting('server_version_num')::int >= 160000 THEN
        FOR one IN SELECT DISTINCT format('REVOKE %I FROM %I GRANTED BY %I CASCADE', r.rolname, m.rolname, g.rolname)
                   FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
                   JOIN pg_roles g ON g.oid = a.grantor WHERE g.rolname <> 'postgres' LOOP
          EXECUTE one;
        END LOOP;
      END IF;
      FOR one IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
        EXECUTE format('DROP ROLE %I', one);
      END LOOP;
    END $$`);
}

/** Everything about roles that a grant could touch. Names only, since a login that is made again has another id. */
export async function snapshot({ admin }: Cluster): Promise<unknown> {
  const roles = await admin.query(`
    SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolinherit, rolvaliduntil::text AS until,
           shobj_description(oid, 'pg_authid') AS comment FROM pg_roles ORDER BY rolname`);
  const members = await admin.query(`
    SELECT r.rolname AS role, m.rolname AS member, g.rolname AS grantor, to_jsonb(a) - '{oid,roleid,member,grantor}'::text[] AS options
    FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
    LEFT JOIN pg_roles g ON g.oid = a.grantor ORDER BY 1, 2, 3`);
  return { roles: roles.rows, members: members.rows };
}

/** The lines of a target in the settings; its password is in the environment as PASSWORD. */
export function settingsOf(
  target: string,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  return `  ${target}:
    kind: postgres
    host: ${host}
    port: ${port}
    database: postgres
    user: hallpass
    tls: "off"
    password: { env: PASSWORD }
`;
}

export interface Logged {
  readonly message: string;
  readonly fields: unknown;
}

/** A provider as the wiring makes it. */
export function providerFor(
  address: { readonly host: string; readonly port: number },
  connection: Readonly<Record<string, Json>> = {},
  logged: Logged[] = [],
): Promise<Provider> {
  const write = (message: string, fields?: unknown) => void logged.push({ message, fields });
  const deps: ProviderDeps = {
    target: 'orders-db',
    clock: { now: () => instantOf(Date.now() / 1_000) },
    log: { info: write, warn: write, error: write },
  };
  const { host, port } = address;
  return createProvider(
    {
      host,
      port,
      database: 'postgres',
      user: 'hallpass',
      password: HALLPASS_PASSWORD,
      tls: 'off',
      ...connection,
    },
    deps,
  );
}

/** Whether a login can read the table of a role now. */
export async function canRead(cluster: Cluster, login: string, role: string): Promise<boolean> {
  try {
    const client = await cluster.connect(login, PASSWORD);
    try {
      await client.query(`SELECT one FROM ${pg.escapeIdentifier(`${role}_data`)}`);
      return true;
    } finally {
      await client.end();
    }
  } catch (error) {
    if (error instanceof pg.DatabaseError && ['28P01', '28000', '42501'].includes(error.code ?? ''))
      return false;
    throw error;
  }
}

/** Somebody who uses a role: a session that keeps what it was given until it ends. */
export async function useRole(cluster: Cluster, login: string, role: string): Promise<pg.Client> {
  const client = await cluster.connect(login, PASSWORD);
  await client.query(`SET ROLE ${pg.escapeIdentifier(role)}`);
  return client;
}

export async function isGone(client: pg.Client): Promise<boolean> {
  return client.query('SELECT 1').then(
    () => false,
    () => true,
  );
}
