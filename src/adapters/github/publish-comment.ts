import { at, type OnGitHub, type Rest } from './client.js';
import { outgoing } from './outgoing.js';
import { pagesOf } from './pages.js';

type CommentOnGitHub = Rest['issues']['getComment']['response']['data'];

/** Invisible, and by itself proof of nothing: everybody can write it. */
const MARKER = '<!-- hallpass -->';
/** At the beginning of a notice, so that none can ever begin like the sticky comment and be taken for it. */
const noticeMarker = (key: string): string =>
  `<!-- hallpass notice ${key.replace(/[^a-z0-9._/-]+/gi, ' ')} -->`;
const LONGEST_BODY = 65_536;

/** One comment a pull request, edited in place, so that nobody is notified again and again (T134, D38). */
export async function publishComment(on: OnGitHub, number: number, markdown: string): Promise<void> {
  const body = `${MARKER}\n${outgoing(markdown, LONGEST_BODY - MARKER.length - 1)}`;
  const sticky = await findOurs(on, number, MARKER);
  if (sticky === undefined) return post(on, number, body);
  if (plain(sticky.body) === plain(body)) return;
  const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
  await on.client.request(route, { ...at(on), comment_id: sticky.id, body });
}

/** Says something once: a notice with the same key is not written again, so a pass that is repeated repeats no notice. */
export async function notify(
  on: OnGitHub,
  number: number,
  { key, markdown }: { readonly key: string; readonly markdown: string },
): Promise<void> {
  const marker = noticeMarker(key);
  if ((await findOurs(on, number, marker)) !== undefined) return;
  await post(on, number, `${marker}\n${outgoing(markdown, LONGEST_BODY - marker.length - 1)}`);
}

async function post(on: OnGitHub, number: number, body: string): Promise<void> {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  await on.client.request(route, { ...at(on), issue_number: number, body });
}

/** The sticky comment is among the first nearly always, so the pages are read only until one is found. */
async function findOurs(on: OnGitHub, number: number, marker: string): Promise<CommentOnGitHub | undefined> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  for await (const page of pagesOf<CommentOnGitHub>(on.client, route, { ...at(on), issue_number: number })) {
    const found = page.find((comment) => isOurs(on, comment) && comment.body?.startsWith(marker));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The marker alone would let anybody put words into our mouth. */
function isOurs(on: OnGitHub, { user }: CommentOnGitHub): boolean {
  return user?.type === 'Bot' && user.login.toLowerCase() === `${on.appSlug}[bot]`.toLowerCase();
}

/** GitHub may store line ends and the rim of a text differently. */
const plain = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim();
