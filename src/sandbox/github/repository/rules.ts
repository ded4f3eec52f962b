import { DEFAULT_BRANCH, type Hub, isAppBot } from '../hub.js';
import { Refusal } from '../refusal.js';
import type { Schema } from '../schemas.js';
import type { Account, Sha } from '../state.js';

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

/** Why an actor may not write a branch at all; `undefined` when it may. */
export function closedTo(hub: Hub, actor: Account, branch: string): string | undefined {
  if (!hub.rules.appOnlyBranches.includes(branch) || isAppBot(hub, actor)) return undefined;
  return 'Cannot update this protected ref.';
}

export const mayForceMain = (hub: Hub, actor: Account): boolean =>
  hub.rules.forcePushToMain || bypasses(hub, actor);

/** The rules of a branch as GitHub tells them; nobody can see from here whom they do not hold. */
export function ruleShapes(hub: Hub, branch: string): Schema<'repository-rule-detailed'>[] {
  const source = {
    ruleset_source_type: 'Repository' as const,
    ruleset_source: `${hub.options.owner}/${hub.options.repo}`,
    ruleset_id: 1,
  };
  if (hub.rules.appOnlyBranches.includes(branch)) {
    return [
      { type: 'creation', ...source },
      { type: 'update', ...source },
      { type: 'deletion', ...source },
      { type: 'non_fast_forward', ...source },
    ];
  }
  if (branch !== DEFAULT_BRANCH) return [];
  const required = hub.options.requiredCheck;
  return [
    { type: 'deletion', ...source },
    ...(hub.rules.forcePushToMain ? [] : [{ type: 'non_fast_forward' as const, ...source }]),
    ...(required === undefined
      ? []
      : [
          {
            type: 'required_status_checks' as const,
            parameters: {
              strict_required_status_checks_policy: false,
              required_status_checks: [{ context: required.name, integration_id: required.appId }],
            },
            ...source,
          },
        ]),
  ];
}
