import { createSign } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  APP_ID,
  INSTALLATION_ID,
  PRIVATE_KEY,
  refusal,
  repo,
  silent,
  startWorld,
  type World,
} from './world.js';

let world: World;
let head: string;
beforeAll(async () => {
  world = await startWorld();
  head = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  await world.github.as('alice').openPullRequest({ head: 'feature' });
  await world.github.as('alice').comment(1, 'mine');
});
afterAll(() => world.close());

const clientOf = {
  anonymous: () => world.anonymous(),
  'bad token': () => new Octokit({ baseUrl: world.github.url, auth: 'ghp_nonsense', log: silent }),
  stranger: () => world.octokit('oscar'),
  reader: () => world.octokit('dave'),
  writer: () => world.octokit('bob'),
  opener: () => world.octokit('alice'),
  app: () => world.app(),
  installation: () => world.installation(),
};

const ofPull = { ...repo, pull_number: 1 };
const unknownSha = 'f'.repeat(40);

/** Who, what, and GitHub's status. */
const table: readonly [keyof typeof clientOf, string, (client: Octokit) => Promise<unknown>, number][] = [
  ['anonymous', 'reads a private repository', (c) => c.repos.get(repo), 404],
  ['bad token', 'reads', (c) => c.repos.get(repo), 401],
  ['stranger', 'reads a private repository', (c) => c.repos.get(repo), 404],
  ['stranger', 'reads a pull request', (c) => c.pulls.get(ofPull), 404],
  ['reader', 'reads another repository', (c) => c.repos.get({ ...repo, repo: 'other' }), 404],
  ['reader', 'merges', (c) => c.pulls.merge(ofPull), 403],
  ['reader', 'labels', (c) => c.issues.addLabels({ ...repo, issue_number: 1, labels: ['x'] }), 403],
  ['reader', "edits somebody's pull request", (c) => c.pulls.update({ ...ofPull, title: 'x' }), 403],
  [
    'reader',
    "edits somebody's comment",
    (c) => c.issues.updateComment({ ...repo, comment_id: 0, body: 'x' }),
    404,
  ],
  [
    'writer',
    'writes a check run',
    (c) => c.checks.create({ ...repo, name: 'hallpass', head_sha: head }),
    403,
  ],
  ['writer', 'is no App', (c) => c.apps.getAuthenticated(), 403],
  ['anonymous', 'is no App', (c) => c.apps.getAuthenticated(), 401],
  [
    'app',
    'mints for another installation',
    (c) => c.apps.createInstallationAccessToken({ installation_id: 1 }),
    404,
  ],
  ['installation', 'is nobody', (c) => c.users.getAuthenticated(), 403],
  ['writer', 'reads what is not there', (c) => c.pulls.get({ ...repo, pull_number: 99 }), 404],
  ['writer', 'reads a path GitHub has not', (c) => c.request('GET /repos/acme/access/nonsense'), 404],
  [
    'opener',
    'approves the own pull request',
    (c) => c.pulls.createReview({ ...ofPull, event: 'APPROVE' }),
    422,
  ],
  [
    'opener',
    'objects to it',
    (c) => c.pulls.createReview({ ...ofPull, event: 'REQUEST_CHANGES', body: 'x' }),
    422,
  ],
  [
    'writer',
    'objects without words',
    (c) => c.pulls.createReview({ ...ofPull, event: 'REQUEST_CHANGES' }),
    422,
  ],
  [
    'opener',
    'opens it twice',
    (c) => c.pulls.create({ ...repo, head: 'feature', base: 'main', title: 'x' }),
    422,
  ],
  [
    'opener',
    'opens one of nothing',
    (c) => c.pulls.create({ ...repo, head: 'none', base: 'main', title: 'x' }),
    422,
  ],
  [
    'opener',
    'opens one into nothing',
    (c) => c.pulls.create({ ...repo, head: 'feature', base: 'none', title: 'x' }),
    422,
  ],
  [
    'opener',
    'opens one without commits',
    (c) => c.pulls.create({ ...repo, head: 'main', base: 'main', title: 'x' }),
    422,
  ],
  [
    'opener',
    'opens one from a fork',
    (c) => c.pulls.create({ ...repo, head: 'bob:feature', base: 'main', title: 'x' }),
    422,
  ],
  [
    'writer',
    'asks the opener for review',
    (c) => c.pulls.requestReviewers({ ...ofPull, reviewers: ['alice'] }),
    422,
  ],
  [
    'writer',
    'asks a stranger for review',
    (c) => c.pulls.requestReviewers({ ...ofPull, reviewers: ['oscar'] }),
    422,
  ],
  ['writer', 'merges another head', (c) => c.pulls.merge({ ...ofPull, sha: unknownSha }), 409],
  [
    'installation',
    'checks an unknown commit',
    (c) => c.checks.create({ ...repo, name: 'x', head_sha: unknownSha }),
    422,
  ],
  [
    'writer',
    'forges a ref over another',
    (c) => c.git.createRef({ ...repo, ref: 'refs/heads/main', sha: head }),
    422,
  ],
  [
    'reader',
    'manages a team',
    (c) => c.teams.removeMembershipForUserInOrg({ org: 'acme', team_slug: 'dba', username: 'bob' }),
    403,
  ],
  ['stranger', 'reads a team', (c) => c.teams.listMembersInOrg({ org: 'acme', team_slug: 'dba' }), 404],
];

describe('who may do what', () => {
  test.each(table)('%s %s', async (who, _what, call, status) => {
    expect((await refusal(call(clientOf[who]()))).status).toBe(status);
  });

  test('says no in the shape GitHub says it', async () => {
    const body = await fetch(`${world.github.url}/repos/acme/access`).then((answer) => answer.json());
    expect(body).toEqual({ message: 'Not Found', documentation_url: expect.any(String), status: '404' });
  });

  test('names the field that is wrong', async () => {
    const error = await world
      .octokit('alice')
      .pulls.create({ ...repo, head: 'none', base: 'main', title: 'x' })
      .catch((e) => e);
    expect(error.response.data.errors).toEqual([{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
  });
});

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function jwt(claims: object, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const text = `${base64(header)}.${base64(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(PRIVATE_KEY, 'base64url')}`;
}

describe("an App's assertion", () => {
  const seconds = (): number => Math.floor(world.now().getTime() / 1000);
  const good = () => ({ iss: APP_ID, iat: seconds() - 30, exp: seconds() + 500 });

  test.each([
    ['good', () => jwt(good()), 200],
    ['expired', () => jwt({ ...good(), exp: seconds() }), 401],
    ['without an end', () => jwt({ ...good(), exp: undefined }), 401],
    ['too long', () => jwt({ ...good(), exp: seconds() + 700 }), 401],
    ['from the future', () => jwt({ ...good(), iat: seconds() + 60 }), 401],
    ['of another App', () => jwt({ ...good(), iss: 1 }), 401],
    ['unsigned', () => `${base64({ alg: 'none' })}.${base64(good())}.`, 401],
    ['altered', () => jwt(good()).replace(/\.[^.]+\./, `.${base64({ ...good(), iss: APP_ID, x: 1 })}.`), 401],
    ['signed otherwise', () => jwt(good(), { alg: 'HS256' }), 401],
  ])('%s', async (_name, token, status) => {
    const headers = { authorization: `Bearer ${token()}` };
    expect((await fetch(`${world.github.url}/app`, { headers })).status).toBe(status);
  });

  test('opens no repository by itself', async () => {
    const headers = { authorization: `Bearer ${jwt(good())}` };
    expect((await fetch(`${world.github.url}/repos/acme/access`, { headers })).status).toBe(403);
  });
});

describe('an installation token', () => {
  const mint = async (options: object): Promise<Octokit> => {
    const { data } = await world
      .app()
      .apps.createInstallationAccessToken({ installation_id: INSTALLATION_ID, ...options });
    return new Octokit({ baseUrl: world.github.url, auth: data.token, log: silent });
  };

  test('can be narrowed, and then may no more', async () => {
    const narrow = await mint({
      permissions: { contents: 'read' },
      repository_ids: [world.github.repositoryId],
    });
    expect((await narrow.repos.getContent({ ...repo, path: 'README.md' })).status).toBe(200);
    const write = narrow.git.createRef({ ...repo, ref: 'refs/heads/x', sha: head });
    expect(await refusal(write)).toMatchObject({
      status: 403,
      message: expect.stringContaining('not accessible by integration'),
    });
    expect((await refusal(narrow.issues.createComment({ ...repo, issue_number: 1, body: 'x' }))).status).toBe(
      403,
    );
  });

  test.each([
    ['more than the App has', { permissions: { administration: 'write' } }],
    ['a permission GitHub has not', { permissions: { everything: 'write' } }],
    ['a repository that is not its own', { repository_ids: [1] }],
  ])('is refused for %s', async (_name, options) => {
    expect((await refusal(mint(options))).status).toBe(422);
  });

  test('ends after an hour by the clock of GitHub', async () => {
    const own = await startWorld();
    const client = own.installation();
    await client.repos.get(repo);
    const { data } = await own.app().apps.createInstallationAccessToken({ installation_id: INSTALLATION_ID });
    expect(Date.parse(data.expires_at) - own.now().getTime()).toBe(3600_000);
    const raw = new Octokit({ baseUrl: own.github.url, auth: data.token, log: silent });
    own.advance(3599);
    await raw.repos.get(repo);
    own.advance(1);
    expect((await refusal(raw.repos.get(repo))).status).toBe(401);
    await own.close();
  });

  test('a deleted person has no token', async () => {
    const own = await startWorld();
    const bob = own.octokit('bob');
    await bob.repos.get(repo);
    own.github.ghost('bob');
    expect((await refusal(bob.repos.get(repo))).status).toBe(401);
    await own.close();
  });
});

test('a collaborator query says none for who has no access', async () => {
  const of = async (username: string) =>
    (await world.installation().repos.getCollaboratorPermissionLevel({ ...repo, username })).data.permission;
  expect([await of('root'), await of('bob'), await of('dave'), await of('oscar')]).toEqual([
    'admin',
    'write',
    'read',
    'none',
  ]);
});

describe('people in the browser', () => {
  test.each([
    ['dave', 'merges', () => world.github.as('dave').merge(1), 403],
    ['dave', "closes somebody's pull request", () => world.github.as('dave').close(1), 403],
    ['dave', 'pushes', () => world.github.as('dave').push('x', { x: 'x' }), 403],
    ['dave', 'asks for reviews', () => world.github.as('dave').requestReviews(1, ['bob']), 403],
    ['oscar', 'approves', () => world.github.as('oscar').approve(1), 404],
    ['oscar', 'comments', () => world.github.as('oscar').comment(1, 'x'), 404],
    [
      'oscar',
      'opens a pull request',
      () => world.github.as('oscar').openPullRequest({ head: 'feature' }),
      404,
    ],
  ])('%s %s, and may not', async (_who, _what, act, status) => {
    expect((await refusal(act())).status).toBe(status);
  });
});
