import { nodeId, ownerAccount, userOrGhost } from '../accounts/shape.js';
import { DEFAULT_BRANCH, type Hub } from '../hub.js';
import type { Schema } from '../schemas.js';

/** The part of GitHub's repository that anybody here reads; it has some ninety fields. */
export type RepositoryShape = Pick<
  Schema<'full-repository'>,
  | 'id'
  | 'node_id'
  | 'name'
  | 'full_name'
  | 'owner'
  | 'private'
  | 'visibility'
  | 'html_url'
  | 'description'
  | 'fork'
  | 'url'
  | 'default_branch'
  | 'clone_url'
  | 'archived'
  | 'disabled'
  | 'allow_forking'
  | 'allow_merge_commit'
  | 'allow_squash_merge'
  | 'allow_rebase_merge'
  | 'allow_auto_merge'
  | 'delete_branch_on_merge'
  | 'created_at'
  | 'updated_at'
  | 'pushed_at'
>;

/** A fork's id: distinct from the repository's and stable for one owner. */
export const forkId = (hub: Hub, ownerId: number): number => hub.state.repositoryId * 1_000_000 + ownerId;

/** The repository, or somebody's fork of it. */
export function repositoryShape(hub: Hub, forkOwner: number | null = null): RepositoryShape {
  const id = forkOwner === null ? hub.state.repositoryId : forkId(hub, forkOwner);
  const owner = forkOwner === null ? ownerAccount(hub) : userOrGhost(hub, forkOwner);
  const fullName = `${owner.login}/${hub.options.repo}`;
  return {
    id,
    node_id: nodeId('Repository', id),
    name: hub.options.repo,
    full_name: fullName,
    owner,
    private: hub.setup.private,
    visibility: hub.setup.private ? 'private' : 'public',
    html_url: `${hub.url}/${fullName}`,
    description: null,
    fork: forkOwner !== null,
    url: `${hub.url}/repos/${fullName}`,
    default_branch: DEFAULT_BRANCH,
    clone_url: `${hub.url}/${fullName}.git`,
    archived: hub.setup.archived,
    disabled: false,
    allow_forking: hub.options.allowForks ?? false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: hub.setup.autoMerge,
    delete_branch_on_merge: false,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    pushed_at: hub.state.activities.at(-1)?.at ?? hub.state.createdAt,
  };
}
