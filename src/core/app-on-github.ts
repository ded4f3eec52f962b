/** A permission of a GitHub App, by GitHub's own key ("Permissions required for GitHub Apps"). */
export type AppLevel = 'read' | 'write';

/** What the app needs whatever its targets are; docs/operating.md says for what. */
const ALWAYS: Readonly<Record<string, AppLevel>> = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'read',
};

/** What a kind of target needs of the app besides. */
const OF_KIND: Readonly<Record<string, Readonly<Record<string, AppLevel>>>> = {
  'github-team': { members: 'write' },
};

/** The webhooks Hallpass reacts to; a lost one costs time and nothing else. */
export const APP_EVENTS = [
  'pull_request',
  'pull_request_review',
  'issue_comment',
  'push',
  'check_run',
  'membership',
  'team',
  'organization',
] as const;

/** @param kinds of the targets there are. */
export function appPermissions(kinds: readonly string[]): Readonly<Record<string, AppLevel>> {
  return Object.fromEntries([ALWAYS, ...kinds.map((kind) => OF_KIND[kind] ?? {})].flatMap(Object.entries));
}
