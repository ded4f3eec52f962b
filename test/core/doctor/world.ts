import type { BranchRule, Look, SetupFacts, TargetFacts } from '../../../src/core/doctor/facts.js';
import type { Login } from '../../../src/core/identity.js';
import type { Instant } from '../../../src/core/time.js';
import { parseCatalog } from '../../../src/documents/catalog.js';
import { parsePeople } from '../../../src/documents/people.js';
import { parsePolicy } from '../../../src/documents/policy.js';
import { CATALOG, PEOPLE, POLICY, TEAMS } from '../../../src/sandbox/documents.js';
import { providerKinds } from '../../../src/wire-offline.js';

export const seen = <T>(value: T): Look<T> => ({ seen: value });
export const unseen = (why: string, hidden = false): Look<never> => ({ unseen: why, hidden });

export const rule = <K extends BranchRule['kind']>(
  kind: K,
  more: Partial<Extract<BranchRule, { kind: K }>> = {},
): BranchRule =>
  ({ kind, source: 'rules', bypass: [], bypassedByThisApp: false, ...more }) as unknown as BranchRule;

export const APP = 4711;

export function controlFrom(policy = POLICY, catalog = CATALOG): SetupFacts['control'] {
  const of = <T>(parsed: { readonly value: T } | { readonly issues: readonly unknown[] }): T => {
    if ('value' in parsed) return parsed.value;
    throw new Error(JSON.stringify(parsed.issues));
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  return seen({
    policy: of(parsePolicy(bytes(policy), 'policy')),
    catalog: of(parseCatalog(bytes(catalog), 'catalog', providerKinds)),
    people: of(parsePeople(bytes(PEOPLE), 'people')),
  });
}

const PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'write',
};
const EVENTS = [
  'pull_request',
  'pull_request_review',
  'issue_comment',
  'push',
  'check_run',
  'membership',
  'team',
  'organization',
];

export const NOW = '2026-11-22T12:00:00Z' as Instant;

/** A setup with which nothing is wrong. */
export const HEALTHY: SetupFacts = {
  setup: {
    owner: 'acme',
    repository: 'access',
    repositoryId: 9,
    installationId: 77,
    appId: APP,
    appSlug: 'hallpass',
    web: 'https://github.com',
    branch: 'main',
    ledgerBranch: 'access-ledger',
    targets: new Map([
      ['orders-db', 'postgres'],
      ['teams', 'github-team'],
    ]),
    webhookSecret: { bytes: 64, distinct: 16 },
    webhookUrl: 'https://hallpass.example.com/api/github/webhooks',
  },
  now: NOW,
  app: seen({ permissions: PERMISSIONS, events: EVENTS, public: false, installations: 1 }),
  installation: seen({
    permissions: PERMISSIONS,
    events: EVENTS,
    suspended: false,
    everyRepository: false,
    repositories: 1,
  }),
  repository: seen({ id: 9, defaultBranch: 'main', archived: false, public: false, autoMerge: false }),
  webhook: seen({
    url: 'https://hallpass.example.com/api/github/webhooks',
    json: true,
    verifiesCertificate: true,
    hasSecret: true,
  }),
  deliveries: seen({ total: 30, failed: 0, last: 'OK' }),
  branch: seen({
    exists: true,
    protectionUnseen: null,
    rules: [
      rule('blocks_force_push'),
      rule('blocks_deletion'),
      rule('requires_pull_request', {
        approvals: 1,
        codeOwners: true,
        dismissesStale: true,
        lastPushApproval: true,
      }),
      rule('requires_checks', { checks: [{ name: 'hallpass', app: APP }] }),
    ],
  }),
  ledgerBranch: seen({
    exists: true,
    protectionUnseen: null,
    rules: [
      rule('restricts_updates', {
        bypassedByThisApp: true,
        bypass: [{ who: `app ${APP}`, isThisApp: true, pullRequestsOnly: false }],
      }),
      rule('blocks_deletion', { bypassedByThisApp: true }),
      rule('blocks_force_push'),
    ],
  }),
  codeOwners: seen({ text: '/.github/ @acme/security\n', errors: 0 }),
  ledger: seen({ pinnedKey: 'SHA256:a', ownKey: 'SHA256:a' }),
  canary: seen({
    branch: 'access-ledger-canary',
    pushed: true,
    staleRefused: true,
    forceRefused: true,
    problem: null,
  }),
  hostClock: seen(NOW),
  control: controlFrom(),
  teams: new Map(
    Object.entries(TEAMS).map(([team, members], index) => [
      team,
      seen({
        team,
        id: index + 1,
        members: members.map((login, id) => ({ login: login as Login, id: id + 1 })),
      }),
    ]),
  ),
  targets: new Map<string, Look<TargetFacts>>([
    ['orders-db', seen({ clock: NOW, blocked: [] })],
    ['teams', seen({ clock: null, blocked: [] })],
  ]),
  machine: seen({
    git: '2.39.5',
    node: 'v20.19.0',
    dataDir: { problem: null, freeBytes: 10_000_000_000, writableByOthers: false },
  }),
};
