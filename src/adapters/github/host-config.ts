import type {
  AppFacts,
  DeliveryFacts,
  InstallationFacts,
  Permissions,
  RepositoryFacts,
  WebhookFacts,
} from '../../core/doctor/facts.js';
import type { HostConfig } from '../../ports/host-config.js';
import { readBranch } from './branch-rules.js';
import { at, type GitHubClient, type OnGitHub } from './client.js';
import { unlessMissing, withFaults } from './faults.js';

export interface ConfigClients {
  /** Authenticated as the app itself, not as its installation. */
  readonly app: GitHubClient;
  /** Nobody: what anybody can see. */
  readonly anonymous: GitHubClient;
  /** May look at branch protection and at who bypasses rules; the installation's own client where there is none. */
  readonly administrator: GitHubClient;
  readonly installationId: number;
}

/** How GitHub is set up for us: only looks, with GitHub's own words turned into ours. */
export function createHostConfig(on: OnGitHub, clients: ConfigClients): HostConfig {
  const { app, administrator } = clients;
  return withFaults<HostConfig>({
    app: () => readApp(on, clients),
    installation: () => readInstallation(clients),
    repository: () => readRepository(on),
    branch: (name) => readBranch(on, administrator, name),
    webhook: () => readWebhook(app),
    deliveries: () => readDeliveries(app),
    codeOwnerErrors: async () => {
      const found = on.client.request('GET /repos/{owner}/{repo}/codeowners/errors', at(on));
      return (await unlessMissing(found))?.data.errors.length ?? 0;
    },
  });
}

/**
 * Whether the app is public is in no field: a private one does not exist for those who have not logged in ("Get an app").
 */
async function readApp({ appSlug }: OnGitHub, { app, anonymous }: ConfigClients): Promise<AppFacts> {
  const { data } = await app.request('GET /app');
  const seen = await unlessMissing(anonymous.request('GET /apps/{app_slug}', { app_slug: appSlug }));
  return {
    permissions: permissionsOf(data?.permissions),
    events: data?.events ?? [],
    public: seen !== undefined,
    installations: data?.installations_count === undefined ? null : Number(data.installations_count),
  };
}

async function readInstallation({
  app,
  anonymous,
  installationId: installation_id,
}: ConfigClients): Promise<InstallationFacts> {
  const { data } = await app.request('GET /app/installations/{installation_id}', { installation_id });
  const everyRepository = data.repository_selection === 'all';
  const facts = {
    permissions: permissionsOf(data.permissions),
    events: data.events,
    suspended: (data.suspended_at ?? null) !== null,
    everyRepository,
  };
  // A suspended installation gets no token, and that is said already.
  if (facts.suspended) return { ...facts, repositories: 0 };
  const token = await app.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id,
    permissions: { metadata: 'read' },
  });
  const covered = await anonymous.request('GET /installation/repositories', {
    per_page: 1,
    headers: { authorization: `token ${token.data.token}` },
  });
  return { ...facts, repositories: Number(covered.data.total_count) };
}

function permissionsOf(permissions: object | undefined): Permissions {
  return Object.fromEntries(
    Object.entries(permissions ?? {}).map(([name, level]) => [name, String(level)] as const),
  );
}

async function readRepository(on: OnGitHub): Promise<RepositoryFacts> {
  const { data } = await on.client.request('GET /repos/{owner}/{repo}', at(on));
  return {
    id: Number(data.id),
    defaultBranch: data.default_branch,
    archived: data.archived,
    public: !data.private,
    autoMerge: data.allow_auto_merge ?? false,
  };
}

async function readWebhook(app: GitHubClient): Promise<WebhookFacts> {
  const { data } = await app.request('GET /app/hook/config');
  return {
    url: data.url === undefined || data.url === '' ? null : data.url,
    json: data.content_type === 'json',
    verifiesCertificate: String(data.insecure_ssl ?? '0') === '0',
    hasSecret: (data.secret ?? '') !== '',
  };
}

/** Enough to tell a restart from a wall. */
const LAST_DELIVERIES = 30;

async function readDeliveries(app: GitHubClient): Promise<DeliveryFacts> {
  const { data } = await app.request('GET /app/hook/deliveries', { per_page: LAST_DELIVERIES });
  const failed = data.filter(({ status_code: code }) => !(code >= 200 && code < 300));
  return { total: data.length, failed: failed.length, last: data[0]?.status ?? null };
}
