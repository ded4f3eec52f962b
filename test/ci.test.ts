import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Test {
  readonly title: string;
  readonly fullName: string;
  readonly status: string;
}

/** Names of tests that drive real servers, one for each that continuous integration has to have tried. */
const REAL = [
  'PostgreSQL 15, membership the provider contract: PostgreSQL 15, membership grants to nobody else',
  'PostgreSQL 17, membership the provider contract: PostgreSQL 17, membership grants to nobody else',
  'the reaper, driven by pg_cron ends access and sessions while Hallpass is not running',
  'with a real sshd the provider contract: ssh grants to nobody else',
  'a host that trusts the authority refuses a certificate that is over',
  'with a real slapd the provider contract: ldap, a group grants to nobody else',
  'entries that end by themselves in a real slapd end',
  'the provider contract: scim, on scimmy grants to nobody else',
];

const test = (fullName: string, status = 'passed', title = fullName): Test => ({ title, fullName, status });
const all = REAL.map((name) => test(name));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What `.ci/tally.mjs` makes of a report. */
async function tally(
  tests: readonly Test[],
  more: { readonly success?: boolean; readonly status?: string } = {},
): Promise<{ readonly sum: string; readonly said: string }> {
  const { success = true, status = 'passed' } = more;
  const file = join(dir, 'report.json');
  const testResults = [{ name: 'a.test.ts', status, assertionResults: tests }];
  await writeFile(file, JSON.stringify({ success, testResults }));
  const { stdout, stderr } = spawnSync(process.execPath, ['.ci/tally.mjs', file], { encoding: 'utf8' });
  return { sum: stdout.trim(), said: stderr };
}

describe('the sum of continuous integration', () => {
  it('counts what passed', async () => {
    expect(await tally(all)).toEqual({ sum: '8 0', said: '' });
  });

  it.each(['failed', 'skipped', 'pending', 'todo'])('counts what is %s as failed', async (status) => {
    const { sum, said } = await tally([...all, test('suite one', status)]);
    expect(sum).toBe('8 1');
    expect(said).toContain(`${status}: a.test.ts: suite one`);
  });

  it('lets a case be that says why it cannot be', async () => {
    const title = 'on a real API server (not here: set KUBE_APISERVER)';
    expect((await tally([...all, test(`suite ${title}`, 'skipped', title)])).sum).toBe('8 0');
  });

  it.each(REAL)('misses a server that was not tried: %s', async (name) => {
    const others = all.filter(({ fullName }) => fullName !== name);
    expect(await tally(others)).toMatchObject({ sum: '7 1', said: expect.stringMatching(/^not tried: /) });
    const title = `${name} (not here: apt-get install it)`;
    expect((await tally([...others, test(title, 'skipped')])).sum).toBe('7 1');
  });

  it.each([
    ['a file that cannot be loaded', [], { status: 'failed', success: false }],
    ['an error outside any test', all, { success: false }],
  ])('counts %s', async (_what, tests, more) => {
    expect(Number((await tally(tests, more)).sum.split(' ')[1])).toBeGreaterThan(0);
  });
});

describe('.ci/run', () => {
  it('installs every server that the tests drive', async () => {
    const run = await readFile('.ci/run', 'utf8');
    for (const server of ['openssh-server', 'slapd', 'ldap-utils', 'postgresql-15', 'postgresql-15-cron'])
      expect(run).toContain(`missing+=(${server})`);
  });
});
