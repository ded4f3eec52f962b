import { covers } from '../auth/principal.js';
import type { Call } from '../http/call.js';
import { DEFAULT_BRANCH, type Hub } from '../hub.js';
import type { Schema } from '../schemas.js';
import type { DeclaredRuleset } from '../setup/setup.js';
import { accountNamed } from '../state.js';

export interface Ruleset extends DeclaredRuleset {
  readonly id: number;
}

/** A name, or the beginning of one with a trailing `*`. */
export const namesBranch = (pattern: string, branch: string): boolean =>
  pattern.endsWith('*') ? branch.startsWith(pattern.slice(0, -1)) : pattern === branch;

/** What the stand-in enforces, as rulesets would say it, and what else was declared. */
export function rulesetsOf(hub: Hub): readonly Ruleset[] {
  const { rules, setup } = hub;
  const ledger = rules.appOnlyBranches;
  const own: readonly (DeclaredRuleset | undefined)[] = [
    mainRuleset(hub),
    ledger.length === 0
      ? undefined
      : {
          name: 'ledger: the app alone',
          branches: ledger,
          rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }],
          bypass: [{ actor_type: 'Integration', actor_id: hub.options.app.id, bypass_mode: 'always' }],
          app: true,
        },
    ledger.length === 0 || rules.forcePushToLedger
      ? undefined
      : { name: 'ledger: no force', branches: ledger, rules: [{ type: 'non_fast_forward' }] },
  ];
  return [...own.filter((each) => each !== undefined), ...setup.rulesets].map((each, index) => ({
    ...each,
    id: index + 1,
  }));
}

function mainRuleset({ rules, options, state }: Hub): DeclaredRuleset {
  const required = options.requiredCheck;
  const checks: Schema<'repository-rule'>[] =
    required === undefined
      ? []
      : [
          {
            type: 'required_status_checks',
            parameters: {
              strict_required_status_checks_policy: false,
              required_status_checks: [{ context: required.name, integration_id: required.appId }],
            },
          },
        ];
  return {
    name: 'main',
    branches: [DEFAULT_BRANCH],
    rules: [
      { type: 'deletion' },
      ...(rules.forcePushToMain ? [] : [{ type: 'non_fast_forward' as const }]),
      ...checks,
    ],
    bypass: [...rules.bypass].map((login) => ({
      actor_type: 'User',
      actor_id: accountNamed(state, login)?.id ?? null,
      bypass_mode: 'always',
    })),
  };
}

/** Who may bypass is told only to those who may change the ruleset. */
export function rulesetShape({ hub, who }: Call, ruleset: Ruleset): Schema<'repository-ruleset'> {
  const { id, name, branches, rules, bypass = [], app = false } = ruleset;
  const mayEdit =
    who.kind === 'user'
      ? who.account.permission === 'admin'
      : who.kind === 'installation' && covers(who.token.permissions.administration, 'write');
  const mayBypass =
    who.kind === 'installation'
      ? app
      : who.kind === 'user' && bypass.some(({ actor_id: actor }) => actor === who.account.id);
  return {
    id,
    name,
    target: 'branch',
    source_type: 'Repository',
    source: `${hub.options.owner}/${hub.options.repo}`,
    enforcement: 'active',
    current_user_can_bypass: mayBypass ? 'always' : 'never',
    conditions: { ref_name: { include: branches.map((branch) => `refs/heads/${branch}`), exclude: [] } },
    rules: [...rules],
    ...(mayEdit ? { bypass_actors: [...bypass] } : {}),
  };
}

/** The rules of a branch as GitHub tells them; nobody can see from here whom they do not hold. */
export function ruleShapes(hub: Hub, branch: string): Schema<'repository-rule-detailed'>[] {
  const source = `${hub.options.owner}/${hub.options.repo}`;
  return rulesetsOf(hub)
    .filter(({ branches }) => branches.some((pattern) => namesBranch(pattern, branch)))
    .flatMap(({ id, rules }) =>
      rules.map(
        (rule) =>
          ({
            ...rule,
            ruleset_source_type: 'Repository',
            ruleset_source: source,
            ruleset_id: id,
          }) as Schema<'repository-rule-detailed'>,
      ),
    );
}
