import type { PullRequestDraft } from '../../ports/review-host.js';
import { at, type OnGitHub } from './client.js';
import { statusOf, unlessMissing } from './faults.js';
import { outgoing } from './outgoing.js';

const LONGEST_BODY = 65_536;
const CONTENTS = '/repos/{owner}/{repo}/contents/{path}';

/**
 * Each step finds out what is there first, so that one that was interrupted anywhere is taken up again: branch, file, pull request. The
 * file of a branch that is there is not touched: somebody may have filled it in.
 */
export async function keepPullRequest(
  on: OnGitHub,
  draft: PullRequestDraft,
): Promise<{ readonly number: number; readonly isNew: boolean } | undefined> {
  const { branch, base } = draft;
  const asked = { ...at(on), state: 'open', head: `${on.owner}:${branch}`, base, per_page: 1 } as const;
  const { data: open } = await on.client.request('GET /repos/{owner}/{repo}/pulls', asked);
  if (open[0] !== undefined) return { number: open[0].number, isNew: false };
  const isNew = await makeBranch(on, draft);
  await writeFile(on, draft, isNew);
  const number = await openPullRequest(on, draft);
  return number === undefined ? undefined : { number, isNew: true };
}

/** @returns whether it was not there. */
async function makeBranch(on: OnGitHub, { branch, base }: PullRequestDraft): Promise<boolean> {
  const refOf = (name: string) =>
    on.client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at(on), ref: `heads/${name}` });
  if ((await unlessMissing(refOf(branch))) !== undefined) return false;
  const { sha } = (await refOf(base)).data.object;
  const ref = `refs/heads/${branch}`;
  await on.client.request('POST /repos/{owner}/{repo}/git/refs', { ...at(on), ref, sha });
  return true;
}

/** On a new branch the file may be there from the default branch; then it is put back to what was asked. */
async function writeFile(
  on: OnGitHub,
  { branch, path, content, title }: PullRequestDraft,
  isNew: boolean,
): Promise<void> {
  const place = { ...at(on), path };
  const there = await unlessMissing(on.client.request(`GET ${CONTENTS}`, { ...place, ref: branch }));
  if (there !== undefined && !isNew) return;
  const data = there?.data;
  const sha = data !== undefined && !Array.isArray(data) ? { sha: data.sha } : {};
  const bytes = Buffer.from(content).toString('base64');
  const isSame = data !== undefined && 'content' in data && data.content.replaceAll('\n', '') === bytes;
  if (isSame) return;
  await on.client.request(`PUT ${CONTENTS}`, { ...place, branch, message: title, content: bytes, ...sha });
}

/** 422: one is open since just now, or the branch brings nothing the default branch has not. */
async function openPullRequest(
  on: OnGitHub,
  { branch, base, title, markdown }: PullRequestDraft,
): Promise<number | undefined> {
  const draft = { ...at(on), head: branch, base, title, body: outgoing(markdown, LONGEST_BODY) };
  try {
    return (await on.client.request('POST /repos/{owner}/{repo}/pulls', draft)).data.number;
  } catch (error) {
    if (statusOf(error) === 422) return undefined;
    throw error;
  }
}
