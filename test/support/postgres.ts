import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Binaries, installedBinaries } from '../../src/sandbox/postgres/binaries.js';
import { type PostgresServer, startPostgres } from '../../src/sandbox/postgres.js';

/** A kind of server to run a suite on. */
export interface PostgresFlavour {
  readonly name: string;
  readonly major: number;
  /** Why the suite cannot run on it here. */
  readonly missing?: string;
  readonly binaries?: Binaries;
  /** More of what stands in postgresql.conf. */
  readonly settings?: readonly string[];
}

const CRON = '/usr/share/postgresql/15/extension/pg_cron.control';

/** Debian's PostgreSQL 15 with pg_cron, which is a package of its own. */
export async function cronFlavour(settings: readonly string[]): Promise<PostgresFlavour> {
  const flavour = await postgresFlavour(15);
  const isThere = await access(CRON).then(
    () => true,
    () => false,
  );
  const missing = isThere ? {} : { missing: 'apt-get install postgresql-15-cron' };
  return { ...missing, ...flavour, name: 'PostgreSQL 15 with pg_cron', settings };
}

/** One on each side of PostgreSQL 16, where memberships changed: 17 comes with npm, 15 is Debian's. */
export async function postgresFlavour(major: 15 | 17): Promise<PostgresFlavour> {
  const name = `PostgreSQL ${major}`;
  if (major === 17) return { name, major };
  const binaries = await installedBinaries(major);
  return binaries === undefined
    ? { name, major, missing: `apt-get install postgresql-${major}` }
    : { name, major, binaries };
}

/**
 * A suite on a server that is started for it, or skipped with the reason where there is none. In continuous integration it fails
 * instead: a skipped suite proves nothing.
 */
export function describeOn(
  flavour: PostgresFlavour,
  title: string,
  suite: (cluster: () => Cluster) => void,
): void {
  const { missing } = flavour;
  describe.skipIf(missing !== undefined && !process.env.CI)(
    missing === undefined ? title : `${title} (not here: ${missing})`,
    () => {
      let cluster: Cluster;
      beforeAll(async () => {
        if (missing !== undefined) throw new Error(`${flavour.name} is not here: ${missing}`);
        cluster = await startCluster(flavour);
      });
      afterAll(() => cluster?.stop());
      suite(() => cluster);
    },
  );
}

export interface Cluster extends PostgresServer {
  /** A superuser's connection. */
  readonly admin: pg.Client;
  connect(user: string, password: string): Promise<pg.Client>;
}

export async function startCluster({
  binaries,
  settings = [],
}: Pick<PostgresFlavour, 'binaries' | 'settings'> = {}): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  const server = await startPostgres({ dir, settings, ...(binaries === undefined ? {} : { binaries }) });
  const connect = async (user: string, password: string) => {
    const { host, port } = server;
    const client = new pg.Client({ host, port, user, password, database: 'postgres', ssl: false });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const admin = await connect(server.superuser, server.password);
  return {
    ...server,
    admin,
    connect,
    async stop() {
      await admin.end();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
