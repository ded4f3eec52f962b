import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PRODUCTION_PACKAGES } from './production-packages.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
}

const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
};
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.split('node_modules/').at(-1) ?? '';
const inProduction = ({ dev, optional, devOptional, peer }: Locked) =>
  !(dev || optional || devOptional || peer);

const where = (bad: (entry: Locked) => boolean) =>
  entries.filter(([, entry]) => bad(entry)).map(([path]) => path);

describe('the lock', () => {
  it('holds whole packages of the registry, and nothing from anywhere else', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(entries.length).toBeGreaterThan(100);
    // Without `resolved`, npm takes the version from the registry it is told; the integrity says what has to come.
    expect(
      where(
        ({ resolved = 'https://registry.npmjs.org/' }) => !resolved.startsWith('https://registry.npmjs.org/'),
      ),
    ).toEqual([]);
    expect(where(({ link, version = '' }) => link === true || !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });

  it('says of each what its bytes have to be, but for builds for machines nobody here has', () => {
    const isForeignBuild = ({ dev, optional, os }: Locked) => dev && optional && os !== undefined;
    expect(where((entry) => entry.integrity === undefined && !isForeignBuild(entry))).toEqual([]);
    expect(where(({ integrity = 'sha512-' }) => !integrity.startsWith('sha512-'))).toEqual([]);
  });

  it('runs no script of a package that runs in production', () => {
    expect(where((entry) => entry.hasInstallScript === true && !(entry.dev || entry.devOptional))).toEqual(
      [],
    );
  });

  it('lets run in production what is listed, and nothing else', () => {
    const names = entries.filter(([, entry]) => inProduction(entry)).map(([path]) => nameOf(path));
    expect([...new Set(names)].toSorted()).toEqual(PRODUCTION_PACKAGES);
  });
});

interface Component {
  readonly name: string;
  readonly properties: readonly { readonly name: string }[];
}

it('the bill of materials names the same', () => {
  const args = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts.sbom.split(' ') as string[];
  expect(args.shift()).toBe('npm');
  const printed = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { components } = JSON.parse(printed) as { components: readonly Component[] };
  // Not `--omit=dev`: npm then leaves out what is needed for both, such as `yaml`.
  const isForBuilding = ({ properties }: Component) =>
    properties.some(({ name }) => name === 'cdx:npm:package:development');
  const named = new Set(components.filter((one) => !isForBuilding(one)).map(({ name }) => name));
  expect([...named].toSorted()).toEqual(PRODUCTION_PACKAGES);
});
