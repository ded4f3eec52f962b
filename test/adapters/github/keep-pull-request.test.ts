import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullRequestDraft } from '../../../src/ports/review-host.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const DRAFT: PullRequestDraft = {
  branch: 'hallpass/access-reviews/2026/11/list',
  base: 'main',
  path: 'access-reviews/2026/11/list.yaml',
  content: 'version: 1\n# ünïcode\n',
  title: 'Access review: 2026/11/list',
  markdown: 'Look, @bob.',
};

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${world.github.url}/repos/acme/access/${path}`, {
    headers: { authorization: `token ${world.github.token('alice')}` },
  });
  return (await answer.json()) as T;
}
interface Pull {
  readonly number: number;
  readonly body: string;
  readonly head: { readonly ref: string };
}
const open = () => get<Pull[]>('pulls?state=open');
const contentAt = async (ref: string) => {
  const { content } = await get<{ content: string }>(`contents/${DRAFT.path}?ref=${encodeURIComponent(ref)}`);
  return Buffer.from(content, 'base64').toString();
};

describe('a pull request of its own', () => {
  it('is opened once, with the file and without mentions', async () => {
    const first = await world.host.keepPullRequest(DRAFT);
    const again = await world.host.keepPullRequest(DRAFT);
    expect(first?.isNew).toBe(true);
    expect(again).toEqual({ number: first?.number, isNew: false });
    const [pull, ...others] = await open();
    expect(others).toEqual([]);
    expect(pull?.body).not.toContain('@bob');
    expect(await contentAt(DRAFT.branch)).toBe(DRAFT.content);
  });

  it('is not written to while it is open, and keeps what people filled in when it is opened again', async () => {
    const first = await world.host.keepPullRequest(DRAFT);
    await world.github.as('alice').push(DRAFT.branch, { [DRAFT.path]: 'version: 1\nfilled: in\n' });
    await world.host.keepPullRequest(DRAFT);
    expect(await contentAt(DRAFT.branch)).toBe('version: 1\nfilled: in\n');
    await world.github.as('alice').close(first?.number ?? 0);
    const second = await world.host.keepPullRequest(DRAFT);
    expect(second?.isNew).toBe(true);
    expect(second?.number).not.toBe(first?.number);
    expect(await contentAt(DRAFT.branch)).toBe('version: 1\nfilled: in\n');
  });

  it.each([
    ['GET', 'refused'],
    ['POST /repos/{owner}/{repo}/git/refs', 'refused'],
    ['POST /repos/{owner}/{repo}/git/refs', 'lost'],
    ['PUT /repos/{owner}/{repo}/contents/{path}', 'refused'],
    ['PUT /repos/{owner}/{repo}/contents/{path}', 'lost'],
    ['POST /repos/{owner}/{repo}/pulls', 'refused'],
    ['POST /repos/{owner}/{repo}/pulls', 'lost'],
  ])('is there whatever step was interrupted: %s %s', async (call, how) => {
    const { api } = world.github;
    if (how === 'lost') api.loseAnswer(call);
    else api.fail(call, 403);
    await expect(world.host.keepPullRequest(DRAFT)).rejects.toThrow();
    api.clear();
    await world.host.keepPullRequest(DRAFT);
    expect(await open()).toHaveLength(1);
    expect(await contentAt(DRAFT.branch)).toBe(DRAFT.content);
  });

  it('is none when the default branch has it already, and puts back what landed otherwise', async () => {
    await world.github.as('root').push('main', { [DRAFT.path]: DRAFT.content });
    expect(await world.host.keepPullRequest(DRAFT)).toBeUndefined();
    await world.github.as('root').push('main', { [DRAFT.path]: 'version: 1\nkept: all\n' });
    await world.github.as('root').deleteBranch(DRAFT.branch);
    expect(await world.host.keepPullRequest(DRAFT)).toMatchObject({ isNew: true });
    expect(await contentAt(DRAFT.branch)).toBe(DRAFT.content);
  });
});
