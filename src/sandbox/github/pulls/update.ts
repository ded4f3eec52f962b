import { atLeast } from '../auth/principal.js';
import { branchHead, type Hub, isAppBot, stampNow } from '../hub.js';
import { record } from '../issues/events.js';
import { forbidden, invalid, invalidBecause } from '../refusal.js';
import type { Account, PullRequest } from '../state.js';
import { changeBase, closePull, tell } from './changed.js';
import { headRefOf, openPulls } from './find.js';

export interface PullChanges {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly base?: string | undefined;
  readonly state?: string | undefined;
}

/** The opener may edit; everybody else needs write access. */
function refuseEdit(hub: Hub, pull: PullRequest, actor: Account): void {
  const allowed = actor.id === pull.openedBy || isAppBot(hub, actor) || atLeast(actor.permission, 'write');
  if (!allowed) throw forbidden('You do not have permission to edit this pull request.');
}

/** What people edit on a pull request, in the order GitHub applies it. */
export async function updatePull(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  changes: PullChanges,
): Promise<void> {
  refuseEdit(hub, pull, actor);
  await editText(hub, pull, actor, changes);
  if (changes.base !== undefined && changes.base !== pull.baseRef) {
    await retarget(hub, pull, actor, changes.base);
  }
  if (changes.state === 'closed' && pull.state === 'open') await closePull(hub, pull, actor);
  if (changes.state === 'open' && pull.state === 'closed') await reopen(hub, pull, actor);
}

async function editText(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  { title, body }: PullChanges,
): Promise<void> {
  const before = { title: pull.title, body: pull.body };
  const renamed = title !== undefined && title !== before.title;
  const rewritten = body !== undefined && body !== before.body;
  if (!renamed && !rewritten) return;
  pull.title = title ?? pull.title;
  pull.body = body ?? pull.body;
  pull.updatedAt = stampNow(hub);
  if (renamed) {
    record(hub, pull, 'renamed', actor, { detail: { rename: { from: before.title, to: pull.title } } });
  }
  const changed = {
    ...(renamed ? { title: { from: before.title } } : {}),
    ...(rewritten ? { body: { from: before.body ?? '' } } : {}),
  };
  await tell(hub, pull, 'edited', actor, { changes: changed });
}

async function retarget(hub: Hub, pull: PullRequest, actor: Account, base: string): Promise<void> {
  if (pull.state === 'closed') {
    throw invalidBecause('PullRequest', 'Cannot change the base branch of a closed pull request.');
  }
  const sha = branchHead(hub, base);
  if (sha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const twin = openPulls(hub).some(
    (each) => each !== pull && headRefOf(each) === headRefOf(pull) && each.baseRef === base,
  );
  if (twin) {
    throw invalidBecause(
      'PullRequest',
      `A pull request already exists for base branch '${base}' and head branch '${pull.headRef}'`,
    );
  }
  if (await hub.git.isAncestor(pull.headSha, sha)) {
    throw invalidBecause(
      'PullRequest',
      `There are no new commits between base branch '${base}' and head branch '${pull.headRef}'`,
    );
  }
  await changeBase(hub, pull, actor, { ref: base, sha, automatic: false });
}

/** A merged pull request stays closed, and so does one whose branch is gone or was rewritten. */
async function reopen(hub: Hub, pull: PullRequest, actor: Account): Promise<void> {
  const cannot = (why: string) => invalidBecause('PullRequest', `state cannot be changed. ${why}`);
  if (pull.merged !== null) throw cannot('The pull request cannot be reopened.');
  const head = hub.git.refs.get(headRefOf(pull));
  const base = branchHead(hub, pull.baseRef);
  if (head === undefined || base === undefined) {
    throw cannot(`The ${head === undefined ? pull.headRef : pull.baseRef} branch has been deleted.`);
  }
  if (!(await hub.git.isAncestor(pull.headSha, head))) {
    throw cannot(`The ${pull.headRef} branch was force-pushed or recreated.`);
  }
  if (await hub.git.isAncestor(head, base)) {
    throw cannot(`There are no new commits on the ${pull.headRef} branch.`);
  }
  const twin = openPulls(hub).some(
    (each) => headRefOf(each) === headRefOf(pull) && each.baseRef === pull.baseRef,
  );
  if (twin) throw cannot('A pull request already exists for this branch.');
  pull.state = 'open';
  pull.closedAt = null;
  pull.closedBy = null;
  pull.headSha = head;
  pull.baseSha = base;
  record(hub, pull, 'reopened', actor);
  await tell(hub, pull, 'reopened', actor);
}

/** REST cannot change this (GraphQL can); people do it in the browser. */
export async function setDraft(hub: Hub, pull: PullRequest, actor: Account, draft: boolean): Promise<void> {
  refuseEdit(hub, pull, actor);
  if (pull.draft === draft) return;
  pull.draft = draft;
  record(hub, pull, draft ? 'convert_to_draft' : 'ready_for_review', actor);
  await tell(hub, pull, draft ? 'converted_to_draft' : 'ready_for_review', actor);
}
