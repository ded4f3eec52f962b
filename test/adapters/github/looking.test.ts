import { execFileSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reachesTo } from '../../../src/adapters/github/activity.js';
import { createOwnMarks } from '../../../src/adapters/github/own-marks.js';
import { createReviewHost } from '../../../src/adapters/github/review-host.js';
import type { PullRequest } from '../../../src/core/pull-request.js';
import type { PullRequestLook } from '../../../src/ports/review-host.js';
import { oid, SLUG, startWorld, type World } from './world.js';

const FACTS = '/graphql PullRequestFacts';
const PUSHES = '/repos/{owner}/{repo}/activity';

let world: World;
let number: number;
beforeEach(async () => {
  world = await startWorld();
  number = await world.open();
});
afterEach(() => world.close());

const as = (login: string) => world.github.as(login);

async function look(): Promise<PullRequestLook> {
  const found = await world.host.look(number);
  if (found === undefined) throw new Error(`there is no pull request ${number}`);
  return found;
}

/** Something happens after the pushes were read and before the facts are. @returns the calls of it as well */
async function lookAround(between: () => Promise<unknown>) {
  await look();
  world.advance(60);
  const from = world.github.calls.length;
  const routes = (): readonly string[] => world.github.calls.slice(from).map(({ route }) => route);
  const release = world.github.api.hold(FACTS);
  const looking = look();
  while (!routes().includes(PUSHES)) await turn();
  await between();
  release();
  const { facts } = await looking;
  return { pushers: facts.pushers?.map(({ login }) => login), facts, routes: routes() };
}

describe('a look at a pull request', () => {
  it('names where the default branch and the ledger are', async () => {
    const main = execFileSync('git', ['--git-dir', world.github.gitDir, 'rev-parse', 'main'], {
      encoding: 'utf8',
    }).trim();
    expect((await look()).heads).toEqual({ branch: main, ledger: null });
    expect(await world.host.look(404)).toBeUndefined();
  });

  it('reads the pushes beside the facts', async () => {
    const { routes, pushers } = await lookAround(async () => {});
    expect(routes).toEqual([PUSHES, FACTS]);
    expect(pushers).toEqual(['alice']);
  });

  it('reads them after the facts where these name a push that was not there yet', async () => {
    const { routes, pushers, facts } = await lookAround(() => as('bob').push('topic', { 'b.txt': 'b' }));
    expect(routes.filter((route) => route === PUSHES)).toHaveLength(2);
    expect(pushers).toEqual(['bob', 'alice']);
    expect(facts).toEqual(await world.facts(number));
  });

  it('misses nobody who moved the head and put it back meanwhile (T034)', async () => {
    const { head } = await world.pull(number);
    const other = await as('carol').push('other', { 'c.txt': 'c' });
    const { pushers, facts } = await lookAround(async () => {
      await as('bob').pushCommit('topic', other, { force: true });
      await as('bob').pushCommit('topic', head, { force: true });
    });
    expect(facts.pullRequest.head).toBe(head);
    expect(pushers).toEqual(['bob', 'alice']);
    expect(facts).toEqual(await world.facts(number));
  });

  it('takes no list of another branch for that of the head', async () => {
    const { head } = await world.pull(number);
    const marks = createOwnMarks(SLUG);
    const host = createReviewHost(world.on, world.clock, marks);
    await host.look(number);
    const known = marks.of(number);
    if (known === undefined) throw new Error('the look was not remembered');
    Object.assign(known, { headBranch: 'elsewhere' });
    await as('bob').pushCommit('elsewhere', head);
    expect((await host.look(number))?.facts.pushers).toEqual([{ login: 'alice', id: 1001 }]);
  });

  it('says nothing where a part of it could not be read', async () => {
    await look();
    for (const route of [PUSHES, FACTS]) {
      world.github.api.fail(route, 502);
      await expect(look()).rejects.toMatchObject({ fault: 'retry' });
    }
    expect((await look()).facts).toEqual(await world.facts(number));
  });
});

describe('a list of pushes', () => {
  const head = oid('a'.repeat(40));
  const push = (after: string, timestamp: string) => ({ after, timestamp }) as never;
  const reaches = (pushes: readonly never[], events: readonly (string | undefined)[]): boolean =>
    reachesTo(pushes, { head } as PullRequest, events);
  const AT = '2031-05-05T12:00:00Z';

  it.each<[string, readonly never[], readonly (string | undefined)[], boolean]>([
    ['whose newest push made the head', [push(head, AT)], [], true],
    ['after an event', [push(head, AT)], ['2031-05-05T11:59:59Z'], true],
    ['in the second of an event', [push(head, AT)], [AT], false],
    ['before an event', [push(head, AT)], ['2031-05-05T12:00:01Z'], false],
    ['beside an event without a time', [push(head, AT)], [undefined], false],
    ['without a time, beside an event', [push(head, '')], [AT], false],
    ['whose newest push made something else', [push('b'.repeat(40), AT), push(head, AT)], [], false],
    ['that is empty', [], [], false],
  ])('%s', (_, pushes, events, whole) => {
    expect(reaches(pushes, events)).toBe(whole);
  });
});
