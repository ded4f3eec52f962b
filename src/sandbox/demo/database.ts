import { join } from 'node:path';
import { Client } from 'pg';
import type { Json } from '../../core/entitlement.js';
import { type PostgresServer, startPostgres } from '../postgres.js';

/** The orders database of the sandbox: a real server with one table, one role to ask for, and alice. */
export interface OrdersDatabase {
  /** How Hallpass reaches it. */
  readonly connection: Readonly<Record<string, Json>>;
  /** How alice reaches it, with her own password. */
  readonly aliceUrl: string;
  /** A session of alice's, with her own password. */
  openSession(): Promise<Session>;
  /** Who is a member of a role now, as the server's own catalog has it. */
  members(role: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface Session {
  /** @returns the first column of the first row, or the server's refusal. */
  ask(sql: string): Promise<{ readonly answer: string } | { readonly refused: string }>;
  /** Why the server ended it; `undefined` while it lives. */
  ended(): string | undefined;
  close(): Promise<void>;
}

const ALICE = 'alice_ro';
const HALLPASS = 'hallpass';
const DATABASE = 'orders';

/** What an administrator does once; docs/providers/postgres.md explains each line. The passwords live as long as the server. */
const setUp = (password: string): readonly string[] => [
  'CREATE TABLE orders (id int PRIMARY KEY, total int)',
  'INSERT INTO orders SELECT n, n * 10 FROM generate_series(1, 42) n',
  'CREATE ROLE app_readonly NOLOGIN',
  'GRANT SELECT ON orders TO app_readonly',
  `CREATE ROLE ${ALICE} LOGIN PASSWORD '${password}'`,
  `CREATE ROLE ${HALLPASS} LOGIN CREATEROLE PASSWORD '${password}'`,
  `GRANT app_readonly TO ${HALLPASS} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
  `GRANT pg_signal_backend TO ${HALLPASS}`,
];

export async function startOrdersDatabase(dir: string): Promise<OrdersDatabase> {
  const server = await startPostgres({ dir: join(dir, 'postgres') });
  const { host, port, password, superuser } = server;
  await asSuperuser(server, 'postgres', [`CREATE DATABASE ${DATABASE}`]);
  await asSuperuser(server, DATABASE, setUp(password));
  return {
    connection: { host, port, database: DATABASE, user: HALLPASS, password, tls: 'off' },
    aliceUrl: `postgres://${ALICE}:${password}@${host}:${port}/${DATABASE}`,
    openSession: () => openSession(server),
    members: (role) => members(server, role),
    stop: () => server.stop(),
  };

  async function asSuperuser(
    at: PostgresServer,
    database: string,
    statements: readonly string[],
  ): Promise<void> {
    const client = new Client({ host: at.host, port: at.port, database, user: superuser, password });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }
}

async function openSession({ host, port, password }: PostgresServer): Promise<Session> {
  const client = new Client({ host, port, database: DATABASE, user: ALICE, password });
  let ending: string | undefined;
  client.on('error', (error) => {
    ending ??= error.message;
  });
  await client.connect();
  return {
    async ask(sql) {
      try {
        const { rows } = await client.query<Record<string, unknown>>(sql);
        return { answer: String(Object.values(rows[0] ?? {})[0]) };
      } catch (error) {
        return { refused: error instanceof Error ? error.message : String(error) };
      }
    },
    ended: () => ending,
    close: () => client.end().catch(() => {}),
  };
}

const MEMBERS = `SELECT member.rolname AS name FROM pg_auth_members m JOIN pg_roles member ON member.oid = m.member
  WHERE m.roleid = $1::regrole AND member.rolname <> $2 ORDER BY 1`;

async function members(server: PostgresServer, role: string): Promise<readonly string[]> {
  const { host, port, password, superuser } = server;
  const client = new Client({ host, port, database: DATABASE, user: superuser, password });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(MEMBERS, [role, HALLPASS]);
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
