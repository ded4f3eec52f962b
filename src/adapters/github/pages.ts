import { Blocked, Retry } from '../../ports/fault.js';
import type { GitHubClient } from './client.js';

const PAGE_SIZE = 100;
/** 20,000 things are more than anything here can have; whoever makes more gets nothing decided (T038, T134). */
const MOST_PAGES = 200;
const NEXT = /<([^<>]+)>;\s*rel="next"/;

interface ListAnswer {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined };
}

/**
 * The pages of a list, to the last. Our own loop, since Octokit's takes a 409 or an answer without a body for an empty page:
 * a failed observation is not an empty one.
 *
 * @param route such as `GET /repos/{owner}/{repo}/pulls`
 * @param within the field that holds the list, where GitHub wraps it
 */
export async function* pagesOf<Item>(
  client: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, string | number>>,
  within?: string,
): AsyncGenerator<readonly Item[], void, undefined> {
  let answer: ListAnswer = await client.request(route, { ...parameters, per_page: PAGE_SIZE });
  for (let page = 1; ; page += 1) {
    yield itemsOf<Item>(answer.data, route, within);
    const next = NEXT.exec(answer.headers.link ?? '')?.[1];
    if (next === undefined) return;
    if (page === MOST_PAGES) {
      throw new Blocked(
        'github_list_too_long',
        `GitHub has more than ${MOST_PAGES * PAGE_SIZE} results for ${route}.`,
        'Close the pull request and open a new one.',
      );
    }
    answer = await client.request({ method: 'GET', url: next });
  }
}

export async function readAll<Item>(...from: Parameters<typeof pagesOf<Item>>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const page of pagesOf<Item>(...from)) all.push(...page);
  return all;
}

function itemsOf<Item>(data: unknown, route: string, within: string | undefined): readonly Item[] {
  const list = within === undefined ? data : (data as Readonly<Record<string, unknown>> | null)?.[within];
  if (!Array.isArray(list))
    throw new Retry('github_answer', `GitHub answered ${route} with something that is no list.`);
  return list as Item[];
}
