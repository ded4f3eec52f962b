import type { Oid } from '../../core/approval.js';
import { classOfChange } from '../../core/pull-request.js';
import type { Ports } from '../ports.js';

/**
 * The first commit of a branch that changes a control document, even when a later one puts it back. A rebase lands every commit on its
 * own, and each is judged by the policy of the commit before it: so none of them may bring a policy of its own (T058). Merge commits
 * are left out: a rebase leaves them out too, and what they bring from the default branch is none of the branch's doing.
 */
export async function touchesControl(
  { repository }: Pick<Ports, 'repository'>,
  base: Oid,
  head: Oid,
): Promise<Oid | undefined> {
  for (const { commit, parents } of await repository.commits(base, head)) {
    const [parent, second] = parents;
    if (second !== undefined) continue;
    // A history of its own: nobody can say what it changes.
    if (parent === undefined) return commit;
    const changes = await repository.changes(parent, commit);
    if (changes.some((change) => classOfChange(change) === 'control')) return commit;
  }
  return undefined;
}
