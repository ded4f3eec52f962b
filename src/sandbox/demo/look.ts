import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../world.js';

const run = promisify(execFile);

interface Check {
  readonly conclusion: string | null;
  readonly title: string;
  readonly annotations: readonly {
    readonly path: string;
    readonly line: number;
    readonly title: string;
    readonly message: string;
  }[];
}

/** What somebody who may read the repository gets to see over GitHub's API. */
async function get(world: World, path: string): Promise<unknown> {
  const answer = await fetch(`${world.github.url}/repos/acme/access${path}`, {
    headers: { authorization: `Bearer ${world.github.token('bob')}` },
  });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
  return answer.json();
}

/** The check on the head of a pull request. */
export async function checkOf(world: World, pull: number): Promise<Check> {
  const { head } = (await get(world, `/pulls/${pull}`)) as { head: { sha: string } };
  const { check_runs: runs } = (await get(world, `/commits/${head.sha}/check-runs?check_name=hallpass`)) as {
    check_runs: { id: number; conclusion: string | null; output: { title: string | null } }[];
  };
  const [found] = runs;
  if (found === undefined) throw new Error('there is no check');
  const annotations = (await get(world, `/check-runs/${found.id}/annotations`)) as {
    path: string;
    start_line: number;
    title: string | null;
    message: string | null;
  }[];
  return {
    conclusion: found.conclusion,
    title: found.output.title ?? '',
    annotations: annotations.map(({ path, start_line: line, title, message }) => ({
      path,
      line,
      title: title ?? '',
      message: message ?? '',
    })),
  };
}

/** Lines of the first comment that starts with a sign; by default of the sticky one. */
export async function commentOf(world: World, pull: number, sign?: string): Promise<readonly string[]> {
  const comments = (await get(world, `/issues/${pull}/comments`)) as { body: string }[];
  const found = comments.find(({ body }) =>
    sign === undefined ? body.includes('<!-- hallpass') : body.replace(/^<!--.*-->\n/, '').startsWith(sign),
  );
  const [shown = ''] = (found?.body ?? '').split('<details>');
  return shown.split('\n').filter((line) => line !== '' && !line.startsWith('<'));
}

async function git(world: World, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run('git', ['--git-dir', world.github.gitDir, ...args], {
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}

/** The ledger's commits, oldest first, as plain git shows them. */
export async function ledgerStory(world: World): Promise<readonly string[]> {
  return (await git(world, 'log', '--reverse', '--format=%h %s', 'access-ledger')).split('\n');
}

/** Checks the newest signature with plain git, which knows nothing of Hallpass. */
export function verified(world: World): Promise<string> {
  return withSigners(world, (signers) =>
    git(world, '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', 'access-ledger'),
  );
}

/** Beside the demo, which is what was started. */
const CLI = resolve(dirname(process.argv[1] ?? ''), '../../cli/main.js');

/** Proves the whole ledger, every decision made again, as an auditor would. Throws when anything is found. */
export function audited(world: World): Promise<string> {
  return withSigners(world, async (signers) => {
    const args = ['audit', 'verify', '--repo', world.github.gitDir, '--signers', signers, '--replay'];
    const { stdout } = await run(process.execPath, [CLI, ...args], { encoding: 'utf8' });
    return stdout.trim();
  });
}

async function withSigners<T>(world: World, work: (file: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-signers-'));
  try {
    const signers = join(dir, 'allowed_signers');
    await writeFile(signers, world.wired.allowedSigners);
    return await work(signers);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
