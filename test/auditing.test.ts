import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { POLICY_PATH } from '../src/core/pull-request.js';
import type { Instant } from '../src/core/time.js';
import { commit, scratch } from './adapters/git/world.js';
import { story } from './app/auditing/audit-edits.js';
import { SIGNERS } from './app/auditing/audit-pages.js';
import { POLICY } from './app/auditing/audit-story.js';
import { cli } from './cli/harness.js';

/** `npm run docs` writes what the commands print into the page, where it does not leave lines out. */
const PAGE = fileURLToPath(new URL('../docs/auditing.md', import.meta.url));
const text = readFileSync(PAGE, 'utf8');

interface Shown {
  readonly command: string;
  readonly output: string;
}

const shown: readonly Shown[] = [...text.matchAll(/^```console\n\$ hallpass (.*)\n([\s\S]*?)^```$/gm)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

/** Commands that are meant to say that something is otherwise. */
const EXPECTED_CODES: Readonly<Record<string, number>> = {
  'audit replay 2026/11/glass --repo access.git --policy main': 1,
};

/** Ids of commits hang on the key, which is another each time. */
function settled(output: string): string {
  return output.replace(/\b(?:[0-9a-f]{40}|[0-9a-f]{12})\b/g, (id) => '0'.repeat(id.length));
}

/** The page asks about times that lie behind it. */
const AFTERWARDS = { now: () => '2026-11-23T09:00:00Z' as Instant };

describe("the auditor's afternoon", () => {
  let folder = '';
  beforeAll(() => {
    folder = scratch({ keep: true });
    const repo = join(folder, 'access.git');
    cpSync(story.repo, repo, { recursive: true });
    const shorter = POLICY.replace('{ max_duration: 1h, review', '{ max_duration: 30m, review');
    const env = { GIT_COMMITTER_DATE: '2026-11-22T13:40:00Z', GIT_AUTHOR_NAME: 'Carol' };
    commit(repo, { [POLICY_PATH]: shorter }, { message: 'Halve what break-glass gives', env });
    writeFileSync(join(folder, 'allowed_signers'), SIGNERS);
  });

  it('has ten questions, each with a command', () => {
    expect(text.match(/^## \d+\. .*\?$/gm)).toHaveLength(10);
    expect(shown).toHaveLength(10);
  });

  it.each(shown)('$command', async ({ command, output }) => {
    const printed = await cli(command.split(' '), { cwd: folder, clock: AFTERWARDS });
    expect(printed).toMatchObject({ code: EXPECTED_CODES[command] ?? 0, err: '' });
    const now = settled(printed.out);
    if (process.env.UPDATE_DOCS === '1' && !output.includes('…')) {
      const page = readFileSync(PAGE, 'utf8');
      writeFileSync(
        PAGE,
        page.replace(`$ hallpass ${command}\n${output}\`\`\``, () => `$ hallpass ${command}\n${now}\`\`\``),
      );
      return;
    }
    let from = 0;
    for (const part of settled(output).split(/^…\n/m)) {
      const at = now.indexOf(part, from);
      expect(at, `\n${part}\nis not in\n${now}`).toBeGreaterThanOrEqual(from);
      from = at + part.length;
    }
    if (!output.includes('…')) expect(settled(output)).toBe(now);
  });
});
