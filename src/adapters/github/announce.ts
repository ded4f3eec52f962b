import { at, type OnGitHub, type Rest } from './client.js';
import { outgoing } from './outgoing.js';
import { pagesOf } from './pages.js';

type IssueOnGitHub = Rest['issues']['listForRepo']['response']['data'][number];

const LABEL = 'hallpass';
const LONGEST_BODY = 65_536;

/** Opens an issue for something no pull request stands for; once for each key, whatever became of the issue since. */
export async function announce(
  on: OnGitHub,
  { key, title, markdown }: { readonly key: string; readonly title: string; readonly markdown: string },
): Promise<void> {
  const marker = `<!-- hallpass announcement ${key.replace(/[^a-z0-9._/-]+/gi, ' ')} -->`;
  const route = 'GET /repos/{owner}/{repo}/issues';
  const asked = { ...at(on), state: 'all', labels: LABEL, creator: `${on.appSlug}[bot]` };
  for await (const page of pagesOf<IssueOnGitHub>(on.client, route, asked)) {
    if (page.some((issue) => issue.body?.startsWith(marker))) return;
  }
  const body = `${marker}\n${outgoing(markdown, LONGEST_BODY - marker.length - 1)}`;
  await on.client.request('POST /repos/{owner}/{repo}/issues', { ...at(on), title, body, labels: [LABEL] });
}
