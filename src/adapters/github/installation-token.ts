import { addSeconds, type Instant } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { GitHubClient } from './client.js';
import { instantFrom } from './values.js';

/** What a token may do (docs: "Create an installation access token"); names and levels are GitHub's. */
export type TokenPermissions = Readonly<Record<string, 'read' | 'write'>>;

export interface TokenOptions {
  /** Authenticated as the app. */
  readonly app: GitHubClient;
  readonly installationId: number;
  readonly repositoryId: number;
  readonly permissions: TokenPermissions;
  readonly clock: Clock;
}

/** A token that ends so soon may end while it is used. */
const SPARE_SECONDS = 300;

export type TokenSource = (options?: { readonly renew: boolean }) => Promise<string>;

/** Tokens for one task: narrowed to the pinned repository and to what the task needs, kept until shortly before they end (D39). */
export function installationTokens({ app, clock, ...asked }: TokenOptions): TokenSource {
  let current: Promise<{ readonly token: string; readonly until: Instant }> | undefined;
  const mint = async () => {
    const { data } = await app.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: asked.installationId,
      repository_ids: [asked.repositoryId],
      permissions: asked.permissions,
    });
    return { token: data.token, until: addSeconds(instantFrom(data.expires_at), -SPARE_SECONDS) };
  };
  return async ({ renew } = { renew: false }) => {
    const before = current;
    const known = renew ? undefined : await before?.catch(() => undefined);
    if (known !== undefined && known.until > clock.now()) return known.token;
    // Somebody may have begun while we waited.
    if (current === before || current === undefined) current = mint();
    return (await current).token;
  };
}

/** As much of Octokit's `request` as signing needs. */
interface OctokitRequest {
  (endpoint: object): Promise<unknown>;
  readonly endpoint: {
    merge(route: unknown, parameters: unknown): { readonly headers: Record<string, unknown> };
  };
}

/**
 * Octokit's way to sign requests. A 401 gets one more try with a new token: GitHub's clock may differ from ours, and tokens can
 * be revoked.
 */
export function authenticateWith(token: TokenSource) {
  const hook = async (request: OctokitRequest, route: unknown, parameters?: unknown) => {
    const endpoint = request.endpoint.merge(route, parameters);
    const send = async (renew: boolean) => {
      endpoint.headers.authorization = `token ${await token({ renew })}`;
      return request(endpoint);
    };
    try {
      return await send(false);
    } catch (error) {
      if ((error as { status?: unknown }).status !== 401) throw error;
      return send(true);
    }
  };
  return () => Object.assign(async () => ({ type: 'token', token: await token() }), { hook });
}
