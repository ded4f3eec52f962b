import { at, type OnGitHub, type Rest } from './client.js';
import { outgoing } from './outgoing.js';
import { digestOf, firstLineOf, type Marks, type OwnMarks, STICKY } from './own-marks.js';
import { pagesOf } from './pages.js';
import { WriteRefused, type Writer } from './writer.js';

type CommentOnGitHub = Rest['issues']['getComment']['response']['data'];

/** At the beginning of a notice, so that none can ever begin like the sticky comment and be taken for it. */
const noticeMarker = (key: string): string =>
  `<!-- hallpass notice ${key.replace(/[^a-z0-9._/-]+/gi, ' ')} -->`;
const LONGEST_BODY = 65_536;

export interface Publishing {
  readonly on: OnGitHub;
  readonly marks: OwnMarks;
  readonly writer: Writer;
}

/** One comment a pull request, edited in place, so that nobody is notified again and again (T134, D38). */
export async function publishComment(to: Publishing, number: number, markdown: string): Promise<void> {
  const body = `${STICKY}\n${outgoing(markdown, LONGEST_BODY - STICKY.length - 1)}`;
  await unlessUnknown(to, number, async () => {
    const known = to.marks.of(number)?.sticky;
    if (known !== undefined && known !== null) {
      if (known.digest === digestOf(body) || (await edit(to, { number, id: known.id, body }))) return;
    }
    // Nobody has looked yet, or it is gone: ours is found by who wrote it, not by what it says.
    const found = known === null ? undefined : await findOurs(to, number, STICKY);
    if (found === undefined) await post(to, number, body);
    else if (digestOf(found.body ?? '') !== digestOf(body))
      await edit(to, { number, id: found.node_id, body });
  });
}

/** Says something once: a notice with the same key is not written again, so a pass that is repeated repeats no notice. */
export async function notify(
  to: Publishing,
  number: number,
  { key, markdown }: { readonly key: string; readonly markdown: string },
): Promise<void> {
  const marker = noticeMarker(key);
  await unlessUnknown(to, number, async () => {
    const known = to.marks.of(number);
    if (known?.notices.has(marker)) return;
    if (!known?.allSeen && (await findOurs(to, number, marker)) !== undefined) return;
    await post(to, number, `${marker}\n${outgoing(markdown, LONGEST_BODY - marker.length - 1)}`);
  });
}

/** Whatever goes wrong may have been done: then what is there has to be looked at again. */
async function unlessUnknown(
  { marks }: Publishing,
  number: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    marks.forget(number);
    throw error;
  }
}

async function post({ on, marks, writer }: Publishing, number: number, body: string): Promise<void> {
  const known = marks.of(number);
  const id =
    known === undefined ? await postByNumber(on, number, body) : await postByNode(writer, known, body);
  if (known === undefined) return;
  const marker = firstLineOf(body);
  if (marker === STICKY) known.sticky = { id, digest: digestOf(body) };
  else if (marker !== undefined) known.notices.add(marker);
}

async function postByNode(writer: Writer, { node }: Marks, body: string): Promise<string> {
  const input = { subjectId: node, body };
  const { commentEdge } = await writer.write<{ commentEdge: { node: { id: string } } }>({
    field: 'addComment',
    input,
  });
  return commentEdge.node.id;
}

async function postByNumber(on: OnGitHub, number: number, body: string): Promise<string> {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const { data } = await on.client.request(route, { ...at(on), issue_number: number, body });
  return data.node_id;
}

/** @returns false when it is not there any more. */
async function edit(
  { marks, writer }: Publishing,
  { number, id, body }: { readonly number: number; readonly id: string; readonly body: string },
): Promise<boolean> {
  try {
    await writer.write({ field: 'updateIssueComment', input: { id, body } });
  } catch (error) {
    if (error instanceof WriteRefused && error.isGone) return false;
    throw error;
  }
  const known = marks.of(number);
  if (known !== undefined) known.sticky = { id, digest: digestOf(body) };
  return true;
}

/** The sticky comment is among the first nearly always, so the pages are read only until one is found. */
async function findOurs(
  { on }: Publishing,
  number: number,
  marker: string,
): Promise<CommentOnGitHub | undefined> {
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
