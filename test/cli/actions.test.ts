import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { parseSettings } from '../../src/documents/settings.js';
import { CATALOG, FIRST_FILES, POLICY, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { providerKinds } from '../../src/wire-offline.js';
import { cli } from './harness.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const made: string[] = [];
const folder = (): string => {
  made.push(mkdtempSync(join(tmpdir(), 'hallpass-actions-')));
  return made.at(-1) ?? '';
};
afterAll(() => {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
});

const FLAGS = ['--yes', '--organization', 'acme', '--person', 'alice:1001', '--actions'];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

async function laidOut() {
  const dir = folder();
  const ran = await cli(['init', dir, ...FLAGS, '--kind', 'gcp-iam']);
  expect(ran).toMatchObject({ code: 0, err: '' });
  const text = (name: string) => readFileSync(join(dir, `.github/workflows/${name}.yaml`), 'utf8');
  const flow = parse(text('hallpass'));
  return {
    dir,
    text,
    flow,
    steps: flow.jobs.pass.steps as readonly Step[],
    review: parse(text('hallpass-review')),
  };
}

/** What of GitHub's format the workflows use (docs.github.com, "Workflow syntax"); closed, so that a slip is found. */
const closed = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const TEXT = { type: 'string', minLength: 1 };
const TEXTS = { type: 'array', items: TEXT, minItems: 1 };
const MAP = { type: 'object', additionalProperties: TEXT };
const event = (...keys: readonly string[]) => closed(Object.fromEntries(keys.map((key) => [key, TEXTS])));
const STEP = closed({
  uses: { ...TEXT, pattern: '@[0-9a-f]{40}$' },
  run: TEXT,
  if: TEXT,
  env: MAP,
  with: MAP,
});
const WORKFLOW = closed(
  {
    name: TEXT,
    on: closed({
      pull_request_target: event('branches', 'types'),
      pull_request_review: event('types'),
      issue_comment: event('types'),
      workflow_run: event('workflows', 'types'),
      push: event('branches'),
      schedule: {
        type: 'array',
        items: closed({ cron: { ...TEXT, pattern: '^(?:\\S+ ){4}\\S+$' } }, ['cron']),
      },
      workflow_dispatch: { type: 'null' },
    }),
    permissions: closed({}),
    concurrency: closed({ group: TEXT, 'cancel-in-progress': { type: 'boolean' } }),
    jobs: {
      type: 'object',
      additionalProperties: closed(
        {
          if: TEXT,
          'runs-on': TEXT,
          'timeout-minutes': { type: 'integer' },
          environment: TEXT,
          steps: { type: 'array', items: STEP },
        },
        ['runs-on', 'steps', 'timeout-minutes'],
      ),
    },
  },
  ['name', 'on', 'permissions', 'jobs'],
);

describe('the workflows of --actions', () => {
  it('are in GitHub’s format, with actions pinned to commits', async () => {
    const validate = new Ajv2020({ strict: false }).compile(WORKFLOW);
    const { flow, review } = await laidOut();
    expect(validate(flow) || validate.errors).toBe(true);
    expect(validate(review) || validate.errors).toBe(true);
  });

  it('check out nothing, put nothing of an event into a shell, and keep secrets from every other branch', async () => {
    const { flow, review, steps, text } = await laidOut();
    expect([flow.permissions, review.permissions]).toEqual([{}, {}]);
    expect(flow.jobs.pass.environment).toBe('hallpass');
    expect(text('hallpass')).not.toContain('checkout');
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    const expressions = [...text('hallpass').matchAll(/\$\{\{ (.*?) \}\}/g)].map(([, one]) => one);
    expect(new Set(expressions)).toEqual(
      new Set([
        'github.run_id',
        'github.run_attempt',
        'secrets.HALLPASS_APP_KEY',
        'secrets.HALLPASS_SIGNING_KEY',
      ]),
    );
    expect(text('hallpass-review')).not.toMatch(/\$\{\{|secrets\.|environment:/);
    expect(review.jobs.hint.steps).toEqual([{ run: 'true' }]);
    expect(flow.on.workflow_run.workflows).toEqual([review.name]);
  });

  it('take their settings from the file that code owners look after, and from no variable', async () => {
    const { flow, steps, text } = await laidOut();
    expect(text('hallpass')).not.toMatch(/\bvars\b/);
    const [settings] = steps.flatMap(({ env }) => env?.SETTINGS ?? []);
    expect(parse(settings ?? '')).toMatchObject({
      version: 1,
      repository: { owner: 'acme' },
      targets: { gcp: { kind: 'gcp-iam' } },
    });
    expect(flow.env).toBeUndefined();
  });

  it('run one after the other, and are not started by what Hallpass itself says', async () => {
    const { flow } = await laidOut();
    expect(flow.concurrency).toEqual({ group: 'hallpass', 'cancel-in-progress': false });
    expect(flow.jobs.pass.if).toContain("startsWith(github.event.comment.body, '/hallpass ')");
    expect(flow.on.push.branches).toEqual(['main']);
    expect(flow.on.pull_request_target.branches).toEqual(['main']);
  });

  it('keep what outlives a run, also of one that failed', async () => {
    const { steps } = await laidOut();
    const [restore, save] = [steps.at(0), steps.at(-1)];
    expect(restore?.uses).toContain('actions/cache/restore@');
    expect(save).toMatchObject({ uses: expect.stringContaining('actions/cache/save@'), if: 'always()' });
    expect(save?.with?.key).toBe(restore?.with?.key);
    expect(restore?.with?.key).toMatch(new RegExp(`^${restore?.with?.['restore-keys']}`));
    expect(restore?.with?.path).toBe('data');
  });
});

describe('targets that end nothing by themselves', () => {
  it.each(['postgres', 'github-team', 'kubernetes', 'ssh', 'exec'])('%s is refused', async (kind) => {
    const dir = folder();
    const { code, err } = await cli(['init', dir, ...FLAGS, '--kind', kind]);
    expect(code).toBe(2);
    expect(err).toMatch(
      /ends no access by itself\n {2}GitHub may start a run hours late.*gcp-iam, entra, ldap/,
    );
  });

  it.each(['gcp-iam', 'entra', 'ldap'])(
    '%s is laid out so that it ends, and policy wants that',
    async (kind) => {
      const dir = folder();
      expect((await cli(['init', dir, ...FLAGS, '--kind', kind])).code).toBe(0);
      expect((await cli(['validate', '--repo', dir])).out).toBe('Everything is in order.\n');
      expect((await cli(['policy', 'test', '--repo', dir])).code).toBe(0);
      const catalog = join(dir, '.github/access/catalog.yaml');
      const text = readFileSync(catalog, 'utf8');
      expect(text).toContain('native_expiry: required');
      writeFileSync(
        catalog,
        text
          .replace(/kind: \S+/, 'kind: okta')
          .replace(/grant: .*/, 'grant: { group: 00g0123456789abcdef0 }'),
      );
      expect((await cli(['validate', '--repo', dir])).out).toContain('native_expiry_missing');
    },
  );
});

describe('the steps, run against GitHub’s stand-in', () => {
  let runner = '';
  let github: SandboxGitHub;
  /** Milliseconds by which GitHub's clock is put on: a review in the second of the check would not count. */
  let ahead = 0;
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const path = (): string => {
    const [year, month] = new Date().toISOString().split('-');
    return `${year}/${month}`;
  };

  beforeAll(async () => {
    runner = folder();
    github = await startGitHub({
      dir: join(folder(), 'github'),
      owner: 'acme',
      repo: 'access',
      now: () => new Date(Date.now() + ahead),
      users: USERS,
      teams: TEAMS,
      files: {
        ...FIRST_FILES,
        '.github/access/catalog.yaml': CATALOG.replaceAll('kind: postgres', 'kind: memory').replaceAll(
          'role:',
          'name:',
        ),
        '.github/access/policy.yaml': POLICY.replace(
          'approval_ttl: 24h',
          'approval_ttl: 24h\n    auto_merge: true',
        ),
      },
      app: {
        id: 4711,
        installationId: 77,
        slug: 'hallpass-test',
        publicKey: keys.publicKey,
        webhookSecret: 'x'.repeat(32),
      },
    });
    // The registry is not asked: what npm would install is the program as it was built here.
    mkdirSync(join(runner, 'bin'));
    script('bin/npm', 'mkdir -p tool/node_modules/.bin && cp bin/hallpass tool/node_modules/.bin/hallpass');
    script('bin/hallpass', `exec '${process.execPath}' '${MAIN}' "$@"`);
  });
  afterAll(() => github.close());

  function script(name: string, text: string): void {
    writeFileSync(join(runner, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(runner, name), 0o755);
  }

  const settings = () => `version: 1
github:
  host: ${github.url}
  app_id: 4711
  private_key: { env: HALLPASS_APP_KEY }
  webhook_secret: { env: HALLPASS_WEBHOOK_SECRET }
repository: { owner: acme, name: access, id: ${github.repositoryId}, installation_id: 77 }
data_dir: data
signing_key: { env: HALLPASS_SIGNING_KEY }
targets:
  orders-db: { kind: memory }
`;
  const signingKey = newPrivateKey('actions');

  /** Every step that is a shell script, as a runner would: `bash -e`, with what the workflow gives it and nothing else. */
  async function run(): Promise<string> {
    const { steps } = await laidOut();
    const values: Readonly<Record<string, string>> = {
      'secrets.HALLPASS_APP_KEY': keys.privateKey,
      'secrets.HALLPASS_SIGNING_KEY': signingKey,
    };
    let said = '';
    for (const { run: text, env = {} } of steps) {
      if (text === undefined) continue;
      const given = Object.entries(env).map(([name, value]) => [
        name,
        name === 'SETTINGS'
          ? settings()
          : value.replace(/\$\{\{ (.*?) \}\}/g, (_, one: string) => values[one] ?? ''),
      ]);
      const options = {
        cwd: runner,
        env: {
          PATH: `${join(runner, 'bin')}:${process.env.PATH}`,
          HOME: runner,
          ...Object.fromEntries(given),
        },
      };
      said += (await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', text], options)).stdout;
    }
    return said;
  }

  const state = async (): Promise<string | undefined> => {
    const { out } = await cli(['list', '--repo', github.gitDir, '--state', 'all', '--json']);
    return JSON.parse(out).grants[0]?.state;
  };

  it('checks, merges, grants and ends, each in a run of its own', { timeout: 120_000 }, async () => {
    await run();
    const alice = github.as('alice');
    const file = `access-requests/${path()}/actions.yaml`;
    const request = `version: 1\nsubject: alice\nentitlements: [orders-db-readonly]\nduration: 1h\njustification: "INC-1: look"\nticket: INC-1\n`;
    await alice.push('actions', { [file]: request });
    const pull = await alice.openPullRequest({ head: 'actions' });
    await run();
    ahead = 2_000;
    await github.as('bob').approve(pull);
    await github.as('carol').approve(pull);
    expect(await state()).toBeUndefined();
    expect(await run()).toContain(`granted: orders-db-readonly of ${path()}/actions`);
    expect(await state()).toBe('active');
    await alice.comment(pull, '/hallpass revoke');
    expect(await run()).toContain('ended');
    expect(await state()).toBe('ended');
    expect(readFileSync(join(runner, 'hallpass.yaml'), 'utf8')).not.toContain('PRIVATE');
  });
});

it('docs/without-a-server.md shows settings that are valid', () => {
  const page = readFileSync(new URL('../../docs/without-a-server.md', import.meta.url), 'utf8');
  const shown = /```yaml\n([\s\S]*?)```/.exec(page)?.[1]?.replace(/^ {3}/gm, '') ?? '';
  const parsed = parseSettings(new TextEncoder().encode(shown), 'hallpass.yaml', providerKinds);
  expect('issues' in parsed ? parsed.issues : []).toEqual([]);
});
