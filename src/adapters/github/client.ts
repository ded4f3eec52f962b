import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { ProbotOctokit } from 'probot';

/** What is needed of an Octokit, whoever made it. Its `paginate` is not: it turns a 409 into an empty page. */
export type GitHubClient = Pick<ProbotOctokit, 'request' | 'hook'>;

/** GitHub's own types of what it answers. */
export type Rest = RestEndpointMethodTypes;

/** The pinned repository, and as whom we speak to it. */
export interface OnGitHub {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  /** Pinned: a repository of the same name with another id is a stranger (T062). */
  readonly repositoryId: number;
  /** The pinned default branch. */
  readonly branch: string;
  readonly ledgerBranch: string;
  readonly appId: number;
  /** The bot's login is `<slug>[bot]`, a form nobody can register. */
  readonly appSlug: string;
}

/** The name of the one check; an `external_id` tells whether it has to be written again. */
export const CHECK_NAME = 'hallpass';

/** Path parameters of every call about the repository. */
export const at = ({ owner, repo }: OnGitHub): { owner: string; repo: string } => ({ owner, repo });
