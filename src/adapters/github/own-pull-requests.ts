import { parseEntry } from '../../documents/entry.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { OwnPullRequest, OwnPullRequests, Standing } from '../../ports/own-pull-requests.js';
import { CHECK_NAME, type GitHubClient } from './client.js';
import { statusOf, unlessMissing, withFaults } from './faults.js';
import { personOf } from './values.js';

export interface OwnPullRequestsOptions {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  readonly ledgerBranch: string;
}

export function createOwnPullRequests(options: OwnPullRequestsOptions): OwnPullRequests {
  const { client, owner, repo, ledgerBranch } = options;
  const at = { owner, repo };
  const calls: OwnPullRequests = {
    async whoAmI() {
      const { data } = await client.request('GET /user');
      const account = personOf(data);
      if (account !== null) return account;
      throw new Blocked('no_person', 'the token is no person’s', 'Use a token of your own account.');
    },
    async defaultBranch() {
      const { data } = await client.request('GET /repos/{owner}/{repo}', at);
      return data.default_branch;
    },
    async openOf(branch) {
      const query = { ...at, state: 'open', head: `${owner}:${branch}`, per_page: 1 } as const;
      const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', query);
      return data[0] === undefined ? undefined : pullOf(data[0]);
    },
    async open({ branch, base, title, body }) {
      const draft = { ...at, head: branch, base, title, body };
      const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', draft);
      return pullOf(data);
    },
    standing: (number) => standing(options, number),
    async entry(id) {
      const path = `grants/${id}.yaml`;
      const bytes = await contentOf(options, path, ledgerBranch);
      if (bytes === undefined) return undefined;
      const parsed = parseEntry(bytes, path);
      if ('value' in parsed) return parsed.value;
      throw new Blocked(
        'entry_unreadable',
        `${path} of the ledger cannot be read`,
        'See hallpass audit verify.',
      );
    },
  };
  return withFaults(calls);
}

function pullOf({ number, html_url: url }: { number: number; html_url: string }): OwnPullRequest {
  return { number, url };
}

async function standing({ client, owner, repo }: OwnPullRequestsOptions, number: number): Promise<Standing> {
  const pull = { owner, repo, pull_number: number };
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull);
  const state = data.merged_at ? 'merged' : data.state === 'open' ? 'open' : 'closed';
  const check = await checkTitle({ client, owner, repo }, data.head.sha);
  return { state, ...(check === undefined ? {} : { check }) };
}

/** For people to read, so whose check it is does not matter. Some kinds of tokens can see no checks at all. */
async function checkTitle(
  { client, owner, repo }: Pick<OwnPullRequestsOptions, 'client' | 'owner' | 'repo'>,
  ref: string,
): Promise<string | undefined> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      owner,
      repo,
      ref,
      check_name: CHECK_NAME,
    });
    return data.check_runs[0]?.output.title ?? undefined;
  } catch (error) {
    if ([403, 404].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

async function contentOf(
  { client, owner, repo }: OwnPullRequestsOptions,
  path: string,
  ref: string,
): Promise<Uint8Array | undefined> {
  const answer = await unlessMissing(
    client.request('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo, path, ref }),
  );
  if (answer === undefined) return undefined;
  const { data } = answer;
  if (!Array.isArray(data) && data.type === 'file' && data.encoding === 'base64')
    return Buffer.from(data.content, 'base64');
  throw new Retry('github_answer', `GitHub sent no content of ${path}.`);
}
