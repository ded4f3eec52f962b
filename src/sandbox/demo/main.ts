#!/usr/bin/env node
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createNarrator, type Narrator } from './narrator.js';
import { type Ending, tellStory } from './story.js';

const run = promisify(execFile);
const silent = { info() {}, warn() {}, error() {} };

/** `npm run demo [-- --out DIR] [-- --json]`: exit 0 when every step happened, 1 when one did not, 2 for wrong use. */
async function main(): Promise<number> {
  const asked = arguments_();
  if (asked === undefined) return 2;
  const began = performance.now();
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-demo-'));
  const narrator = createNarrator(asked.json ? process.stderr : process.stdout);
  let ok = true;
  try {
    const ending = await tellStory(narrator, { dir, log: silent });
    if (asked.out !== undefined) await leave(resolve(asked.out), ending);
  } catch (error) {
    ok = false;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const report = reportOf(narrator, ok, (performance.now() - began) / 1_000);
  if (asked.out !== undefined) {
    await mkdir(resolve(asked.out), { recursive: true });
    await writeFile(join(resolve(asked.out), 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  }
  if (asked.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else
    process.stdout.write(`\n${ok ? 'All of it happened' : 'The story broke off'}, in ${report.seconds} s.\n`);
  return ok ? 0 : 1;
}

function arguments_(): { readonly out: string | undefined; readonly json: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: { out: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    return { out: values.out, json: values.json };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write('Use: npm run demo -- [--out DIR] [--json]\n');
    return undefined;
  }
}

/** Leaves what others can inspect: the repository with both branches, and who may sign. */
async function leave(out: string, { gitDir, allowedSigners }: Ending): Promise<void> {
  await mkdir(out, { recursive: true });
  const copy = join(out, 'access.git');
  await rm(copy, { recursive: true, force: true });
  await run('git', ['clone', '--quiet', '--bare', '--no-hardlinks', gitDir, copy]);
  await run('git', ['--git-dir', copy, 'remote', 'remove', 'origin']);
  await writeFile(join(out, 'allowed_signers'), allowedSigners);
}

function reportOf(narrator: Narrator, ok: boolean, seconds: number) {
  return { version: 1, ok, seconds: Math.round(seconds * 10) / 10, steps: narrator.reports };
}

main().then((code) => {
  process.exitCode = code;
});
