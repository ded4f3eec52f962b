import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, scratch } from '../adapters/git/world.js';
import { story } from '../app/auditing/audit-edits.js';
import { copyOf, SIGNERS } from '../app/auditing/audit-pages.js';
import { cli } from './harness.js';

function report(repo: string, ...argv: readonly string[]) {
  return cli(['audit', 'report', '--repo', repo, '--default-branch', 'main', ...argv]);
}

function signers(): string {
  const file = join(scratch(), 'signers');
  writeFileSync(file, SIGNERS);
  return file;
}

describe('hallpass audit report', () => {
  it.each([
    ['md', /^# Access from the beginning to /],
    ['csv', /^"record","id",/],
    ['json', /^\{\n {2}"period": /],
    ['html', /^<!doctype html>\n/],
  ])('prints %s', async (format, begins) => {
    const { code, out, err } = await report(story.repo, '--format', format, '--signers', signers());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(begins);
  });

  it('links to the repository it is told of', async () => {
    const { out } = await report(story.repo, '--url', 'https://github.com/acme/access');
    expect(out).toContain('[bob](https://github.com/acme/access/pull/1#pullrequestreview-11)');
    expect((await report(story.repo)).out).not.toContain('https:');
  });

  it('says nothing of the future', async () => {
    const { out } = await report(story.repo, '--to', '9999-12-31', '--json');
    expect(JSON.parse(out).period.to < '9999').toBe(true);
  });

  it('exits 1 when the ledger was forged, and tells all the same', async () => {
    const repo = copyOf(story.repo);
    commit(repo, { 'grants/2026/11/x.yaml': 'x' }, { branch: 'access-ledger' });
    const { code, out, err } = await report(repo, '--format', 'json', '--signers', signers());
    expect({ code, err }).toEqual({ code: 1, err: 'hallpass: grants/2026/11/x.yaml: it cannot be read\n' });
    expect(JSON.parse(out)).toMatchObject({
      verification: { verified: true, clean: false },
      unread: ['grants/2026/11/x.yaml'],
    });
    for (const format of ['md', 'csv', 'html']) {
      const other = await report(repo, '--format', format);
      expect(other.code).toBe(1);
      expect(other.out).toContain('grants/2026/11/x.yaml');
    }
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'a period that ends before it begins',
      ['--from', '2026-11-23', '--to', '2026-11-22'],
      /ends before it begins/,
    ],
    ['an empty period', ['--from', '2026-11-23', '--to', '2026-11-23'], /ends before it begins/],
    ['a period that has not begun', ['--from', '9999-01-01'], /a --from that has passed/],
    ['no time', ['--from', 'may'], /--from may is no time/],
    ['an unknown format', ['--format', 'pdf'], /Allowed choices are md, csv, json, html/],
    ['no signers', ['--signers', '/nowhere'], /who may sign is not known/],
    ['signers that are none', ['--signers', '/dev/null'], /names no Ed25519 key/],
    ['no ledger', ['--branch', 'other'], /no branch other here\.\n {2}Fetch it/],
    ['an address that would run', ['--url', 'javascript:alert(1)'], /is no repository/],
    ['an address that breaks out', ['--url', 'https://x/a/b"onclick='], /is no repository/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { code, out, err } = await report(story.repo, ...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});
