import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { scratch } from '../adapters/git/world.js';
import { story } from '../app/auditing/audit-edits.js';
import { bundled } from '../support/bundle.js';

const run = promisify(execFile);
const CHILD = await bundled(join(import.meta.dirname, 'stream-child.mjs'), 'stream');

/** @returns how many durable steps it made; `undefined` when it was killed. */
async function stream(folder: string, killAt: number): Promise<number | undefined> {
  const files = [join(folder, 'audit.jsonl'), join(folder, 'cursor')];
  try {
    const { stdout } = await run(process.execPath, [CHILD, story.repo, ...files, String(killAt)]);
    return Number(stdout);
  } catch (error) {
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
    return undefined;
  }
}

const idsIn = (folder: string): readonly string[] =>
  readFileSync(join(folder, 'audit.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).id);

it('a stream killed at any durable step loses nothing and keeps its order', async () => {
  const whole = scratch();
  const points = (await stream(whole, 0)) ?? 0;
  const all = idsIn(whole);
  expect(points).toBeGreaterThan(20);
  // Before and after a delivery, and before and after the note of it; then all of that is as it was before.
  for (const killAt of [1, 2, 3, 4, 5, points - 1, points]) {
    const folder = scratch();
    expect(await stream(folder, killAt)).toBeUndefined();
    await stream(folder, 0);
    const ids = idsIn(folder);
    expect([...new Set(ids)]).toEqual(all);
    // What comes twice is what was on its way: one delivery.
    expect(ids.length - all.length).toBeLessThan(10);
  }
});
