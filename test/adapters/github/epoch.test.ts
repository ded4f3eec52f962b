import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOwnCheckRuns } from '../../../src/adapters/github/check-runs.js';
import { epochOf, readEvents } from '../../../src/adapters/github/epoch.js';
import type { Instant } from '../../../src/core/time.js';
import { APP_ID, startWorld, type World } from './world.js';

let world: World;
let number: number;
beforeEach(async () => {
  world = await startWorld();
  number = await world.open();
});
afterEach(() => world.close());

const as = (login: string) => world.github.as(login);
const epoch = async (): Promise<Instant | null> => (await world.facts(number)).epoch;

/** The app looks at the head, as it does on every push it hears of. */
async function look(): Promise<void> {
  const { head } = await world.pull(number);
  const result = { conclusion: 'action_required', title: 'Waiting', summary: '', annotations: [] } as const;
  await world.host.publishCheck({ head, ...result });
}

/** Does something a minute later. @returns when it was done */
async function later(work: () => Promise<unknown>): Promise<Instant> {
  world.advance(60);
  await work();
  return world.clock.now();
}

describe('the epoch', () => {
  it('is unknown until this app has seen the head, whatever others say of it (T035, T047)', async () => {
    expect(await epoch()).toBeNull();
    const { head } = await world.pull(number);
    world.github.foreignCheck({ sha: head, name: 'hallpass', appId: 15_368, conclusion: 'success' });
    expect(await epoch()).toBeNull();
    world.github.foreignCheck({ sha: head, name: 'other', appId: APP_ID, conclusion: 'success' });
    expect(await epoch()).toBeNull();
    const seen = await later(look);
    expect(await epoch()).toBe(seen);
  });

  it('does not move when the check is written again', async () => {
    const seen = await later(look);
    await later(async () => {
      const { head } = await world.pull(number);
      await world.host.publishCheck({
        head,
        conclusion: 'success',
        title: 'Approved',
        summary: '',
        annotations: [],
      });
    });
    expect(await epoch()).toBe(seen);
  });

  it('does not move when a second run replaces the first', async () => {
    const { head } = await world.pull(number);
    const result = { head, conclusion: 'failure', title: 'Not valid', summary: '' } as const;
    const note = { path: 'a.yaml', line: 1, level: 'failure', title: 'x', message: 'x' } as const;
    const seen = await later(() => world.host.publishCheck({ ...result, annotations: [note] }));
    await later(() => world.host.publishCheck({ ...result, annotations: [] }));
    expect(await epoch()).toBe(seen);
  });

  it('is unknown again after a push', async () => {
    await look();
    await as('alice').push('topic', { 'b.txt': 'b' });
    expect(await epoch()).toBeNull();
  });

  it('is the push, not the first sight of its commit in another pull request', async () => {
    await as('alice').push('other', { 'b.txt': 'b' }, { from: 'topic' });
    const other = await as('alice').openPullRequest({ head: 'other' });
    const { head } = await world.pull(other);
    await world.host.publishCheck({ head, conclusion: 'neutral', title: '', summary: 's', annotations: [] });
    const pushed = await later(() => as('alice').pushCommit('topic', head));
    expect(await epoch()).toBe(pushed);
  });

  it('begins anew with a force-push, also back to a head that was seen long ago (T034)', async () => {
    const { head: a } = await world.pull(number);
    await later(look);
    await later(() => as('alice').push('topic', { 'b.txt': 'b' }, { force: true }));
    await later(look);
    const back = await later(() => as('alice').pushCommit('topic', a, { force: true }));
    const pull = await world.pull(number);
    expect(pull.head).toBe(a);
    expect(await epoch()).toBe(back);
    // The activity of a fork is not to be seen; the event is.
    const runs = (await readOwnCheckRuns(world.on, a)).map((run) => run.started_at);
    const events = await readEvents(world.on, number);
    expect(epochOf(pull, { runs, events, activity: [] })).toBe(back);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a base change, which only the issue events tell (T045)', () => as('alice').retarget(number, 'sandbox')],
    [
      'reopening (T051)',
      () =>
        as('alice')
          .close(number)
          .then(() => as('alice').reopen(number)),
    ],
    [
      'being ready for review (T052)',
      () =>
        as('alice')
          .markDraft(number)
          .then(() => as('alice').markReady(number)),
    ],
  ])('begins anew with %s', async (_, work) => {
    await as('root').pushCommit('sandbox', await as('root').push('other', { 'x.txt': 'x' }));
    await look();
    const at = await later(work);
    expect(await epoch()).toBe(at);
  });

  it('begins anew when GitHub retargets by itself (T045)', async () => {
    const parent = await world.open('parent');
    await as('alice').retarget(number, 'parent');
    await look();
    const at = await later(async () => {
      await as('alice').merge(parent);
      await as('alice').deleteBranch('parent');
    });
    expect((await world.pull(number)).baseBranch).toBe('main');
    expect(await epoch()).toBe(at);
  });

  it('does not move by what means nothing: comments, reviews, labels, a new title', async () => {
    const seen = await later(look);
    await later(async () => {
      await as('bob').approve(number);
      await as('bob').comment(number, 'x');
      await as('alice').edit(number, { title: 'x' });
      await world.host.setLabels(number, ['x'], []);
      await world.host.requestReviews(number, ['carol']);
    });
    expect(await epoch()).toBe(seen);
  });

  it('is found behind pages of other events', async () => {
    const { head } = await world.pull(number);
    await look();
    const other = await as('alice').push('topic', { 'b.txt': 'b' }, { force: true });
    for (let n = 0; n < 101; n += 1)
      await as('alice').pushCommit('topic', n % 2 ? other : head, { force: true });
    const at = await later(() => as('alice').pushCommit('topic', other, { force: true }));
    await look();
    expect(await epoch()).toBe(at);
  });

  it('stays what it was at the merge, whatever happens to the branch afterwards', async () => {
    const { head } = await world.pull(number);
    const seen = await later(look);
    await later(() => as('bob').merge(number));
    await later(async () => {
      await as('alice').deleteBranch('topic');
      await as('alice').pushCommit('topic', head);
    });
    expect(await epoch()).toBe(seen);
  });

  it.each(['PullRequestFacts', 'activity'])(
    'is a fault, and no earlier instant, when %s cannot be read',
    async (route) => {
      await look();
      world.github.api.fail(route, 502);
      await expect(epoch()).rejects.toMatchObject({ fault: 'retry' });
    },
  );
});
