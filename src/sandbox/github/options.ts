import type { KeyLike } from 'node:crypto';

export type Permission = 'read' | 'write' | 'admin';
export type AccountType = 'User' | 'Bot' | 'Mannequin';
export type Level = 'read' | 'write';

/** The permissions of a GitHub App that this stand-in knows. */
export type AppPermission =
  | 'metadata'
  | 'contents'
  | 'pull_requests'
  | 'issues'
  | 'checks'
  | 'members'
  | 'administration';
export type AppPermissions = Readonly<Partial<Record<AppPermission, Level>>>;

export interface UserOption {
  readonly login: string;
  readonly id: number;
  readonly permission: Permission | 'none';
  readonly type?: AccountType;
  readonly email?: string;
  /** Member of the organization (default: yes for a `User`). Admins of the repository own the organization. */
  readonly member?: boolean;
}

export interface AppOption {
  readonly id: number;
  readonly slug: string;
  /** PEM. */
  readonly publicKey: KeyLike;
  readonly installationId: number;
  readonly webhookSecret: string;
  readonly webhookUrl?: string;
  /** Default: everything the routes here ask for. */
  readonly permissions?: AppPermissions;
  /** Life of an installation token in seconds (default 3,600, as GitHub's). */
  readonly tokenSeconds?: number;
  /** Lets people sign in with their account here. */
  readonly oauth?: { readonly clientId: string; readonly clientSecret: string };
}

export interface GitHubOptions {
  /** Where the bare repository is created: `<dir>/<owner>/<repo>.git`. */
  readonly dir: string;
  readonly owner: string;
  readonly repo: string;
  /** All times GitHub stamps, and the `Date` header, come from here. */
  readonly now: () => Date;
  readonly users: readonly UserOption[];
  /** Team slug to logins. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Roles of the organization: id to name. */
  readonly roles?: Readonly<Record<number, string>>;
  readonly app: AppOption;
  /** The first commit on `main`. */
  readonly files: Readonly<Record<string, string>>;
  readonly allowForks?: boolean;
  readonly port?: number;
  /** Branches that only the App may write, like a ruleset with the App as bypass actor (default `access-ledger*`). */
  readonly appOnlyBranches?: readonly string[];
  /** A required check bound to an App: merging and pushing to `main` need it, except for `bypass`. */
  readonly requiredCheck?: { readonly name: string; readonly appId: number };
  /** Logins that branch rules on `main` do not hold. */
  readonly bypass?: readonly string[];
}
