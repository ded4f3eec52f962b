import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repo, startWorld, type World } from './world.js';

let world: World;
let number: number;
const app = () => world.installation();

beforeAll(async () => {
  world = await startWorld();
  await world.github.as('alice').push('main', {
    'long.txt': Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join(''),
    link: { mode: '120000', content: 'README.md' },
  });
  await world.github.as('alice').push('feature', {
    'added "quoted".txt': 'new\n',
    'README.md': 'changed\n',
    'policy.yaml': null,
    'long.txt': null,
    'moved.txt': Array.from({ length: 50 }, (_, line) => `line ${line === 7 ? 'x' : line}\n`).join(''),
    link: 'no link any more\n',
    'deep/er/file.txt': 'deep\n',
  });
  number = await world.github.as('alice').openPullRequest({ head: 'feature' });
  for (let count = 0; count < 65; count += 1)
    await world.github.as('bob').comment(number, `comment ${count}`);
});
afterAll(() => world.close());

describe('pages', () => {
  const page = (options: object) => app().issues.listComments({ ...repo, issue_number: number, ...options });
  const rels = (link: string | undefined) => [...(link ?? '').matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel);

  test.each([
    ['the first by default', {}, 30, ['next', 'last']],
    ['the middle', { page: 2 }, 30, ['prev', 'next', 'last', 'first']],
    ['the last', { page: 3 }, 5, ['prev', 'first']],
    ['beyond the last', { page: 9 }, 0, ['prev', 'first']],
    ['as many as asked', { per_page: 65 }, 65, []],
  ])('%s', async (_name, options, count, links) => {
    const { data, headers } = await page(options);
    expect([data.length, rels(headers.link)]).toEqual([count, links]);
  });

  test('follow one another without gap or repetition', async () => {
    const all = await app().paginate(app().issues.listComments, {
      ...repo,
      issue_number: number,
      per_page: 7,
    });
    expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 65 }, (_, count) => `comment ${count}`));
  });
});

describe('an unchanged answer', () => {
  test('is 304 to who knows it, and free', async () => {
    const first = await app().pulls.get({ ...repo, pull_number: number });
    const used = Number(first.headers['x-ratelimit-used']);
    const headers = { 'if-none-match': first.headers.etag ?? '' };
    const again = await app()
      .pulls.get({ ...repo, pull_number: number, headers })
      .catch((error) => error);
    expect(again.status).toBe(304);
    const { data } = await app().rateLimit.get();
    expect(data.resources.core).toMatchObject({ limit: 5000, used, remaining: 5000 - used });
  });

  test('is given anew when it changed', async () => {
    const first = await app().pulls.get({ ...repo, pull_number: number });
    await world.github.as('alice').edit(number, { title: 'Another' });
    const headers = { 'if-none-match': first.headers.etag ?? '' };
    expect((await app().pulls.get({ ...repo, pull_number: number, headers })).status).toBe(200);
  });
});

test("answers carry GitHub's clock and a request id", async () => {
  const { headers } = await app().repos.get(repo);
  expect(Date.parse(headers.date ?? '')).toBe(world.now().getTime());
  expect(headers['x-github-request-id']).toBeTruthy();
});

describe('the files of a pull request', () => {
  test('say what happened to each, renames found', async () => {
    const { data } = await app().pulls.listFiles({ ...repo, pull_number: number });
    expect(
      data.map(({ filename, status, previous_filename }) => [filename, status, previous_filename]),
    ).toEqual([
      ['README.md', 'modified', undefined],
      ['added "quoted".txt', 'added', undefined],
      ['deep/er/file.txt', 'added', undefined],
      ['link', 'changed', undefined],
      ['moved.txt', 'renamed', 'long.txt'],
      ['policy.yaml', 'removed', undefined],
    ]);
    const [readme, , , , moved, policy] = data;
    expect(readme).toMatchObject({
      additions: 1,
      deletions: 1,
      changes: 2,
      patch: '@@ -1 +1 @@\n-hello\n+changed',
    });
    expect(moved).toMatchObject({ additions: 1, deletions: 1 });
    const blob = await app().git.getBlob({ ...repo, file_sha: policy?.sha ?? '' });
    expect(Buffer.from(blob.data.content, 'base64').toString()).toBe('version: 1\n');
  });

  test('end at 3,000 without a word', async () => {
    const own = await startWorld();
    const many = Object.fromEntries(Array.from({ length: 3001 }, (_, index) => [`f/${index}`, 'x\n']));
    await own.github.as('alice').push('many', many);
    const pull_number = await own.github.as('alice').openPullRequest({ head: 'many' });
    const pages = own
      .installation()
      .paginate.iterator('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
        ...repo,
        pull_number,
        per_page: 1000,
      });
    let count = 0;
    for await (const { data } of pages) {
      expect(data).toHaveLength(100);
      count += data.length;
    }
    expect(count).toBe(3000);
    expect((await own.installation().pulls.get({ ...repo, pull_number })).data.changed_files).toBe(3001);
    await own.close();
  });
});

describe('content', () => {
  const content = (path: string, options: object = {}) =>
    app().repos.getContent({ ...repo, path, ...options });

  test('of a file is base64, of a folder a list', async () => {
    expect((await content('README.md')).data).toMatchObject({
      type: 'file',
      encoding: 'base64',
      content: 'aGVsbG8K\n',
    });
    expect((await content('deep', { ref: 'feature' })).data).toMatchObject([
      { type: 'dir', path: 'deep/er' },
    ]);
    expect((await content('')).data).toHaveLength(4);
    expect((await content('none').catch((error) => error)).status).toBe(404);
  });

  test('of a link is what it points to, under its own name', async () => {
    expect((await content('link')).data).toMatchObject({ type: 'file', path: 'link', content: 'aGVsbG8K\n' });
    const { data } = await app().git.getTree({ ...repo, tree_sha: 'main' });
    expect(data.tree.find(({ path }) => path === 'link')).toMatchObject({ mode: '120000', type: 'blob' });
  });

  test('above a megabyte is empty and says none', async () => {
    await world.github.as('alice').push('large', { 'policy.yaml': 'x'.repeat(1024 * 1024 + 1) });
    const { data } = await content('policy.yaml', { ref: 'large' });
    expect(data).toMatchObject({ size: 1024 * 1024 + 1, content: '', encoding: 'none' });
    const raw = await content('policy.yaml', { ref: 'large', mediaType: { format: 'raw' } });
    expect(String(raw.data)).toHaveLength(1024 * 1024 + 1);
  });

  test('lists trees with modes and sizes, to the bottom when asked', async () => {
    const { data } = await app().git.getTree({ ...repo, tree_sha: 'feature', recursive: '1' });
    expect(data.truncated).toBe(false);
    expect(data.tree.find(({ path }) => path === 'deep/er/file.txt')).toMatchObject({
      mode: '100644',
      size: 5,
    });
    expect(
      (await app().git.getTree({ ...repo, tree_sha: 'feature' })).data.tree.map(({ path }) => path),
    ).not.toContain('deep/er');
  });
});

describe('an edit in the browser', () => {
  const bob = () => world.octokit('bob').repos;
  const edit = (options: object) =>
    bob().createOrUpdateFileContents({
      ...repo,
      path: 'web.txt',
      message: 'Edit',
      branch: 'web',
      content: 'YQo=',
      ...options,
    });

  test("is the person's commit, made by GitHub, on the branch", async () => {
    await world.github.as('alice').push('web', {});
    expect((await edit({})).status).toBe(201);
    const { data } = await app().repos.getCommit({ ...repo, ref: 'web' });
    expect([data.author?.login, data.committer?.login]).toEqual(['bob', 'web-flow']);
    const statusOf = (call: Promise<{ status: number }>) =>
      call.then(
        ({ status }) => status,
        ({ status }) => status,
      );
    expect(await statusOf(edit({}))).toBe(422);
    expect(await statusOf(edit({ sha: 'e'.repeat(40) }))).toBe(409);
    const sha = data.files?.[0]?.sha ?? '';
    expect(await statusOf(edit({ sha, content: 'Ygo=' }))).toBe(200);
    expect(
      await statusOf(bob().deleteFile({ ...repo, path: 'web.txt', message: 'x', branch: 'web', sha })),
    ).toBe(409);
  });
});

describe('comparing', () => {
  test.each([
    ['main...feature', 'ahead', 1, 0],
    ['feature...main', 'behind', 0, 1],
    ['main...main', 'identical', 0, 0],
  ])('%s', async (basehead, status, ahead, behind) => {
    const { data } = await app().repos.compareCommitsWithBasehead({ ...repo, basehead });
    expect([data.status, data.ahead_by, data.behind_by]).toEqual([status, ahead, behind]);
  });
});

test('comments of the whole repository come by time of change', async () => {
  const own = await startWorld();
  await own.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  const pull = await own.github.as('alice').openPullRequest({ head: 'feature' });
  const first = await own.github.as('alice').comment(pull, 'one');
  own.advance(60);
  const since = own.now().toISOString();
  await own.github.as('bob').comment(pull, 'two');
  own.advance(60);
  await own.github.as('bob').editComment(first, 'one, but not by its author');
  const { data } = await own
    .installation()
    .issues.listCommentsForRepo({ ...repo, since, sort: 'updated', direction: 'asc' });
  expect(data.map(({ body, user }) => [user?.login, body])).toEqual([
    ['bob', 'two'],
    ['alice', 'one, but not by its author'],
  ]);
  await expect(own.github.as('dave').editComment(first, 'x')).rejects.toMatchObject({ status: 403 });
  await own.close();
});

test('labels compare without case and are told on the pull request', async () => {
  const target = { ...repo, issue_number: number };
  await app().issues.createLabel({ ...repo, name: 'Access', color: 'ff0000' });
  await app().issues.addLabels({ ...target, labels: ['access', 'pending'] });
  const { data } = await app().pulls.get({ ...repo, pull_number: number });
  expect(data.labels.map(({ name, color }) => [name, color])).toEqual([
    ['Access', 'ff0000'],
    ['pending', 'ededed'],
  ]);
  await app().issues.removeLabel({ ...target, name: 'pending' });
  expect(
    (
      await app()
        .issues.removeLabel({ ...target, name: 'pending' })
        .catch((error) => error)
    ).status,
  ).toBe(404);
  await app().issues.setLabels({ ...target, labels: [] });
  const events = (await app().issues.listEvents(target)).data.map(({ event }) => event);
  expect(events.filter((event) => event.endsWith('labeled'))).toEqual([
    'labeled',
    'labeled',
    'unlabeled',
    'unlabeled',
  ]);
  expect(
    (
      await app()
        .issues.createLabel({ ...repo, name: 'ACCESS' })
        .catch((error) => error)
    ).status,
  ).toBe(422);
});

test('issues are opened and listed with the pull requests', async () => {
  await app().issues.create({ ...repo, title: 'Violation', body: 'Somebody pushed.', labels: ['violation'] });
  const { data } = await app().issues.listForRepo({ ...repo, state: 'all' });
  expect(data.map(({ title, pull_request }) => [title, pull_request !== undefined])).toEqual([
    ['Violation', false],
    [expect.any(String), true],
  ]);
  const opened = data[0]?.number ?? 0;
  expect(
    (
      await app()
        .pulls.get({ ...repo, pull_number: opened })
        .catch((error) => error)
    ).status,
  ).toBe(404);
});
