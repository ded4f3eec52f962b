import type { Oid } from '../../core/approval.js';
import { Blocked } from '../../ports/fault.js';
import { at, type OnGitHub } from './client.js';
import { statusOf } from './faults.js';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** Reads once which ways of merging the repository allows, the plainest first, and that it is the pinned one. */
export function mergeMethods(on: OnGitHub): () => Promise<readonly MergeMethod[]> {
  let known: Promise<readonly MergeMethod[]> | undefined;
  return () => {
    known ??= readMethods(on).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function readMethods(on: OnGitHub): Promise<readonly MergeMethod[]> {
  const { data } = await on.client.request('GET /repos/{owner}/{repo}', at(on));
  if (Number(data.id) !== on.repositoryId) {
    throw new Blocked(
      'repository_mismatch',
      `${on.owner}/${on.repo} is repository ${data.id}, not the pinned ${on.repositoryId}.`,
      'Put owner, name and id of the access repository into the settings.',
    );
  }
  // What GitHub does not tell the app it can still try.
  const allowed: readonly (readonly [MergeMethod, boolean | undefined])[] = [
    ['merge', data.allow_merge_commit],
    ['squash', data.allow_squash_merge],
    ['rebase', data.allow_rebase_merge],
  ];
  return allowed.filter(([, is]) => is !== false).map(([method]) => method);
}

/**
 * `sha` guards the head (T071), nothing else: what landed is decided again. 409: the head has moved. 405: not this way, or not
 * now, which GitHub does not tell apart, so the next way is tried.
 */
export async function mergePullRequest(
  on: OnGitHub,
  number: number,
  { head, methods }: { readonly head: Oid; readonly methods: readonly MergeMethod[] },
): Promise<boolean> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';
  for (const method of methods) {
    try {
      const asked = { ...at(on), pull_number: number, sha: head, merge_method: method };
      return (await on.client.request(route, asked)).data.merged;
    } catch (error) {
      const status = statusOf(error);
      if (status === 409) return false;
      if (status !== 405) throw error;
    }
  }
  return false;
}
