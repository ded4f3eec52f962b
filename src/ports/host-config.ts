import type {
  AppFacts,
  BranchFacts,
  DeliveryFacts,
  InstallationFacts,
  RepositoryFacts,
  WebhookFacts,
} from '../core/doctor/facts.js';

/**
 * How the review host is set up for us. Only looks. Throws `Blocked('github_forbidden' | 'github_not_found')` for what this app may
 * not see.
 */
export interface HostConfig {
  app(): Promise<AppFacts>;
  installation(): Promise<InstallationFacts>;
  repository(): Promise<RepositoryFacts>;
  /** The rules that hold on a branch, whether it exists or not. */
  branch(name: string): Promise<BranchFacts>;
  webhook(): Promise<WebhookFacts>;
  deliveries(): Promise<DeliveryFacts>;
  /** How many lines of CODEOWNERS cannot be used. */
  codeOwnerErrors(): Promise<number>;
}
