import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['--git-dir', gitDir, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** What lies below a folder of the ledger, by path, read with plain git. */
export async function filesIn(
  gitDir: string,
  folder: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const listed = await git(gitDir, 'ls-tree', '-r', '-z', '--name-only', 'access-ledger', `${folder}/`);
  const paths = listed.split('\0').filter(Boolean);
  const read = async (path: string) => ({
    path,
    text: await git(gitDir, 'cat-file', 'blob', `access-ledger:${path}`),
  });
  return Promise.all(paths.map(read));
}

/** `code path` of every problem of every violation, read with plain git. */
export async function violationsIn(gitDir: string): Promise<readonly string[]> {
  const names = (await git(gitDir, 'ls-tree', '-r', '-z', '--name-only', 'access-ledger', 'violations/'))
    .split('\0')
    .filter(Boolean);
  const found: string[] = [];
  for (const name of names) {
    const text = await git(gitDir, 'cat-file', 'blob', `access-ledger:${name}`);
    const codes = [...text.matchAll(/code: "?([a-z_]+)/g)].map((match) => match[1]);
    const paths = [...text.matchAll(/path: "?([^\s"]+)/g)].map((match) => match[1]);
    codes.forEach((code, index) => void found.push(`${code} ${paths[index] ?? ''}`.trim()));
  }
  return found;
}
