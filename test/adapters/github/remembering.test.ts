import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GraphQLError, graphqlFault } from '../../../src/adapters/github/graphql.js';
import { instantOf } from '../../../src/core/time.js';
import { startWorld, type World } from './world.js';

const LONG_AGO = instantOf(0);

let world: World;
let number: number;
beforeEach(async () => {
  world = await startWorld();
  number = await world.open();
});
afterEach(() => world.close());

const as = (login: string) => world.github.as(login);
const comments = async (): Promise<readonly string[]> =>
  (await world.host.comments(LONG_AGO)).map(({ body }) => body);
const statuses = (route: string) =>
  world.github.calls.filter((call) => call.route.endsWith(route)).map(({ status }) => status);

describe('what was written', () => {
  it('is not written twice when its answer was lost', async () => {
    await world.facts(number);
    world.github.api.loseAnswer('/graphql addComment');
    await expect(world.host.notify(number, 'a key', 'once')).rejects.toMatchObject({ fault: 'retry' });
    await world.host.notify(number, 'a key', 'once');
    await world.facts(number);
    world.github.api.loseAnswer('/graphql addComment');
    await expect(world.host.publishComment(number, 'sticky')).rejects.toMatchObject({ fault: 'retry' });
    await world.host.publishComment(number, 'sticky');
    expect(await comments()).toEqual([expect.stringContaining('once'), expect.stringContaining('sticky')]);
  });

  it('is edited by its id, and found by its author when somebody has deleted it', async () => {
    await world.facts(number);
    await world.host.publishComment(number, 'one');
    await world.host.publishComment(number, 'two');
    expect(world.writes()).toEqual(['addComment', 'updateIssueComment']);
    await as('bob').comment(number, '<!-- hallpass -->\nnot ours');
    const [ours] = await world.host.comments(LONG_AGO);
    await as('root').deleteComment(ours?.id ?? 0);
    await world.host.publishComment(number, 'three');
    expect(await comments()).toEqual([
      '<!-- hallpass -->\nnot ours',
      expect.stringMatching(/^<!-- hallpass -->\nthree/),
    ]);
  });

  it('goes in one call, of which one part may be refused', async () => {
    await world.facts(number);
    await world.directory.account('bob');
    await world.directory.account('alice');
    const before = world.github.calls.length;
    await Promise.all([
      world.host.publishComment(number, 'one'),
      // The author cannot be asked, which spoils the whole list; then each is asked alone.
      world.host.requestReviews(number, ['alice', 'bob']),
    ]);
    const routes = world.github.calls.slice(before).map(({ route }) => route);
    expect(routes[0]).toBe('/graphql addComment requestReviews');
    expect(await comments()).toEqual([expect.stringContaining('one')]);
    expect((await world.pull(number)).requestedReviewers).toMatchObject([{ login: 'bob' }]);
  });

  it('of a check is one run, changed in place, made anew for a head this process has not seen', async () => {
    const { pullRequest } = await world.facts(number);
    const check = { head: pullRequest.head, title: 'x', summary: '', annotations: [] } as const;
    await world.host.publishCheck({ ...check, conclusion: 'failure' });
    await world.facts(number);
    await world.host.publishCheck({ ...check, conclusion: 'success' });
    await world.host.publishCheck({ ...check, conclusion: 'success' });
    expect(world.writes()).toEqual(['POST /check-runs', 'updateCheckRun']);
    world.github.api.loseAnswer('/graphql updateCheckRun');
    await expect(world.host.publishCheck({ ...check, conclusion: 'neutral' })).rejects.toMatchObject({
      fault: 'retry',
    });
    await world.host.publishCheck({ ...check, conclusion: 'neutral' });
    expect(world.writes()).toEqual(['updateCheckRun']);
  });
});

describe('a read that has been answered before', () => {
  it('is free while nothing has changed, and new when something has', async () => {
    const first = await world.host.openPullRequests();
    expect(await world.host.openPullRequests()).toEqual(first);
    await world.open('another');
    expect(await world.host.openPullRequests()).toHaveLength(2);
    expect(statuses('/pulls').filter((status) => status !== 201)).toEqual([200, 304, 200]);
  });

  it('still tells the time', async () => {
    await world.host.openPullRequests();
    world.advance(60);
    await world.host.openPullRequests();
    expect(statuses('/pulls').at(-1)).toBe(304);
    expect(world.host.hostClock()).toBe(world.clock.now());
  });
});

describe('an error in an answer', () => {
  it.each<[string | undefined, object]>([
    ['RATE_LIMITED', { fault: 'retry', code: 'github_limited', after: 60 }],
    ['FORBIDDEN', { fault: 'blocked', code: 'github_forbidden' }],
    ['INSUFFICIENT_SCOPES', { fault: 'blocked', code: 'github_forbidden' }],
    ['NOT_FOUND', { fault: 'blocked', code: 'github_not_found' }],
    ['SOMETHING_NEW', { fault: 'retry', code: 'github_answer' }],
    [undefined, { fault: 'retry', code: 'github_answer' }],
  ])('of type %s is a fault', (type, fault) => {
    const error: GraphQLError = { message: 'no', ...(type === undefined ? {} : { type }) };
    expect(graphqlFault(error)).toMatchObject(fault);
  });
});
