import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessRepository, ID, REQUEST } from './access-repository.js';
import { cli } from './harness.js';

let repo = '';
let write: ReturnType<typeof accessRepository>['write'];
beforeEach(() => {
  ({ dir: repo, write } = accessRepository());
});

const PATH = `access-requests/${ID}.yaml`;
const validate = (...argv: readonly string[]) => cli(['validate', ...argv], { cwd: repo });

describe('hallpass validate', () => {
  it('is content with a sound repository, from anywhere', async () => {
    expect(await validate()).toEqual({ code: 0, out: 'Everything is in order.\n', err: '' });
    expect(await cli(['validate', '--repo', repo, PATH])).toMatchObject({ code: 0, err: '' });
    expect(await validate('--format', 'json')).toEqual({ code: 0, out: '{"issues":[]}\n', err: '' });
    expect(await validate('--format', 'github')).toEqual({ code: 0, out: '', err: '' });
  });

  it('says where and how to mend it, all at once', async () => {
    write(PATH, REQUEST.replace('duration', 'durration').replace('version: 1', 'version: one'));
    const { code, out } = await validate();
    expect(code).toBe(1);
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines)
      expect(line).toMatch(/^access-requests\/2026\/11\/alice-orders-db\.yaml:\d+:\d+ \w+ .* — /);
  });

  it('judges by policy only what is named', async () => {
    write(PATH, REQUEST.replace('2h', '3h'));
    expect(await validate()).toMatchObject({ code: 0 });
    for (const named of [PATH, `./${PATH}`, 'access-requests', '.'])
      expect(await validate(named), named).toMatchObject({ code: 1 });
  });

  it('prints a stable shape', async () => {
    write(PATH, `${REQUEST}extra: 1\n`);
    const { code, out } = await validate('--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      issues: [
        {
          file: PATH,
          line: 7,
          column: 1,
          code: 'unknown_key',
          severity: 'error',
          message: expect.any(String),
          fix: expect.any(String),
        },
      ],
    });
    expect(JSON.parse((await validate('--format', 'sarif')).out)).toMatchObject({ version: '2.1.0' });
    expect((await validate('--format', 'github')).out).toMatch(/^::error file=access-requests\//);
  });

  it('exits 0 with warnings alone, and shows them', async () => {
    write(
      '.github/access/policy.yaml',
      'version: 1\nrules:\n  - { name: none, entitlements: ["nothing-*"], deny: No. }\n',
    );
    const { code, out } = await validate();
    expect(code).toBe(0);
    expect(out).toMatch(/policy\.yaml:\d+:\d+ rule_without_entitlements warning: /);
    expect(out).not.toContain('Everything is in order');
  });

  it('tells of executable documents and hostile names, and shows nothing unseen', async () => {
    chmodSync(join(repo, PATH), 0o755);
    write('access-requests/2026/11/\u001b[2Jx.yaml', REQUEST);
    const { code, out } = await validate();
    expect(code).toBe(1);
    expect(out).toContain('file_mode');
    expect(out).toContain('\\u{1b}[2Jx.yaml');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  });

  it.each<readonly [string, readonly string[], number, RegExp]>([
    ['a path that is not there', ['access-requests/2026/12/x.yaml'], 1, /path_missing/],
    ['an empty folder', ['--repo', 'access-requests'], 1, /document_missing/],
    ['a folder that is not there', ['--repo', 'nowhere'], 2, /there is no folder/],
    ['a file for a folder', ['--repo', PATH], 2, /is no folder/],
    ['an unknown format', ['--format', 'xml'], 2, /Allowed choices are text, json, github, sarif/],
    ['an unknown flag', ['--strict'], 2, /unknown option '--strict'/],
  ])('%s', async (_name, argv, code, said) => {
    const ran = await validate(...argv);
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toMatch(said);
  });
});
