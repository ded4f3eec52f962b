import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: `src/${path}`, text: readFileSync(`${ROOT}src/${path}`, 'utf8') }));
const saying = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('no code comes from anywhere while Hallpass runs (T149)', () => {
  it('of Probot only the parts are used that fetch and set up nothing', () => {
    const names = sources.flatMap(({ text }) =>
      [...text.matchAll(/import (?:type )?\{([^}]*)\} from 'probot'/g)].flatMap(([, list = '']) =>
        list.split(',').map((name) => name.trim()),
      ),
    );
    // `run` and `Server` would load `smee-client` or show the page that rewrites `.env` (T144).
    expect(new Set(names)).toEqual(new Set(['Probot', 'ProbotOctokit']));
  });

  it('no text becomes code, and no package is looked up by a name made up on the way', () => {
    expect(saying(/\beval\(|new Function\(|node:vm|node:module/)).toEqual([
      // Only asks where a package lies.
      'src/sandbox/postgres/binaries.ts',
    ]);
  });

  it('only these start programs, and none is a package manager or a shell', () => {
    expect(saying(/node:child_process/).toSorted()).toEqual([
      'src/adapters/git/object-stream.ts',
      'src/adapters/git/objects.ts',
      'src/adapters/git/ref-writer.ts',
      'src/adapters/git/run.ts',
      'src/adapters/providers/exec/run-program.ts',
      'src/adapters/providers/ssh/keygen.ts',
      'src/adapters/system/machine.ts',
      'src/sandbox/demo/look.ts',
      'src/sandbox/demo/main.ts',
      'src/sandbox/github/git-http/backend.ts',
      'src/sandbox/github/git/objects.ts',
      'src/sandbox/github/git/run.ts',
      'src/sandbox/postgres.ts',
    ]);
    expect(saying(/shell: true|(?<![.\w])exec(?:Sync)?\(|'(?:npx?|yarn|pnpm|sh|bash)'/)).toEqual([]);
  });
});
