import type { KeptIssue } from '../../ports/review-host.js';
import { at, type OnGitHub, type Rest } from './client.js';
import { statusOf } from './faults.js';
import { outgoing } from './outgoing.js';
import { pagesOf } from './pages.js';

type IssueOnGitHub = Rest['issues']['listForRepo']['response']['data'][number];

const LABEL = 'hallpass';
const LONGEST_BODY = 65_536;
const MOST_ASSIGNEES = 10;
const MARKER = /^<!-- hallpass keeps (\S+) -->/;
const SETTLED = 'There is nothing left to say here; Hallpass has closed this.';
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

/**
 * Opens, edits in place and closes issues, so that of those in the scopes exactly these are open. What somebody closed by hand stays
 * closed until there is something else to say.
 */
export async function keepIssues(
  on: OnGitHub,
  scopes: readonly string[],
  issues: readonly KeptIssue[],
): Promise<void> {
  const kept = await keptBy(on);
  const wanted = new Set<string>();
  for (const issue of issues) {
    const key = keyOf(issue.key);
    wanted.add(key);
    await keep(on, { ...issue, key }, kept.get(key));
  }
  for (const [key, { number, state }] of kept) {
    if (wanted.has(key) || state !== 'open' || !scopes.some((scope) => key.startsWith(keyOf(scope))))
      continue;
    const body = bodyOf(key, SETTLED);
    await on.client.request(`PATCH ${ISSUE}`, { ...at(on), issue_number: number, state: 'closed', body });
  }
}

async function keep(
  on: OnGitHub,
  { key, title, markdown, assignees }: KeptIssue,
  there: IssueOnGitHub | undefined,
): Promise<void> {
  const body = bodyOf(key, markdown);
  if (there !== undefined) {
    if (plain(there.body) === plain(body) && there.title === title) return;
    const change = { title, body, state: 'open' } as const;
    await on.client.request(`PATCH ${ISSUE}`, { ...at(on), issue_number: there.number, ...change });
    return;
  }
  const route = 'POST /repos/{owner}/{repo}/issues';
  const { data } = await on.client.request(route, { ...at(on), title, body, labels: [LABEL] });
  await assign(on, data.number, assignees.slice(0, MOST_ASSIGNEES));
}

/** Who cannot be assigned is only not assigned: the issue is there, and names them. */
async function assign(on: OnGitHub, number: number, assignees: readonly string[]): Promise<void> {
  for (const assignee of assignees) {
    try {
      const names = { assignees: [assignee] };
      await on.client.request(`POST ${ISSUE}/assignees`, { ...at(on), issue_number: number, ...names });
    } catch (error) {
      if (statusOf(error) !== 422) throw error;
    }
  }
}

/** By key, the latest: whoever can write can quote the marker, but not as us. */
async function keptBy(on: OnGitHub): Promise<ReadonlyMap<string, IssueOnGitHub>> {
  const found = new Map<string, IssueOnGitHub>();
  const route = 'GET /repos/{owner}/{repo}/issues';
  const asked = { ...at(on), state: 'all', labels: LABEL, creator: `${on.appSlug}[bot]` };
  for await (const page of pagesOf<IssueOnGitHub>(on.client, route, asked)) {
    for (const issue of page) {
      const key = MARKER.exec(issue.body ?? '')?.[1];
      if (key !== undefined && !found.has(key)) found.set(key, issue);
    }
  }
  return found;
}

function bodyOf(key: string, markdown: string): string {
  const marker = `<!-- hallpass keeps ${key} -->\n`;
  return `${marker}${outgoing(markdown, LONGEST_BODY - marker.length)}`;
}

/** Without what could end the comment it stands in. */
const keyOf = (key: string): string => key.replace(/[^a-z0-9._/,-]+/gi, '-');

/** GitHub may store line ends and the rim of a text differently. */
const plain = (text: string | null | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim();
