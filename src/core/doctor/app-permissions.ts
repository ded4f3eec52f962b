import type { Level, Setup } from './facts.js';

/** What the app needs whatever its targets are; docs/operating.md says for what. */
const ALWAYS: Readonly<Record<string, Level>> = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'read',
};

/** What a kind of target needs of the app besides. */
const OF_KIND: Readonly<Record<string, Readonly<Record<string, Level>>>> = {
  'github-team': { members: 'write' },
};

/** The webhooks Hallpass reacts to; a lost or missing one costs time and nothing else. */
export const WANTED_EVENTS = [
  'pull_request',
  'pull_request_review',
  'issue_comment',
  'push',
  'check_run',
  'membership',
  'team',
  'organization',
] as const;

export function neededPermissions({ targets }: Pick<Setup, 'targets'>): ReadonlyMap<string, Level> {
  const kinds = [...new Set(targets.values())].flatMap((kind) => Object.entries(OF_KIND[kind] ?? {}));
  return new Map([...Object.entries(ALWAYS), ...kinds]);
}
