import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
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

/** Prints the address of every module as it is loaded. */
const TELL_LOADS = `export async function load(url, context, next) {
  if (!url.startsWith("node:")) process._rawDebug(url);
  return next(url, context);
}`;

it.each([
  [['--help'], /probot|octokit|simple-git|node_modules\/(?:yaml|ajv|pino)\//],
  [['list', '--repo', '/nowhere'], /probot|octokit|p-queue/],
  [['validate', '--repo', '/nowhere'], /probot|octokit|p-queue|simple-git/],
])('loads no more than it needs for %j', (argv, needless) => {
  const source = `import { register } from 'node:module';
    register('data:text/javascript,${encodeURIComponent(TELL_LOADS)}');
    process.argv.splice(1, process.argv.length, 'hallpass', ...${JSON.stringify(argv)});
    await import(${JSON.stringify(MAIN)});`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  expect(stderr).toContain('dist/cli/run.js');
  expect(stderr).not.toMatch(needless);
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
