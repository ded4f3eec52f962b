import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.js';
import { accessRepository, ID } from './access-repository.js';
import { cli } from './harness.js';

async function completed(words: readonly string[], cwd = '/') {
  const { code, out, err } = await cli(['complete', '--', ...words], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [kind, ...lines] = out.trimEnd().split('\n');
  return { kind, words: lines.map((line) => line.split('\t')[0]) };
}

describe('what can stand where the cursor is', () => {
  it.each<readonly [readonly string[], readonly string[]]>([
    [['au'], ['audit']],
    [
      ['audit', 're'],
      ['replay', 'report'],
    ],
    [
      ['list', '--state', 'e'],
      ['ending', 'ended'],
    ],
    [
      ['list', '--state=e'],
      ['ending', 'ended'],
    ],
    [
      ['list', '--state', '=', 'e'],
      ['ending', 'ended'],
    ],
    [['list', '--js'], ['--json']],
    [['list', '--json', '--sta'], ['--state']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['completion', 'bash', '--'], ['--help']],
    [
      ['nonsense', '--'],
      ['--version', '--help'],
    ],
    [['list', '--subject', ''], []],
    [['__proto__', 'constructor', ''], []],
  ])('%j', async (words, expected) => {
    expect(await completed(words)).toEqual({ kind: 'words', words: expected });
  });

  it.each<readonly [readonly string[], string]>([
    [['list', '--repo', ''], 'folders'],
    [['list', '--repo=/tm'], 'folders'],
    [['serve', '--settings', ''], 'files'],
    [['validate', ''], 'files'],
    [['validate', 'one.yaml', ''], 'files'],
    [['init', ''], 'folders'],
  ])('%j asks the shell for %s', async (words, kind) => {
    expect(await completed(words)).toEqual({ kind, words: [] });
  });

  it('offers nothing after the last argument but options', async () => {
    const { words } = await completed(['init', 'access', '']);
    expect(words.length).toBeGreaterThan(3);
    expect(words.every((word) => word?.startsWith('--'))).toBe(true);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [['request', 'orders-db-r'], ['orders-db-readonly']],
    [['request', '--subject', 'alice', 'orders-db-r'], ['orders-db-readonly']],
    [['request', '--duration', '1h', 'a-first', 'orders-db-r'], ['orders-db-readonly']],
    [['list', '--target', 'orders'], ['orders-db']],
    [['explain', '20'], [ID]],
    [['audit', 'replay', ''], [ID]],
  ])('%j knows the ids of the folder', async (words, expected) => {
    const { dir, write } = accessRepository();
    write('access-requests/README.md', 'no request');
    write('access-requests/2026/11/$(touch x).yaml', 'no request');
    expect((await completed(words, dir)).words).toEqual(expected);
    const [command = '', ...rest] = words;
    const elsewhere = words.length > 2 && rest[0] === 'replay' ? [] : ['--repo', dir];
    if (elsewhere.length > 0)
      expect((await completed([command, ...elsewhere, ...rest])).words).toEqual(expected);
  });

  it('offers no ids where the documents cannot be read, and says nothing', async () => {
    const { dir, write } = accessRepository();
    write('.github/access/catalog.yaml', 'version: [');
    expect((await completed(['request', ''], dir)).words).toEqual([]);
    expect((await completed(['list', '--target', ''], join(dir, 'nowhere'))).words).toEqual([]);
  });
});

const shells = ['bash', 'zsh', 'fish'].filter((shell) => {
  try {
    execFileSync('sh', ['-c', `command -v ${shell}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** Each shell completes a line the way its own machinery does, and prints what it would offer, one a line. */
const DRIVERS: Readonly<Record<string, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) => `
    source ${script}
    compopt() { echo "compopt $*"; }
    COMP_WORDS=(hallpass ${words.map(quoted).join(' ')})
    COMP_CWORD=${words.length}
    _hallpass hallpass
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (script, words) => `
    compdef() { :; }
    compset() { :; }
    _files() { echo "files $*"; }
    _describe() { printf '%s\\n' "\${(@)found%%:*}"; }
    source ${script}
    words=(hallpass ${words.map(quoted).join(' ')})
    CURRENT=${words.length + 1}
    _hallpass`,
  fish: (script, words) => `
    source ${script}
    complete -C ${quoted(`hallpass ${words.join(' ')}`)} | string replace -r '\\t.*' ''; or true`,
};

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

describe.each(shells)('in a real %s', (shell) => {
  const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  let dir = '';

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hallpass-shell-'));
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin/hallpass'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(join(dir, 'bin/hallpass'), 0o755);
    writeFileSync(join(dir, 'script'), (await cli(['completion', shell])).out);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function offered(words: readonly string[], cwd = dir): Promise<readonly string[]> {
    const program = DRIVERS[shell]?.(join(dir, 'script'), words) ?? '';
    const argv =
      shell === 'zsh'
        ? ['-f', '-c', program]
        : shell === 'bash'
          ? ['--norc', '-c', program]
          : ['-N', '-c', program];
    const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}`, HOME: dir };
    const { stdout } = await promisify(execFile)(shell, argv, { cwd, env });
    return stdout.split('\n').filter(Boolean);
  }

  it('offers commands, choices and ids', async () => {
    const repository = accessRepository();
    expect(await offered(['au'])).toEqual(['audit']);
    expect((await offered(['list', '--state', 'e'])).toSorted()).toEqual(['ended', 'ending']);
    expect(await offered(['request', 'orders-db-r'], repository.dir)).toEqual(['orders-db-readonly']);
  });

  it('leaves paths to the shell', async () => {
    mkdirSync(join(dir, 'a-folder'), { recursive: true });
    const found = await offered(['list', '--repo', 'a-f']);
    expect(found.join()).toMatch(/^(?:compopt -o dirnames|files -\/|a-folder\/)$/);
  });

  it('runs nothing of what was typed', async () => {
    await offered(['list', '$(touch hacked)', '`touch hacked`', '--repo', ';touch hacked;', '']);
    await offered(['list', '--subject', '$(touch hacked)']);
    expect((await promisify(execFile)('ls', [dir])).stdout).not.toContain('hacked');
  });
});

it('is tried in bash at least', () => {
  expect(shells).toContain('bash');
  expect(COMMANDS.length).toBeGreaterThan(20);
});
