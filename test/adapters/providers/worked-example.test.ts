import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Connection, ProviderDeps } from '../../../src/adapters/providers/deps.js';
import type { Holding } from '../../../src/core/grant.js';
import type { Instant } from '../../../src/core/time.js';
import { Retry } from '../../../src/ports/fault.js';
import type { Provider, ProviderKind } from '../../../src/ports/provider.js';
import { type ProviderHarness, providerContract } from '../../contracts/provider-contract.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/adding-a-provider.md'), 'utf8');

/** The files that the page shows whole, by name. They import as if they lay where they say. */
const shown = [
  ...page.matchAll(/^```ts\n\/\/ src\/adapters\/providers\/notebook\/([a-z]+\.ts)\n([\s\S]*?)^```$/gm),
].map(([, name = '', text = '']) => ({ name, text }));

const folder = mkdtempSync(join(tmpdir(), 'hallpass-worked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
for (const { name, text } of shown) {
  const here = text
    .replaceAll("'../../../", `'${ROOT}src/`)
    .replaceAll("'../deps.js'", `'${ROOT}src/adapters/providers/deps.js'`);
  writeFileSync(join(folder, name), here);
}

const { kind }: { kind: ProviderKind } = await import(join(folder, 'kind.ts'));
const { createProvider }: { createProvider(connection: Connection, deps: ProviderDeps): Promise<Provider> } =
  await import(join(folder, 'provider.ts'));

describe('the provider that the page shows whole', () => {
  it('is short', () => {
    expect(shown.map(({ name }) => name)).toEqual(['kind.ts', 'provider.ts']);
    const lines = shown.flatMap(({ text }) => text.split('\n'));
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
    const count = lines.filter((line) => line.trim() !== '' && !line.startsWith('import ')).length;
    expect(count).toBeLessThanOrEqual(60);
  });

  it('compiles as everything else does', async () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});

const now = '2026-11-22T12:00:00Z' as Instant;
const deps: ProviderDeps = {
  target: 'notebook',
  clock: { now: () => now },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
};

async function makeHarness(): Promise<ProviderHarness> {
  const dir = mkdtempSync(join(folder, 'book-'));
  const file = join(dir, 'book.json');
  const read = async () => JSON.parse(await readFile(file, 'utf8'));
  const change = async (rows: readonly object[]) =>
    writeFile(file, JSON.stringify({ people: ['alice', 'bob'], rows }));
  await change([]);
  const inner = await createProvider({ file }, deps);
  let isLost = false;
  const holding = (subject: string, name: string): Holding => ({
    target: 'notebook',
    subject,
    grant: { page: name },
  });
  return {
    kind,
    provider: {
      ...inner,
      async grant(...asked) {
        const result = await inner.grant(...asked);
        if (!isLost) return result;
        isLost = false;
        throw new Retry('lost', 'the answer was lost');
      },
    },
    now,
    holding: (person, thing) =>
      holding(['alice', 'bob'][person] ?? '', ['reader', 'constructor'][thing] ?? ''),
    holds: async ({ subject, grant }) =>
      (await read()).rows.some(
        (row: { subject: string; page: string }) => row.subject === subject && row.page === grant.page,
      ),
    addStanding: async ({ subject, grant }) =>
      change([...(await read()).rows, { subject, page: grant.page, ours: false }]),
    unknown: holding('oscar', 'reader'),
    hostile: ['', ' reader', 'Reader', 'reader\n', 'rеader', '../reader', 'r'.repeat(64), '__proto__'].map(
      (name) => ({
        what: JSON.stringify(name),
        holding: holding('alice', name),
      }),
    ),
    snapshot: read,
    hanging: async () => inner,
    refused: () => createProvider({ file: join(dir, 'another.json') }, deps),
    async loseAnswer() {
      isLost = true;
    },
    close: async () => rmSync(dir, { recursive: true }),
  };
}

const NONE = 'a page has no end and no sessions of its own';
providerContract('the worked example', {
  makeHarness,
  except: {
    'gives up with a retry when the target hangs': 'a file on this machine answers at once',
    'says when it saw only a part': 'a file is read as a whole or not at all',
    'moves native expiry with the end': NONE,
    'is ended by the target itself': NONE,
    'ends the sessions of what it revoked, and no others': NONE,
    'leaves the sessions of standing access alone': NONE,
  },
});
