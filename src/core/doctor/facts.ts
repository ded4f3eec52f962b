import type { Control, TeamFacts } from '../policy/evidence.js';
import type { Instant } from '../time.js';

/**
 * Something that was looked at: what it is, or why it could not be seen. `hidden`: this app may not see it, and a person with more
 * rights has to look. A failed look is never an empty one.
 */
export type Look<T> = { readonly seen: T } | { readonly unseen: string; readonly hidden: boolean };

export type Level = 'read' | 'write';
/** Names and levels are GitHub's ("Permissions required for GitHub Apps"). */
export type Permissions = Readonly<Record<string, string>>;

export interface AppFacts {
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Whether anybody may install it. */
  readonly public: boolean;
  /** `null`: GitHub does not say. */
  readonly installations: number | null;
}

export interface InstallationFacts {
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly suspended: boolean;
  /** Every repository of the organization, those of tomorrow too. */
  readonly everyRepository: boolean;
  readonly repositories: number;
}

export interface RepositoryFacts {
  readonly id: number;
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly public: boolean;
  readonly autoMerge: boolean;
}

/** Where GitHub sends webhooks; never the secret itself. */
export interface WebhookFacts {
  readonly url: string | null;
  readonly json: boolean;
  readonly verifiesCertificate: boolean;
  readonly hasSecret: boolean;
}

/** The last deliveries of webhooks, newest first. */
export interface DeliveryFacts {
  readonly total: number;
  readonly failed: number;
  /** How the last one was answered. */
  readonly last: string | null;
}

/** Who is not held by a rule. */
export interface BypassActor {
  /** In words: `app 12`, `team 7`, `organization admins`. */
  readonly who: string;
  readonly isThisApp: boolean;
  /** Only by way of a pull request. */
  readonly pullRequestsOnly: boolean;
}

interface RuleBasis {
  /** The ruleset it is from, or `branch protection`. */
  readonly source: string;
  /** `null`: who may bypass it is not shown to this app. */
  readonly bypass: readonly BypassActor[] | null;
  /** `null`: not known either. */
  readonly bypassedByThisApp: boolean | null;
}

/** A rule that holds on a branch, whether a ruleset or the older branch protection says so. */
export type BranchRule = RuleBasis &
  (
    | { readonly kind: 'blocks_force_push' }
    | { readonly kind: 'blocks_deletion' }
    | { readonly kind: 'restricts_updates' }
    | { readonly kind: 'restricts_creation' }
    | { readonly kind: 'requires_signatures' }
    | { readonly kind: 'merge_queue' }
    | { readonly kind: 'requires_checks'; readonly checks: readonly RequiredCheck[] }
    | ({ readonly kind: 'requires_pull_request' } & PullRequestRule)
  );

export interface RequiredCheck {
  readonly name: string;
  /** The app whose check it has to be; `null`: anybody's. */
  readonly app: number | null;
}

export interface PullRequestRule {
  readonly approvals: number;
  readonly codeOwners: boolean;
  readonly dismissesStale: boolean;
  readonly lastPushApproval: boolean;
}

export interface BranchFacts {
  readonly exists: boolean;
  readonly rules: readonly BranchRule[];
  /** Why the older branch protection could not be looked at, where it may say more than the rulesets. */
  readonly protectionUnseen: string | null;
}

/** What the ledger takes, and what this server signs with; fingerprints, never keys. */
export interface LedgerFacts {
  /** `null`: there is no ledger yet. */
  readonly pinnedKey: string | null;
  readonly ownKey: string;
}

/** What pushing to a branch beside the ledger showed. */
export interface CanaryFacts {
  readonly branch: string;
  /** Whether a commit could be pushed where the branch was expected to be. */
  readonly pushed: boolean;
  /** Whether a push from an older state was refused. */
  readonly staleRefused: boolean;
  /** Whether a push that drops commits was refused. */
  readonly forceRefused: boolean;
  /** What the remote said where it said no to the first. */
  readonly problem: string | null;
}

export interface TargetFacts {
  /** The target's clock, where it has one. */
  readonly clock: Instant | null;
  /** Of entitlements: why they could not be granted, or once granted not be revoked. */
  readonly blocked: readonly {
    readonly entitlement: string;
    readonly why: string;
    readonly unblock: string;
  }[];
}

/** The machine this process runs on. */
export interface MachineFacts {
  readonly git: string;
  readonly node: string;
  readonly dataDir: {
    /** Why the folder could not be written and synced; `null`: it could. */
    readonly problem: string | null;
    readonly freeBytes: number;
    /** Whether others on the machine may write there. */
    readonly writableByOthers: boolean;
  };
}

/** What the settings say, as far as it is compared with the world. No secrets: of the webhook's only how it is made. */
export interface Setup {
  readonly owner: string;
  readonly repository: string;
  readonly repositoryId: number;
  readonly installationId: number;
  readonly appId: number;
  readonly appSlug: string;
  /** Of GitHub's pages, without a slash at the end. */
  readonly web: string;
  readonly branch: string;
  readonly ledgerBranch: string;
  /** Id to kind. */
  readonly targets: ReadonlyMap<string, string>;
  readonly webhookSecret: { readonly bytes: number; readonly distinct: number };
  /** Where GitHub should send webhooks; `null`: the settings name no public address. */
  readonly webhookUrl: string | null;
}

/** Everything that was looked at, frozen. */
export interface SetupFacts {
  readonly setup: Setup;
  readonly now: Instant;
  readonly app: Look<AppFacts>;
  readonly installation: Look<InstallationFacts>;
  readonly repository: Look<RepositoryFacts>;
  readonly webhook: Look<WebhookFacts>;
  readonly deliveries: Look<DeliveryFacts>;
  readonly branch: Look<BranchFacts>;
  readonly ledgerBranch: Look<BranchFacts>;
  /** The text of CODEOWNERS on the default branch, and how many of its lines GitHub cannot use; `null`: there is none. */
  readonly codeOwners: Look<{ readonly text: string; readonly errors: number } | null>;
  readonly ledger: Look<LedgerFacts>;
  /** `null`: nobody asked for it. */
  readonly canary: Look<CanaryFacts> | null;
  /** What GitHub's clock shows. */
  readonly hostClock: Look<Instant>;
  /** Policy, catalog and people of the default branch; the problems where they cannot be read. */
  readonly control: Look<Control | { readonly problems: readonly string[] }>;
  /** Teams that policy names. */
  readonly teams: ReadonlyMap<string, Look<TeamFacts>>;
  readonly targets: ReadonlyMap<string, Look<TargetFacts>>;
  readonly machine: Look<MachineFacts>;
}
