import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CATALOG, FIRST_FILES, TEAMS } from '../../src/sandbox/documents.js';
import { cli } from './harness.js';
import { type Installation, type InstallationOptions, installation } from './installation.js';

let dir = '';
let place: Installation;
afterEach(async () => {
  await place.close();
  rmSync(dir, { recursive: true, force: true });
});

/** As docs/operating.md says it should be. */
const FILES = {
  ...FIRST_FILES,
  '.github/access/catalog.yaml': CATALOG.replaceAll('kind: postgres', 'kind: memory')
    .replace('kind: github-team', 'kind: memory')
    .replaceAll('role:', 'name:')
    .replaceAll('team: orders', 'name: orders'),
  '.github/CODEOWNERS': '# who rules\n/.github/ @acme/security\n',
};
const TARGETS = '  orders-db: { kind: memory }\n  teams: { kind: memory }\n';
const PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'read',
} as const;

async function start(options: InstallationOptions = {}): Promise<Installation> {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-doctor-'));
  place = await installation(dir, {
    targets: TARGETS,
    ...options,
    github: {
      files: FILES,
      requiredCheck: { name: 'hallpass', appId: 4711 },
      ...options.github,
      app: { permissions: PERMISSIONS, ...options.github?.app },
    },
  });
  const { github } = place;
  github.setup.hook = { ...github.setup.hook, url: 'https://hallpass.example.com/api/github/webhooks' };
  github.setup.rulesets = [
    {
      name: 'review',
      branches: ['main'],
      rules: [
        {
          type: 'pull_request',
          parameters: {
            required_approving_review_count: 1,
            require_code_owner_review: true,
            dismiss_stale_reviews_on_push: true,
            require_last_push_approval: true,
            required_review_thread_resolution: false,
          },
        },
      ],
    },
  ];
  return place;
}

interface Report {
  readonly healthy: boolean;
  readonly findings: readonly { code: string; severity: string; about: string; fix: string }[];
}

async function doctor(env: Readonly<Record<string, string>> = {}) {
  const ran = await cli(['doctor', '--json'], { cwd: dir, env: { ...place.env, ...env } });
  expect(ran.err).toBe('');
  const report = JSON.parse(ran.out) as Report;
  return { ...ran, report, codes: report.findings.map(({ code }) => code) };
}

describe('hallpass doctor', () => {
  it('is content with a setup as the pages describe it, and leaves nothing behind', async () => {
    const { github } = await start();
    const seen = await doctor({ HALLPASS_ADMIN_TOKEN: github.token('root') });
    expect(seen.report).toEqual({ healthy: true, findings: [] });
    expect(seen.code).toBe(0);
    const branches = await fetch(`${github.url}/repos/acme/access/branches`, {
      headers: { authorization: `Bearer ${github.token('bob')}` },
    });
    expect(((await branches.json()) as { name: string }[]).map(({ name }) => name)).toEqual(['main']);
    expect((await cli(['doctor'], { cwd: dir, env: place.env })).out).toMatch(
      /Healthy: 0 critical, 0 warnings/,
    );
  });

  it('says what the app may not see, and that it is no fault', async () => {
    await start();
    const seen = await doctor();
    expect(new Set(seen.codes)).toEqual(new Set(['not_visible']));
    expect(seen.report.healthy).toBe(true);
    expect(seen.code).toBe(0);
  });

  it('names everything that is loosened, what it risks and where to mend it', async () => {
    const { github } = await start({
      github: {
        bypass: ['root'],
        app: { permissions: { ...PERMISSIONS, administration: 'write' } },
      },
    });
    Object.assign(github.setup, {
      public: true,
      installations: 2,
      everyRepository: true,
      repositories: 7,
      autoMerge: true,
      private: false,
      events: ['push'],
      hook: { url: 'http://hallpass.example.com/', contentType: 'form', insecureSsl: '1', secret: false },
      rulesets: [{ name: 'queue', branches: ['main'], rules: [{ type: 'merge_queue' }], app: true }],
      codeOwnerErrors: 1,
    });
    github.rules.forcePushToLedger = true;
    github.rules.forcePushToMain = true;
    const seen = await doctor({ HALLPASS_ADMIN_TOKEN: github.token('root') });
    expect(seen.code).toBe(1);
    expect(new Set(seen.codes)).toEqual(
      new Set([
        'app_permission_dangerous',
        'app_public',
        'app_elsewhere',
        'app_event_missing',
        'installation_wide',
        'repository_public',
        'auto_merge_on',
        'merge_queue_on',
        'branch_force_push',
        'branch_without_pull_request',
        'branch_bypass',
        'branch_bypass_app',
        'ledger_force_push',
        'canary_forced',
        'code_owners_errors',
        'webhook_insecure',
        'webhook_unsigned',
        'webhook_form',
      ]),
    );
    for (const { fix } of seen.report.findings) expect(fix).not.toMatch(/\{[a-z_]+\}/);
    const ranks = seen.report.findings.map(({ severity }) =>
      ['critical', 'warning', 'notice'].indexOf(severity),
    );
    expect(ranks).toEqual(ranks.toSorted());
  });

  it('sees that settings, catalog, teams and the ledger disagree', async () => {
    const { github } = await start({
      targets: `${TARGETS.replace('teams: { kind: memory }', 'teams: { kind: github-team, organization: acme }')}  spare: { kind: memory }\n`,
      webhookSecret: 'a'.repeat(40),
      github: { teams: { ...TEAMS, security: [] }, requiredCheck: undefined as never },
    });
    await github.deleteTeam('on-call');
    github.rules.appOnlyBranches = [];
    github.setup.rulesets = [];
    const seen = await doctor({ HALLPASS_ADMIN_TOKEN: github.token('root') });
    expect(new Set(seen.codes)).toEqual(
      new Set([
        'app_permission_missing',
        'target_blocked',
        'target_kind_differs',
        'target_unused',
        'webhook_secret_weak',
        'approvals_unfillable',
        'team_missing',
        'branch_without_check',
        'branch_without_pull_request',
        'ledger_open',
        'ledger_force_push',
        'ledger_deletion',
        'canary_forced',
      ]),
    );
  });

  it('takes nothing that could not be looked at for good', async () => {
    const { github } = await start();
    github.api.fail(({ route }) => route === '/app/hook/config', 422);
    const seen = await doctor({ HALLPASS_ADMIN_TOKEN: github.token('root') });
    expect(seen.report.findings).toMatchObject([{ code: 'not_checked', about: 'the webhook' }]);
    expect(seen.code).toBe(1);
  });
});
