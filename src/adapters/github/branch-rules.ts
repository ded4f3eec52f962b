import type { BranchFacts, BranchRule, BypassActor } from '../../core/doctor/facts.js';
import { protectionRules } from './branch-protection.js';
import { at, type GitHubClient, type OnGitHub, type Rest } from './client.js';
import { statusOf, unlessMissing } from './faults.js';
import { readAll } from './pages.js';

type RuleOnGitHub = Rest['repos']['getBranchRules']['response']['data'][number];

interface ActorOnGitHub {
  readonly actor_type: string;
  readonly actor_id?: number | null | undefined;
  readonly bypass_mode?: string | undefined;
}

/** The rules of a branch: those of rulesets, which hold before it exists, and those of the older branch protection. */
export async function readBranch(
  on: OnGitHub,
  administrator: GitHubClient,
  branch: string,
): Promise<BranchFacts> {
  const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}';
  const active = await readAll<RuleOnGitHub>(on.client, route, { ...at(on), branch });
  const rules = await ruleReader(on, administrator)(active);
  const found = on.client.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...at(on), branch });
  const there = (await unlessMissing(found))?.data;
  if (there === undefined) return { exists: false, rules, protectionUnseen: null };
  // `protected` is also true where only rulesets hold; the protection itself tells the two apart.
  const older = there.protected ? await readProtection(on, administrator, branch) : { rules: [] };
  return 'unseen' in older
    ? { exists: true, rules, protectionUnseen: older.unseen }
    : { exists: true, rules: [...rules, ...older.rules], protectionUnseen: null };
}

type Older = { readonly rules: readonly BranchRule[] } | { readonly unseen: string };

async function readProtection(on: OnGitHub, administrator: GitHubClient, branch: string): Promise<Older> {
  try {
    const { data } = await administrator.request('GET /repos/{owner}/{repo}/branches/{branch}/protection', {
      ...at(on),
      branch,
    });
    return { rules: protectionRules(data, on.appId) };
  } catch (error) {
    // 404: rulesets alone protect it. 403: the app has no permission to read administration.
    if (statusOf(error) === 404) return { rules: [] };
    if (statusOf(error) === 403) return { unseen: 'it takes permission to read administration' };
    throw error;
  }
}

/** Who bypasses a rule is said by its ruleset, and in full only to those who may change it. */
function ruleReader(on: OnGitHub, administrator: GitHubClient) {
  const known = new Map<number, Promise<Ruleset>>();
  const rulesetOf = (id: number): Promise<Ruleset> => {
    const reading = known.get(id) ?? readRuleset(on, administrator, id);
    known.set(id, reading);
    return reading;
  };
  return async (rules: readonly RuleOnGitHub[]): Promise<readonly BranchRule[]> => {
    const read = await Promise.all(
      rules.map(async (rule) => {
        const kinds = kindsOf(rule);
        if (kinds.length === 0 || rule.ruleset_id === undefined) return [];
        const from = await rulesetOf(rule.ruleset_id);
        return kinds.map((kind): BranchRule => ({ ...kind, ...from }));
      }),
    );
    return read.flat();
  };
}

type Ruleset = Pick<BranchRule, 'source' | 'bypass' | 'bypassedByThisApp'>;

async function readRuleset(on: OnGitHub, administrator: GitHubClient, id: number): Promise<Ruleset> {
  const asked = { ...at(on), ruleset_id: id };
  const route = 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}';
  const own = (await unlessMissing(on.client.request(route, asked)))?.data;
  const full =
    administrator === on.client ? own : (await unlessMissing(administrator.request(route, asked)))?.data;
  const actors = full?.bypass_actors ?? own?.bypass_actors;
  const bypass = actors?.map((actor) => actorOf(actor, on.appId)) ?? null;
  const self = own?.current_user_can_bypass;
  return {
    source: full?.name ?? own?.name ?? `ruleset ${id}`,
    bypass,
    bypassedByThisApp:
      self === undefined ? (bypass?.some(({ isThisApp }) => isThisApp) ?? null) : self !== 'never',
  };
}

const ACTORS: Readonly<Record<string, string>> = {
  Integration: 'app',
  OrganizationAdmin: 'organization admins',
  RepositoryRole: 'repository role',
  Team: 'team',
  DeployKey: 'deploy keys',
  User: 'user',
};

function actorOf(actor: ActorOnGitHub, appId: number): BypassActor {
  const name = ACTORS[actor.actor_type] ?? actor.actor_type;
  const isOne = actor.actor_type !== 'OrganizationAdmin' && actor.actor_type !== 'DeployKey';
  return {
    who: isOne ? `${name} ${actor.actor_id ?? 'unknown'}` : name,
    isThisApp: actor.actor_type === 'Integration' && actor.actor_id === appId,
    pullRequestsOnly: actor.bypass_mode === 'pull_request',
  };
}

type Kind = BranchRule extends infer Rule
  ? Rule extends BranchRule
    ? Omit<Rule, keyof Ruleset>
    : never
  : never;

const SIMPLE: Readonly<Record<string, Extract<Kind, { kind: string }>['kind']>> = {
  non_fast_forward: 'blocks_force_push',
  deletion: 'blocks_deletion',
  update: 'restricts_updates',
  creation: 'restricts_creation',
  required_signatures: 'requires_signatures',
  merge_queue: 'merge_queue',
};

/** What a rule is in our words; nothing for those that are no matter here. */
function kindsOf(rule: RuleOnGitHub): readonly Kind[] {
  if (rule.type === 'pull_request') {
    const asked = rule.parameters;
    return [
      {
        kind: 'requires_pull_request',
        approvals: asked?.required_approving_review_count ?? 0,
        codeOwners: asked?.require_code_owner_review ?? false,
        dismissesStale: asked?.dismiss_stale_reviews_on_push ?? false,
        lastPushApproval: asked?.require_last_push_approval ?? false,
      },
    ];
  }
  if (rule.type === 'required_status_checks') {
    const checks = rule.parameters?.required_status_checks ?? [];
    return [
      {
        kind: 'requires_checks',
        checks: checks.map(({ context, integration_id: app }) => ({ name: context, app: app ?? null })),
      },
    ];
  }
  const kind = Object.hasOwn(SIMPLE, rule.type) ? SIMPLE[rule.type] : undefined;
  return kind === undefined || kind === 'requires_checks' || kind === 'requires_pull_request'
    ? []
    : [{ kind }];
}
