import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runSuites } from '../../src/app/policy/run-suites.js';
import type { Prompts } from '../../src/cli/prompts.js';
import { FIRST_TARGETS } from '../../src/core/scaffold.js';
import { openFolder, providerKinds } from '../../src/wire-offline.js';
import { cli } from './harness.js';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-init-'));
  made.push(folder);
  return folder;
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));

const FLAGS = ['--yes', '--organization', 'acme', '--person', 'Alice:1001'];

describe('what init lays out', () => {
  it.each(Object.keys(FIRST_TARGETS))('is valid and passes its own suite: %s', async (kind) => {
    const dir = emptyFolder();
    const ran = await cli(['init', dir, ...FLAGS, '--kind', kind, '--approvers', 'dba,security']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await cli(['validate', '--repo', dir])).toMatchObject({
      code: 0,
      out: 'Everything is in order.\n',
      err: '',
    });
    const [result] = await runSuites({ read: openFolder(dir), kinds: providerKinds }, [
      '.github/access/suites/first.yaml',
    ]);
    if (result?.kind !== 'ran') throw new Error(JSON.stringify(result));
    expect(result.cases.filter(({ passed }) => !passed)).toEqual([]);
    expect(result.coverage).toEqual({ unusedRules: [], unfilledGroups: [], uselessRules: [] });
    expect((await cli(['policy', 'test', '--repo', dir])).code).toBe(0);
  });

  it('is told to a program as JSON, without a question', async () => {
    const dir = emptyFolder();
    const prompts = () => Promise.reject(new Error('nobody is there'));
    const argv = ['init', dir, '--organization', 'acme', '--json'];
    const { written, kept } = JSON.parse((await cli(argv, { prompts })).out);
    expect(written).toContain('.github/access/policy.yaml');
    expect(kept).toEqual([]);
    expect(JSON.parse((await cli(argv)).out)).toEqual({ directory: dir, written: [], kept: written });
  });

  it('has a first target for every kind but the one that only tests have', () => {
    expect(Object.keys(FIRST_TARGETS).toSorted()).toEqual(
      [...providerKinds.keys()].filter((kind) => kind !== 'memory').toSorted(),
    );
  });

  it('is valid whatever teams, logins and numbers are called', async () => {
    const team = fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,12}$/);
    const odd = fc.constantFrom('true', 'null', '0', '1e3', 'no', 'constructor', '__proto__');
    const anyTeam = fc.oneof(
      team,
      odd.filter((word) => /^[a-z0-9_]/.test(word)),
    );
    const login = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,10}$/), odd);
    await fc.assert(
      fc.asyncProperty(
        anyTeam,
        fc.uniqueArray(anyTeam, { minLength: 1, maxLength: 5 }),
        login,
        fc.integer({ min: 1, max: 2 ** 40 }),
        async (askers, approvers, person, id) => {
          const dir = emptyFolder();
          const teams = ['--askers', askers, '--approvers', approvers.join(',')];
          const who = [`--person=${person}:${id}`, '--kind', 'postgres'];
          expect(await cli(['init', dir, '--yes', '--organization', 'acme', ...teams, ...who])).toMatchObject(
            {
              code: 0,
            },
          );
          expect((await cli(['validate', '--repo', dir])).out).toBe('Everything is in order.\n');
          expect(await cli(['policy', 'test', '--repo', dir])).toMatchObject({ code: 0 });
        },
      ),
      { numRuns: 15 },
    );
  });

  it('lets a copied request be asked for as it stands', async () => {
    const dir = emptyFolder();
    await cli(['init', dir, ...FLAGS, '--kind', 'postgres']);
    const page = readFileSync(join(dir, 'access-requests/README.md'), 'utf8');
    const [, indented = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const [, path = ''] = /as\s+`(access-requests\/[^`]+\.yaml)`/.exec(page) ?? [];
    mkdirSync(join(dir, 'access-requests/2026/01'), { recursive: true });
    writeFileSync(join(dir, path), indented.replace(/^ {3}/gm, ''));
    expect(await cli(['validate', path, '--repo', dir])).toMatchObject({ code: 0 });
  });

  it('shows examples of which each is valid as it stands', async () => {
    const dir = emptyFolder();
    await cli(['init', dir, ...FLAGS]);
    const page = readFileSync(join(dir, 'access-requests/README.md'), 'utf8');
    const shown = [...page.matchAll(/^ *```yaml\n([\s\S]*?)^ *```/gm)].map(([, text = '']) => text);
    expect(shown).toHaveLength(3);
    mkdirSync(join(dir, 'access-requests/2026/01'), { recursive: true });
    for (const [index, text] of shown.entries()) {
      const path = `access-requests/2026/01/copied-${index}.yaml`;
      writeFileSync(join(dir, path), text.replace(/^ {3}/gm, ''));
      expect(await cli(['validate', path, '--repo', dir]), text).toMatchObject({ code: 0 });
    }
  });

  it('points editors at schemas that are there', async () => {
    const dir = emptyFolder();
    await cli(['init', dir, ...FLAGS]);
    const hinted = filesOf(join(dir, '.github/access')).filter((file) => file.endsWith('.yaml'));
    expect(hinted).toHaveLength(4);
    for (const file of hinted) {
      const [, schema = ''] =
        /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
      expect(JSON.parse(readFileSync(join(file, '..', schema), 'utf8'))).toHaveProperty('$id');
    }
    const editor = JSON.parse(readFileSync(join(dir, '.vscode/settings.json'), 'utf8'));
    for (const schema of Object.keys(editor['yaml.schemas']))
      expect(JSON.parse(readFileSync(join(dir, schema), 'utf8'))).toHaveProperty('$id');
  });

  it('runs a workflow that can only read, and takes nothing from the pull request into a shell', async () => {
    const dir = emptyFolder();
    await cli(['init', dir, ...FLAGS]);
    const text = readFileSync(join(dir, '.github/workflows/documents.yaml'), 'utf8');
    const flow = parse(text);
    expect(flow.permissions).toEqual({ contents: 'read' });
    expect(Object.keys(flow.on)).toEqual(['pull_request']);
    const [checkout, ...runs] = flow.jobs.validate.steps;
    expect(checkout.uses).toMatch(/@[0-9a-f]{40}$/);
    expect(checkout.with).toMatchObject({ 'persist-credentials': false, path: 'access' });
    expect(runs.map(({ run }: { run: string }) => run.replace(/^npx .*@\S+ /, 'hallpass '))).toEqual([
      'hallpass validate --repo access --format github',
      'hallpass policy test --repo access',
    ]);
    expect(text).not.toContain('${{');
  });

  it('gives what decides to the last of the teams that have to agree', async () => {
    const dir = emptyFolder();
    await cli(['init', dir, ...FLAGS, '--approvers', 'dba,security']);
    const owners = readFileSync(join(dir, '.github/CODEOWNERS'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('/'));
    expect(owners).toEqual(['/.github/ @acme/security', '/.gitattributes @acme/security']);
  });
});

it('says what is left to do in words that work from where one is', async () => {
  const dir = join(emptyFolder(), "it's new");
  const { out } = await cli(['init', dir, ...FLAGS]);
  expect(out).toContain(`cd '${dir.replace("'", "'\\''")}' && hallpass validate && hallpass policy test`);
  expect(out).toContain('docs/operating.md of Hallpass, sections 1 to 4');
});

describe('what lies there already', () => {
  it('is kept, be it a file, a link or a folder, and a second run changes nothing', async () => {
    const dir = emptyFolder();
    const outside = join(emptyFolder(), 'target');
    writeFileSync(join(dir, 'README.md'), 'mine');
    mkdirSync(join(dir, '.github'));
    symlinkSync(outside, join(dir, '.github/CODEOWNERS'));
    mkdirSync(join(dir, '.github/pull_request_template.md'));
    const { out } = await cli(['init', dir, ...FLAGS]);
    for (const path of ['README.md', '.github/CODEOWNERS', '.github/pull_request_template.md'])
      expect(out).toContain(`kept     ${path}\n`);
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('mine');
    expect(() => readFileSync(outside)).toThrow('ENOENT');
    const before = filesOf(dir).map((file) => [
      file,
      file.includes('CODEOWNERS') || readFileSync(file, 'utf8'),
    ]);
    const again = await cli(['init', dir, '--yes', '--organization', 'other']);
    expect(again.out).not.toMatch(/^written/m);
    expect(
      filesOf(dir).map((file) => [file, file.includes('CODEOWNERS') || readFileSync(file, 'utf8')]),
    ).toEqual(before);
  });

  it('is a file where a folder has to be: nothing more is written, and it says which', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, '.github'), '');
    const ran = await cli(['init', dir, ...FLAGS]);
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('.github') });
    expect(readFileSync(join(dir, '.github'), 'utf8')).toBe('');
  });
});

describe('answers', () => {
  it.each([
    [['--yes'], '--organization is missing'],
    [['--yes', '--organization', 'acme/x'], 'will not do'],
    [['--yes', '--organization', 'acme\n'], 'will not do'],
    [[...FLAGS, '--askers', 'Database Team'], 'slug of a team'],
    [[...FLAGS, '--approvers', 'dba,dba'], 'one person is not two'],
    [[...FLAGS, '--approvers', 'dba,'], 'slug of a team'],
    [[...FLAGS, '--approvers', 'a,b,c,d,e,f'], 'At most 5'],
    [[...FLAGS, '--kind', 'constructor'], 'Give one of'],
    [[...FLAGS, '--kind', 'memory'], 'Give one of'],
    [['--yes', '--organization', 'acme', '--person', 'alice'], 'numeric id'],
    [['--yes', '--organization', 'acme', '--person', 'alice:0'], 'numeric id'],
    [['--yes', '--organization', 'acme', '--person', 'al ice:1'], 'numeric id'],
    [['--yes', '--organization', 'acme', '--kind', 'postgres'], '--person is missing'],
    [[...FLAGS, '--address', 'http://hallpass.example.com'], '--address'],
    [[...FLAGS, '--address', 'https://u:p@hallpass.example.com'], '--address'],
  ])('%j are refused before anything is written', async (flags, said) => {
    const dir = join(emptyFolder(), 'new');
    const ran = await cli(['init', dir, ...flags]);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) });
    expect(() => readdirSync(dir)).toThrow('ENOENT');
  });

  it('are asked for at a terminal, only where they were not given', async () => {
    const dir = emptyFolder();
    const asked: string[] = [];
    const prompts: Prompts = {
      async text({ message, initial }) {
        asked.push(message);
        return message.includes('login and its numeric id') ? 'alice:1001' : (initial ?? 'acme');
      },
      async choose({ message }) {
        asked.push(message);
        return 'postgres';
      },
      chooseSome: () => Promise.reject(new Error('not asked')),
      confirm: () => Promise.reject(new Error('not asked')),
    };
    const ran = await cli(['init', dir, '--askers', 'staff'], { prompts: async () => prompts });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(asked).toHaveLength(4);
    expect(asked.join()).not.toContain('may ask? The slug');
    expect((await cli(['policy', 'test', '--repo', dir])).code).toBe(0);
  });
});
