import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const CHUNKS = fileURLToPath(new URL('../../dist/chunks', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

it('is built (npm ci and npm test build it)', () => {
  expect(existsSync(MAIN)).toBe(true);
});

it('runs', () => {
  expect(execFileSync(process.execPath, [MAIN, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
});

it.each([
  [['--help'], 0],
  [['nonsense'], 2],
])('minds nobody who stops reading: %j', async (argv, code) => {
  const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  child.stderr.destroy();
  expect(await once(child, 'exit')).toEqual([code, null]);
});

/** Says which chunks are read. */
const TELL_LOADS = `const fs = require('node:fs');
const { readFileSync } = fs;
fs.readFileSync = (file, ...how) => {
  if (/chunks.*[.]js$/.test(file)) process._rawDebug(file);
  return readFileSync(file, ...how);
};`;

/** The sources of every chunk that a command loads. */
function sourcesLoadedBy(argv: readonly string[]): readonly string[] {
  const preload = join(mkdtempSync(join(tmpdir(), 'hallpass-loads-')), 'tell.cjs');
  writeFileSync(preload, TELL_LOADS);
  const { stderr } = spawnSync(process.execPath, ['--require', preload, MAIN, ...argv], { encoding: 'utf8' });
  rmSync(dirname(preload), { recursive: true });
  const chunks = stderr.split('\n').filter((line) => existsSync(`${line}.map`));
  return chunks.flatMap((chunk) => JSON.parse(readFileSync(`${chunk}.map`, 'utf8')).sources as string[]);
}

it.each([
  [['--help'], /probot|octokit|simple-git|node_modules\/(?:yaml|ajv|pino)\//],
  [['list', '--repo', '/nowhere'], /probot|octokit|p-queue|re2js|cel-js/],
  [['validate', '--repo', '/nowhere'], /probot|octokit|p-queue|simple-git|ajv\/dist\/compile/],
  [['serve', '--settings', '/nowhere'], /clack|ajv\/dist\/compile|src\/sandbox/],
])('loads no more than it needs for %j', (argv, needless) => {
  const sources = sourcesLoadedBy(argv);
  expect(sources).toContain('../../src/cli/run.ts');
  expect(sources.filter((source) => needless.test(source))).toEqual([]);
});

it('loads what reads conditions only for a policy that has some', () => {
  const place = mkdtempSync(join(tmpdir(), 'hallpass-conditions-'));
  const laidOut = (name: string) => {
    const documents = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
    for (const one of ['policy', 'catalog', 'people'])
      cpSync(join(documents, `${one}.yaml`), join(place, name, `.github/access/${one}.yaml`));
    return join(place, name);
  };
  const validate = (repository: string) => ['validate', '--repo', repository];
  const [without, having] = ['two-person-production', 'on-call-break-glass'].map(laidOut);
  const readsConditions = (repository = '') =>
    sourcesLoadedBy(validate(repository)).some((source) => source.includes('/cel-js/'));
  expect([readsConditions(without), readsConditions(having)]).toEqual([false, true]);
  const policy = join(having ?? '', '.github/access/policy.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/when: .*/, "when: 'subject.nothing'"));
  const { stdout, status } = spawnSync(process.execPath, [MAIN, ...validate(having ?? '')], {
    encoding: 'utf8',
  });
  expect(stdout).toContain('has no field `nothing`');
  expect(status).toBe(1);
  rmSync(place, { recursive: true });
});

describe('what V8 made of the code', () => {
  const kept = () => readdirSync(CHUNKS).filter((name) => name.endsWith('.v8'));
  const version = () => execFileSync(process.execPath, [MAIN, '--version'], { encoding: 'utf8' });

  it('is kept, but never published', () => {
    expect(kept()).toContain('main.js.v8');
    const { files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(files).toContain('!dist/**/*.v8');
  });

  it('is not missed, and not believed when it is of something else', () => {
    const place = mkdtempSync(join(tmpdir(), 'hallpass-dist-'));
    const copy = join(place, 'dist');
    cpSync(dirname(CHUNKS), copy, { recursive: true });
    cpSync(new URL('../../package.json', import.meta.url), join(place, 'package.json'));
    const main = join(copy, 'cli', 'main.js');
    const run = () => execFileSync(process.execPath, [main, '--version'], { encoding: 'utf8' });
    const file = join(copy, 'chunks', 'main.js.v8');
    const good = readFileSync(file);
    for (const bad of [
      Buffer.alloc(0),
      Buffer.from('nothing'),
      good.subarray(0, good.length / 2),
      flipped(good),
    ]) {
      writeFileSync(file, bad);
      expect(run()).toBe(version());
    }
    rmSync(file);
    expect(run()).toBe(version());
    rmSync(place, { recursive: true });
  });

  /** As another version of V8 would have written it. */
  function flipped(good: Buffer): Buffer {
    const other = Buffer.from(good);
    other.writeUInt32LE(other.readUInt32LE(4) + 1, 4);
    return other;
  }
});

it('says where in the sources something went wrong', () => {
  const script = `require(${JSON.stringify(MAIN)}).start();`;
  const { stderr } = spawnSync(
    process.execPath,
    ['--eval', script, 'x', 'validate', '--repo', '/proc/1/mem'],
    {
      encoding: 'utf8',
      env: { ...process.env, HALLPASS_DEBUG: '1' },
    },
  );
  expect(stderr).toMatch(/src\/cli\/repository\.ts:\d+:\d+/);
});

it.each([
  [{}, false],
  [{ FORCE_COLOR: '1' }, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('prints colours into a pipe only where it is told to: %j', (env, coloured) => {
  const help = execFileSync(process.execPath, [MAIN, '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  expect(help.includes('\u001b[1mUsage:')).toBe(coloured);
});

// script(1) of util-linux gives it a terminal.
it.skipIf(!existsSync('/usr/bin/script')).each([
  [{ TERM: 'xterm' }, true],
  [{ TERM: 'dumb' }, false],
  [{ TERM: 'xterm', NO_COLOR: '1' }, false],
])('prints colours on a terminal that takes them: %j', (env, coloured) => {
  const command = `'${process.execPath}' '${MAIN}' --help`;
  const { stdout } = spawnSync('/usr/bin/script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  expect(stdout).toContain('Usage:');
  expect(stdout.includes('\u001b[1mUsage:')).toBe(coloured);
});
