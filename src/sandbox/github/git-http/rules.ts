import { DEFAULT_BRANCH, type Hub } from '../hub.js';
import { closedTo, isAppOnly, mayForceMain, missingCheck } from '../repository/rules.js';
import { type Account, NO_COMMIT } from '../state.js';
import type { PushCommand, PushRequest } from './commands.js';

export interface PushRefusal {
  /** Ref to the short reason git prints behind it. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly sentences: readonly string[];
}

/** What branch rules say to a push. `undefined`: nothing against it. */
export async function refusalOfPush(
  hub: Hub,
  actor: Account,
  push: PushRequest,
): Promise<PushRefusal | undefined> {
  const reasons = new Map<string, string>();
  const sentences: string[] = [];
  for (const command of push.commands) {
    const found = await against(hub, actor, push, command);
    if (found === undefined) continue;
    reasons.set(command.ref, found.reason);
    sentences.push(`error: ${found.code}: ${found.what} failed for ${command.ref}.`, `error: ${found.why}`);
  }
  return reasons.size === 0 ? undefined : { reasons, sentences };
}

/** In GitHub's words: a ruleset violated, or a protected branch. */
const VIOLATED = {
  reason: 'push declined due to repository rule violations',
  code: 'GH013',
  what: 'Repository rules',
};
const PROTECTED = {
  reason: 'protected branch hook declined',
  code: 'GH006',
  what: 'Protected branch update',
};

async function against(
  hub: Hub,
  actor: Account,
  push: PushRequest,
  command: PushCommand,
): Promise<(typeof PROTECTED & { readonly why: string }) | undefined> {
  const branch = command.ref.replace(/^refs\/heads\//, '');
  const closed = closedTo(hub, actor, branch);
  if (closed !== undefined) return { ...VIOLATED, why: closed };
  if (isAppOnly(hub, branch) && (await dropsCommits(hub, push, command)))
    return { ...VIOLATED, why: 'Cannot force-push to this branch' };
  const why = branch === DEFAULT_BRANCH ? await againstMain(hub, actor, push, command) : undefined;
  return why === undefined ? undefined : { ...PROTECTED, why };
}

async function againstMain(
  hub: Hub,
  actor: Account,
  push: PushRequest,
  { before, after }: PushCommand,
): Promise<string | undefined> {
  if (after === NO_COMMIT) return 'Cannot delete this branch';
  const missing = missingCheck(hub, actor, DEFAULT_BRANCH, after);
  if (missing !== undefined || before === NO_COMMIT) return missing;
  if (mayForceMain(hub, actor)) return undefined;
  await unpack(hub, push);
  return (await hub.git.isAncestor(before, after)) ? undefined : 'Cannot force-push to this branch';
}

/** Nobody may, the App included: that rule has nobody who bypasses it. Removing the branch is another rule's matter. */
async function dropsCommits(hub: Hub, push: PushRequest, { before, after }: PushCommand): Promise<boolean> {
  if (hub.rules.forcePushToLedger || before === NO_COMMIT || after === NO_COMMIT) return false;
  await unpack(hub, push);
  return !(await hub.git.isAncestor(before, after));
}

/** Whether a push is forced can only be told with its objects at hand. */
async function unpack(hub: Hub, { pack }: PushRequest): Promise<void> {
  if (pack.length === 0) return;
  await hub.git.run(['index-pack', '--stdin', '--fix-thin'], { input: pack, codes: [0, 128] });
}
