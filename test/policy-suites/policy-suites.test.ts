import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { runSuites } from '../../src/app/policy/run-suites.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function suitesBelow(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') && (folder !== 'examples' || path.endsWith('/suite.yaml')))
    .map((path) => `${folder}/${path}`)
    .sort();
}

const SUITES = [...suitesBelow('examples'), ...suitesBelow('test/policy-suites')];

async function read(path: string): Promise<Uint8Array | undefined> {
  return existsSync(`${ROOT}${path}`) ? readFileSync(`${ROOT}${path}`) : undefined;
}

describe.each(SUITES)('%s', async (path) => {
  const [result] = await runSuites({ read, kinds: providerKinds }, [path]);

  it('can be read', () => {
    expect(result).toMatchObject({ kind: 'ran' });
  });

  if (result?.kind !== 'ran') return;
  it.each(result.cases)('$line: $name', ({ failures }) => {
    expect(failures).toEqual([]);
  });

  it('reaches every rule and every group of its policy, all of which can do something', () => {
    expect(result.coverage).toEqual({ unusedRules: [], unfilledGroups: [], uselessRules: [] });
  });
});

it('has the five policies people ask for', () => {
  const folders = readdirSync(`${ROOT}examples`, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'plugins',
  );
  expect(folders.map(({ name }) => name).sort()).toEqual([
    'change-freeze',
    'contractors-in-office-hours',
    'on-call-break-glass',
    'self-service-staging',
    'two-person-production',
  ]);
  for (const { name } of folders) expect(existsSync(`${ROOT}examples/${name}/README.md`)).toBe(true);
});
