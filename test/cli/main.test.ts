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
