import { DEFAULT_BRANCH, type Hub, isAppBot } from '../hub.js';
import { Refusal } from '../refusal.js';
import type { Account, Sha } from '../state.js';
import { namesBranch } from './rulesets.js';

const bypasses = (hub: Hub, actor: Account): boolean => hub.rules.bypass.has(actor.login.toLowerCase());

/** The required check, success on that very commit by that very App. `undefined`: nothing is missing. */
export function missingCheck(hub: Hub, actor: Account, branch: string, sha: Sha): string | undefined {
  const required = hub.options.requiredCheck;
  if (required === undefined || branch !== DEFAULT_BRANCH || bypasses(hub, actor)) return undefined;
  const runs = hub.state.checkRuns.filter(
    (run) => run.headSha === sha && run.name === required.name && run.appId === required.appId,
  );
  return runs.at(-1)?.conclusion === 'success'
    ? undefined
    : `Required status check "${required.name}" is expected.`;
}

export function refuseMissingCheck(hub: Hub, actor: Account, branch: string, sha: Sha): void {
  const missing = missingCheck(hub, actor, branch, sha);
  if (missing !== undefined) throw new Refusal(405, missing);
}

export const isAppOnly = (hub: Hub, branch: string): boolean =>
  hub.rules.appOnlyBranches.some((pattern) => namesBranch(pattern, branch));

/** Why an actor may not write a branch at all; `undefined` when it may. */
export function closedTo(hub: Hub, actor: Account, branch: string): string | undefined {
  if (!isAppOnly(hub, branch) || isAppBot(hub, actor)) return undefined;
  return 'Cannot update this protected ref.';
}

export const mayForceMain = (hub: Hub, actor: Account): boolean =>
  hub.rules.forcePushToMain || bypasses(hub, actor);
