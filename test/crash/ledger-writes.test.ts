import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { openLedger } from '../../src/adapters/git/ledger.js';
import { openMirror } from '../../src/adapters/git/mirror.js';
import { newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import type { Entry } from '../../src/core/grant.js';
import type { RequestId } from '../../src/core/request.js';
import type { Instant } from '../../src/core/time.js';
import { bundled } from '../support/bundle.js';

const run = promisify(execFile);
const NOW = '2026-11-22T12:00:00Z' as Instant;
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/spec/ledger-entry.md'), 'utf8');
const TEXT = /```yaml\n(version: 1\nid: [\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

/** What appends once and is killed. */
let child: string;
beforeAll(async () => {
  child = await bundled(join(import.meta.dirname, 'write-child.mjs'), 'writes');
});
afterAll(() => rmSync(dirname(child), { recursive: true, force: true }));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function entryOf(id: string): Entry {
  const parsed = documentCodec.parseEntry(Buffer.from(TEXT), 'docs/spec/ledger-entry.md');
  if ('problem' in parsed) throw new Error(parsed.problem);
  const holdings = parsed.value.holdings.map(({ reason: _, ...one }) => ({
    ...one,
    state: 'active' as const,
  }));
  return { ...parsed.value, id: id as RequestId, holdings };
}

/** A bare remote and a data folder that writes to it, which a process may leave at any moment. */
function world() {
  const dir = mkdtempSync(join(tmpdir(), 'hallpass-writes-'));
  folders.push(dir);
  const [remote, directory, plan] = [join(dir, 'remote.git'), join(dir, 'data'), join(dir, 'plan.json')];
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  const key = newPrivateKey('writes');
  const gitDir = join(directory, 'mirror.git');
  return {
    gitDir,
    /** @returns how many steps there were, or `killed`. */
    async append(names: readonly string[], killAt: number): Promise<number | 'killed'> {
      const entries = names.map(entryOf);
      writeFileSync(plan, JSON.stringify({ remote, directory, key, now: NOW, entries, killAt }));
      try {
        const { stdout } = await run(process.execPath, [child, plan]);
        return (JSON.parse(stdout) as { points: number }).points;
      } catch (error) {
        if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return 'killed';
        throw error;
      }
    },
    /** What a process that starts afterwards finds. */
    async read(): Promise<readonly string[]> {
      const mirror = await openMirror({ url: remote, directory });
      const signer = signerFromPrivateKey(key);
      const ledger = openLedger({ mirror, signer, codec: documentCodec, clock: { now: () => NOW } });
      const { active } = await ledger.read();
      mirror.close();
      return active.map((one) => ('entry' in one ? one.id : one.problem)).toSorted();
    },
  };
}

it.each([
  ['a file for each object', 1],
  ['one pack', 60],
])('killed at any step of writing %s, the next process goes on', { timeout: 300_000 }, async (_, count) => {
  const { gitDir, append, read } = world();
  const named = (step: number) =>
    Array.from({ length: count }, (_none, index) => `2026/11/at-${String(step).padStart(3, '0')}-${index}`);
  expect(await append(['2026/11/first'], 0)).not.toBe('killed');
  let known: readonly string[] = ['2026/11/first'];
  let isKilled = true;
  let killAt = 1;
  // Four steps a file, so that every third is now this one and now that one of them.
  for (; isKilled; killAt += 3) {
    isKilled = (await append(named(killAt), killAt)) === 'killed';
    const found = await read();
    // All of it or nothing; and all of it when nobody was killed.
    const after = [...known, ...named(killAt)].toSorted();
    expect(isKilled ? [known, after] : [after], `step ${killAt}`).toContainEqual(found);
    known = found;
  }
  expect(killAt).toBeGreaterThan(12);
  execFileSync('git', [`--git-dir=${gitDir}`, 'fsck', '--full', '--strict', '--no-dangling'], {
    stdio: 'pipe',
  });
  const scraps = readdirSync(gitDir, { recursive: true }).filter((name) => /tmp_|\.lock$/.test(String(name)));
  expect(scraps).toEqual([]);
});
