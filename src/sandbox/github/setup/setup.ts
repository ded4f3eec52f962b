import type { Schema } from '../schemas.js';

/** A ruleset that GitHub tells of. The stand-in itself holds nobody to it; `Rules` says what it does enforce. */
export interface DeclaredRuleset {
  readonly name: string;
  /** Names of branches; one trailing `*` stands for anything. */
  readonly branches: readonly string[];
  readonly rules: readonly Schema<'repository-rule'>[];
  readonly bypass?: readonly Schema<'repository-ruleset-bypass-actor'>[];
  /** Whether the App may bypass it. */
  readonly app?: boolean;
}

/** How the App and its repository are set up in the browser. A test changes it at any time. */
export interface Setup {
  /** Whether anybody may install the App. */
  public: boolean;
  installations: number;
  everyRepository: boolean;
  /** How many repositories the installation covers. */
  repositories: number;
  suspended: boolean;
  /** Permissions beyond those that routes here ask for. */
  morePermissions: Readonly<Record<string, string>>;
  events: readonly string[];
  autoMerge: boolean;
  archived: boolean;
  private: boolean;
  /** Without a `url`, GitHub tells where the stand-in really sends webhooks. */
  hook: { url?: string; contentType: 'json' | 'form'; insecureSsl: '0' | '1'; secret: boolean };
  rulesets: readonly DeclaredRuleset[];
  /** The older branch protection, by branch. */
  readonly protection: Map<string, Schema<'branch-protection'>>;
  codeOwnerErrors: number;
}

const EVENTS = [
  'check_run',
  'check_suite',
  'issue_comment',
  'membership',
  'organization',
  'pull_request',
  'pull_request_review',
  'push',
  'team',
];

export const firstSetup = (): Setup => ({
  public: false,
  installations: 1,
  everyRepository: false,
  repositories: 1,
  suspended: false,
  morePermissions: {},
  events: EVENTS,
  autoMerge: false,
  archived: false,
  private: true,
  hook: { contentType: 'json', insecureSsl: '0', secret: true },
  rulesets: [],
  protection: new Map(),
  codeOwnerErrors: 0,
});
