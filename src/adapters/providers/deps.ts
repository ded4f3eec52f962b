import type { Octokit } from '@octokit/rest';
import type { Json } from '../../core/entitlement.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Provider, ProviderKind } from '../../ports/provider.js';

/** The connection of one target as the settings say it, valid for the kind's `connectionSchema`, secrets already in place. */
export type Connection = Readonly<Record<string, Json>>;

/** What the providers need of a GitHub client. The wiring makes it and renews its tokens. */
export type GitHubClient = Pick<Octokit, 'request'>;

/** What a provider may reach beside its own target. */
export interface ProviderDeps {
  /** The id of the target in the catalog; observed holdings carry it. */
  readonly target: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A client that may read and change the teams of an organization. Absent where the server has none. */
  readonly github?: (organization: string) => Promise<GitHubClient>;
}

/** One line of the provider table. */
export interface ProviderFactory {
  readonly kind: ProviderKind;
  /** Makes the provider without calling its target. Loads the kind's own client, which is heavy and may be missing. */
  create(connection: Connection, deps: ProviderDeps): Promise<Provider>;
}
