import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { areaOf, checkTree } from './architecture/check.js';
import { AREAS, PACKAGES, REGISTRIES } from './architecture/rules.js';
import { readSource } from './architecture/source.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function sourcePaths(): string[] {
  return ['src', 'test', 'bench']
    .filter((folder) => existsSync(`${ROOT}${folder}`))
    .flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

describe('the house', () => {
  test('keeps its rules', () => {
    const files = sourcePaths().map((path) => readSource(path, readFileSync(`${ROOT}${path}`, 'utf8')));
    expect(files.length).toBeGreaterThan(20);
    expect(checkTree(files)).toEqual([]);
  });

  test('has an owner or an adapter for every dependency, and no owner of a package it does not have', () => {
    const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const known = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.keys(PACKAGES).filter((name) => !Object.hasOwn(known, name))).toEqual([]);
    expect(Object.keys(manifest.dependencies).filter((name) => !Object.hasOwn(PACKAGES, name))).toEqual([]);
  });

  test('says of every dependency why it is there', () => {
    const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const said = readFileSync(`${ROOT}docs/decisions/0006-dependencies.md`, 'utf8');
    const known = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(known.filter((name) => !said.includes(`| \`${name}\` |`))).toEqual([]);
    const named = [...said.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** A small tree in which every file is in order but the one under test. */
const ORDERLY = {
  'src/core/time.ts': 'export const second = 1;\n',
  'src/documents/read.ts': "import { parse } from 'yaml';\nexport const read = parse;\n",
  'src/views/table.ts': "import { second } from '../core/time.js';\nexport const table = second;\n",
  'src/ports/clock.ts': 'export interface Clock { now(): string }\n',
  'src/app/pass.ts':
    "import type { Clock } from '../ports/clock.js';\nexport type Deps = { clock: Clock };\n",
  'src/adapters/git/ledger.ts': "import { simpleGit } from 'simple-git';\nexport const git = simpleGit;\n",
  'src/adapters/github/reviews.ts': 'export const reviews = 1;\n',
  'src/adapters/providers/memory/provider.ts': 'export const memory = 1;\n',
  'src/adapters/providers/postgres/provider.ts': "import pg from 'pg';\nexport const postgres = pg;\n",
  'src/adapters/providers/index.ts': "export { memory } from './memory/provider.js';\n",
  'src/bot/app.ts': "import type { Deps } from '../app/pass.js';\nexport type Bot = Deps;\n",
  'src/sandbox/github/server.ts':
    "import { createServer } from 'node:http';\nexport const server = createServer;\n",
  'src/settings.ts': 'export const env = process.env;\n',
  'src/wire.ts': "import { git } from './adapters/git/ledger.js';\nexport const wired = git;\n",
  'src/cli/main.ts': "import { wired } from '../wire.js';\nexport const main = wired;\n",
  'test/core/time.test.ts': "// vi.mock('x')\nexport const text = \"it.only('x')\";\n",
};

function violations(changed: Readonly<Record<string, string>>) {
  const tree = { ...ORDERLY, ...changed };
  return checkTree(Object.entries(tree).map(([path, text]) => readSource(path, text)));
}

describe('the checker', () => {
  test('is content with an orderly tree', () => {
    expect(violations({})).toEqual([]);
  });

  /** path, text, and what must be said about it. */
  const OFFENCES: readonly (readonly [path: string, text: string, says: string])[] = [
    ['src/core/time.ts', "import { parse } from 'yaml';", 'yaml belongs to documents'],
    ['src/core/time.ts', "import { readFileSync } from 'node:fs';", 'core may not use node:fs'],
    ['src/core/time.ts', "import { readFileSync } from 'fs';", 'fs belongs to'],
    ['src/core/time.ts', "import type { Clock } from '../ports/clock.js';", 'core may not import ports'],
    ['src/core/time.ts', "export type { Clock } from '../ports/clock.js';", 'core may not import ports'],
    ['src/core/time.ts', "type C = import('../ports/clock.js').Clock;", 'core may not import ports'],
    ['src/core/time.ts', "const late = import('../ports/clock.js');", 'core may not import ports'],
    ['src/core/time.ts', 'const late = import(name);', 'imports a computed name'],
    ['src/core/time.ts', 'export async function f() {}', 'core may not use async'],
    ['src/core/time.ts', 'export const f = async () => 1;', 'core may not use async'],
    ['src/core/time.ts', 'export const o = { async f() {} };', 'core may not use async'],
    ['src/core/time.ts', 'export type T = Promise<number>;', 'core may not use Promise'],
    ['src/core/time.ts', 'const now = Date.now();', 'core may not use Date.now'],
    ['src/core/time.ts', "const now = Date['now']();", 'core may not use Date.now'],
    ['src/core/time.ts', 'const now = new Date();', 'core may not use new Date()'],
    ['src/core/time.ts', 'const now = new Date;', 'core may not use new Date()'],
    ['src/core/time.ts', 'const now = Date();', 'core may not use Date()'],
    ['src/core/time.ts', 'const dice = Math.random();', 'core may not use Math.random'],
    ['src/core/time.ts', 'const { env } = process;', 'core may not use process'],
    ['src/core/time.ts', 'const { pid } = globalThis.process;', 'core may not use globalThis.process'],
    ['src/core/time.ts', 'setTimeout(() => {}, 1);', 'core may not use setTimeout'],
    ['src/documents/read.ts', "import { sign } from 'node:crypto';", 'documents may not use node:crypto'],
    [
      'src/documents/read.ts',
      "import { simpleGit } from 'simple-git';",
      'simple-git belongs to adapters/git',
    ],
    ['src/views/table.ts', "import { now } from '../ports/clock.js';", 'views may not import ports'],
    ['src/ports/clock.ts', "import type { D } from '../app/pass.js';", 'ports may not import app'],
    ['src/ports/clock.ts', "import type { O } from '@octokit/rest';", '@octokit/rest belongs to'],
    [
      'src/app/pass.ts',
      "import { git } from '../adapters/git/ledger.js';",
      'app may not import adapters/git',
    ],
    ['src/app/pass.ts', "import { hash } from 'node:crypto';", 'app may not use node:crypto'],
    ['src/app/pass.ts', 'const now = Date.now();', 'app may not use Date.now'],
    [
      'src/adapters/git/ledger.ts',
      "import type { r } from '../github/reviews.js';",
      'may not import adapters/github',
    ],
    [
      'src/adapters/git/ledger.ts',
      "import { x } from '../../app/pass.js';",
      'adapters/git may not import app',
    ],
    [
      'src/adapters/git/ledger.ts',
      "import { x } from '../../bot/app.js';",
      'adapters/git may not import bot',
    ],
    ['src/adapters/git/ledger.ts', "import { parse } from 'yaml';", 'yaml belongs to documents'],
    ['src/adapters/git/ledger.ts', "import { env } from 'node:process';", 'reads the environment'],
    [
      'src/adapters/git/ledger.ts',
      "const home = process['env'].HOME;",
      'process.env.HOME reads the environment',
    ],
    ['src/adapters/git/ledger.ts', 'const { env } = process;', 'reads the environment'],
    ['src/adapters/git/ledger.ts', 'const { env } = globalThis.process;', 'reads the environment'],
    ['src/adapters/git/ledger.ts', 'spawn(git, { env: process.env });', 'reads the environment'],
    ['src/core/time.ts', 'const path = process.env.PATH;', 'core may not use process.env.PATH'],
    ['src/adapters/git/ledger.ts', "const x = require('x');", 'require hides an import'],
    [
      'src/adapters/providers/postgres/provider.ts',
      "import { memory } from '../memory/provider.js';",
      'adapters/providers/postgres may not import adapters/providers/memory',
    ],
    [
      'src/adapters/providers/postgres/provider.ts',
      "import { memory } from '../index.js';",
      'adapters/providers/postgres may not import adapters/providers',
    ],
    ['src/bot/app.ts', "import { git } from '../adapters/git/ledger.js';", 'bot may not import adapters/git'],
    ['src/bot/app.ts', "import { wired } from '../wire.js';", 'bot may not import wire'],
    ['src/bot/app.ts', "import { read } from '../documents/read.js';", 'bot may not import documents'],
    [
      'src/cli/main.ts',
      "import { git } from '../adapters/git/ledger.js';",
      'cli may not import adapters/git',
    ],
    [
      'src/sandbox/github/server.ts',
      "import type { C } from '../../core/time.js';",
      'sandbox/github may not import core',
    ],
    ['src/wire.ts', "import { main } from './cli/main.js';", 'wire may not import cli'],
    ['src/extra/thing.ts', 'export const x = 1;', 'lies in no part of the house'],
    ['src/app/index.ts', "export * from './pass.js';", 'barrel files hide'],
    ['src/app/all.ts', "export * from './pass.js';", 'barrel files hide'],
    ['src/app/pass.ts', "import { x } from './gone.js';", 'which is no source file'],
    ['src/app/long.ts', 'export const x = 1;\n'.repeat(251), 'has 251 lines of at most 250'],
    [
      'src/app/long.ts',
      `export function f() {\n${'f();\n'.repeat(58)}}`,
      'f has 60 lines and must stay under 60',
    ],
    [
      'src/app/long.ts',
      `run(() => {\n${'f();\n'.repeat(58)}});`,
      'a callback has 60 lines and must stay under 60',
    ],
    ['src/app/git-utils.ts', 'export const x = 1;', '"utils" names no story'],
    ['test/common/x.ts', 'export const x = 1;', '"common" names no story'],
    ['test/core/time.test.ts', "vi.mock('x');", 'write a fake by hand'],
    ['test/core/time.test.ts', "describe.each([1]).only('x', () => {});", 'switches off every other test'],
  ];

  test.each(OFFENCES)('%s with %j: %s', (path, text, says) => {
    const found = violations({ [path]: text });
    expect(found.join('\n')).toContain(says);
    expect(found.filter((one) => !one.startsWith(`${path}:`) && !one.includes('closes a cycle'))).toEqual([]);
  });

  test('tells a cycle of types', () => {
    const found = violations({
      'src/core/a.ts': "import type { B } from './b.js';\nexport type A = B;\n",
      'src/core/b.ts': "import type { A } from './a.js';\nexport type B = A;\n",
    });
    expect(found).toEqual([
      'src/core/b.ts:1 closes a cycle: src/core/a.ts → src/core/b.ts → src/core/a.ts; move what both need inward',
    ]);
  });

  test('tells a median that grows', () => {
    const long = Object.fromEntries(
      Object.keys(ORDERLY).map((_, at) => [`src/core/long-${at}.ts`, 'export {};\n'.repeat(120)]),
    );
    expect(violations(long).join()).toContain('half of the files have 120 lines or more');
  });

  test.each([
    [
      'a reason for a long file',
      { 'src/app/long.ts': `// Longer than 250 lines because of a table\n${'\n'.repeat(300)}` },
    ],
    [
      'words in comments and strings',
      { 'src/core/time.ts': "// async Date.now()\nexport const text = 'await process.env';" },
    ],
    [
      'keys of the same name',
      { 'src/core/time.ts': 'export const o = { process: 1, async: 2 };\nexport const p = o.process;' },
    ],
    [
      'a date of a known instant',
      { 'src/core/time.ts': 'export const d = (at: number) => new Date(at).toISOString();' },
    ],
    [
      'the types of a port in a view',
      { 'src/views/table.ts': "import type { Clock } from '../ports/clock.js';\nexport type C = Clock;" },
    ],
    [
      'an own SDK',
      {
        'src/adapters/providers/ldap/provider.ts':
          "import { Client } from 'ldapts';\nexport const c = Client;",
      },
    ],
    [
      'a factory of short methods',
      {
        'src/app/f.ts': `export const f = () => {\n${`  const g = () => {\n${'f();\n'.repeat(30)}};\n`.repeat(3)}};`,
      },
    ],
    ['where programs lie', { 'src/adapters/git/ledger.ts': 'export const path = process.env.PATH;' }],
    ['a pid', { 'src/adapters/git/ledger.ts': 'export const pid = process.pid;' }],
  ])('allows %s', (_, changed) => {
    expect(violations(changed)).toEqual([]);
  });

  test.each([
    ['src/adapters/providers/postgres/sql.ts', 'adapters/providers/postgres'],
    ['src/adapters/providers/index.ts', 'adapters/providers'],
    ['src/core/policy/rules/approvals.ts', 'core'],
    ['src/sandbox/demo/main.ts', 'sandbox'],
    ['src/sandbox/postgres.ts', 'sandbox'],
    ['src/sandbox/github/http/server.ts', 'sandbox/github'],
    ['src/wire.ts', 'wire'],
  ])('places %s in %s', (path, area) => {
    expect(areaOf(path)).toBe(area);
  });

  test('has tables without leftovers', () => {
    expect(new Set(AREAS.map((row) => row.area)).size).toBe(AREAS.length);
    expect(REGISTRIES.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });
});
