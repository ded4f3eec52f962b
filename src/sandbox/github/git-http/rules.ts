import { DEFAULT_BRANCH, type Hub } from '../hub.js';
import { closedTo, mayForceMain, missingCheck } from '../repository/rules.js';
import { type Account, NO_COMMIT } from '../state.js';
import type { PushCommand, PushRequest } from './commands.js';

const PROTECTED = 'protected branch hook declined';

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
    const why = await against(hub, actor, push, command);
    if (why === undefined) continue;
    reasons.set(
      command.ref,
      why.startsWith('Cannot') ? 'push declined due to repository rule violations' : PROTECTED,
    );
    sentences.push(`error: GH006: Protected branch update failed for ${command.ref}.`, `error: ${why}`);
  }
  return reasons.size === 0 ? undefined : { reasons, sentences };
}

async function against(
  hub: Hub,
  actor: Account,
  push: PushRequest,
  { ref, before, after }: PushCommand,
): Promise<string | undefined> {
  const branch = ref.replace(/^refs\/heads\//, '');
  const closed = closedTo(hub, actor, branch);
  if (closed !== undefined) return closed;
  if (branch !== DEFAULT_BRANCH || before === NO_COMMIT) return undefined;
  if (after === NO_COMMIT) return 'Cannot delete a protected branch';
  const missing = missingCheck(hub, actor, branch, after);
  if (missing !== undefined) return missing;
  if (mayForceMain(hub, actor)) return undefined;
  await unpack(hub, push);
  return (await hub.git.isAncestor(before, after)) ? undefined : 'Cannot force-push to this branch';
}

/** Whether a push is forced can only be told with its objects at hand. */
async function unpack(hub: Hub, { pack }: PushRequest): Promise<void> {
  if (pack.length === 0) return;
  await hub.git.run(['index-pack', '--stdin', '--fix-thin'], { input: pack, codes: [0, 128] });
}
