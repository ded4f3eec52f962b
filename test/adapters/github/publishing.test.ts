import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MergeMethod, mergePullRequest } from '../../../src/adapters/github/merge.js';
import type { Annotation, CheckResult } from '../../../src/ports/review-host.js';
import { oid, startWorld, type World } from './world.js';

let world: World;
let number: number;
beforeEach(async () => {
  world = await startWorld();
  number = await world.open();
});
afterEach(() => world.close());

const as = (login: string) => world.github.as(login);

/** What GitHub shows, read past the adapter. */
async function shown<T = Record<string, unknown>>(path: string): Promise<T> {
  const headers = { authorization: `token ${world.github.token('alice')}` };
  const answer = await fetch(`${world.github.url}/repos/acme/access/${path}`, { headers });
  return (await answer.json()) as T;
}

interface ShownRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string;
  readonly started_at: string;
  readonly output: { readonly title: string; readonly summary: string; readonly annotations_count: number };
}

async function runs(): Promise<ShownRun[]> {
  const { head } = await world.pull(number);
  const { check_runs } = await shown<{ check_runs: ShownRun[] }>(`commits/${head}/check-runs?filter=all`);
  return check_runs.reverse();
}

async function result(more: Partial<CheckResult> = {}): Promise<CheckResult> {
  const { head } = await world.pull(number);
  return {
    head,
    conclusion: 'failure',
    title: 'Not valid',
    summary: 'Two problems.',
    annotations: [],
    ...more,
  };
}

const problem = (line: number, more: Partial<Annotation> = {}): Annotation => ({
  path: 'access-requests/2026/11/a.yaml',
  line,
  level: 'failure',
  title: 'unknown_key',
  message: `Line ${line} has a key nobody knows.`,
  ...more,
});
const problems = (count: number): Annotation[] => Array.from({ length: count }, (_, n) => problem(n + 1));

describe('the check', () => {
  it('is one run for the head, edited in place, stamped by GitHub', async () => {
    await world.host.publishCheck(await result({ annotations: problems(2) }));
    const created = world.clock.now();
    world.advance(60);
    await world.host.publishCheck(
      await result({ conclusion: 'success', title: 'Approved', annotations: problems(2) }),
    );
    const all = await runs();
    expect(all).toMatchObject([
      { name: 'hallpass', status: 'completed', conclusion: 'success', started_at: created },
    ]);
    expect(all[0]?.output).toMatchObject({ title: 'Approved', annotations_count: 2 });
    const annotations = await shown(`check-runs/${all[0]?.id}/annotations`);
    expect(annotations).toMatchObject([
      { path: 'access-requests/2026/11/a.yaml', start_line: 1, end_line: 1, annotation_level: 'failure' },
      { start_line: 2, title: 'unknown_key', message: 'Line 2 has a key nobody knows.' },
    ]);
  });

  it('is not written again when it would be the same', async () => {
    await world.host.publishCheck(await result({ annotations: problems(3) }));
    expect(world.writes().filter((call) => call.includes('check-runs'))).toHaveLength(1);
    await world.host.publishCheck(await result({ annotations: problems(3) }));
    expect(world.writes()).toEqual([]);
  });

  it('of another head is another run', async () => {
    await world.host.publishCheck(await result());
    await as('alice').push('topic', { 'b.txt': 'b' });
    await world.host.publishCheck(await result());
    expect(await runs()).toHaveLength(1);
  });

  it("leaves other apps' runs of the same name alone (T047)", async () => {
    const { head } = await world.pull(number);
    world.github.foreignCheck({ sha: head, name: 'hallpass', appId: 15_368, conclusion: 'success' });
    await world.host.publishCheck(await result());
    expect(await runs()).toMatchObject([{ conclusion: 'success' }, { conclusion: 'failure' }]);
  });

  it('has as many annotations as there are, fifty a call', async () => {
    await world.host.publishCheck(await result({ annotations: problems(120) }));
    expect(world.writes().filter((call) => call.includes('check-runs'))).toEqual([
      'POST /check-runs',
      expect.stringMatching(/^PATCH /),
      expect.stringMatching(/^PATCH /),
    ]);
    expect((await runs())[0]?.output.annotations_count).toBe(120);
  });

  it('that was written by half is finished, and nothing is there twice', async () => {
    world.github.api.fail('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', 502);
    await expect(world.host.publishCheck(await result({ annotations: problems(120) }))).rejects.toMatchObject(
      {
        fault: 'retry',
      },
    );
    expect((await runs())[0]?.output.annotations_count).toBe(50);
    await world.host.publishCheck(await result({ annotations: problems(120) }));
    const all = await runs();
    expect(all).toHaveLength(1);
    expect(all[0]?.output.annotations_count).toBe(120);
  });

  it('no longer points at lines that are in order now', async () => {
    await world.host.publishCheck(await result({ annotations: problems(3) }));
    await world.host.publishCheck(await result({ annotations: [problem(2)] }));
    const all = await runs();
    expect(all.map(({ output }) => output.annotations_count)).toEqual([3, 1]);
    const { head } = await world.pull(number);
    const latest = await shown<{ check_runs: ShownRun[] }>(`commits/${head}/check-runs`);
    expect(latest.check_runs).toMatchObject([{ id: all[1]?.id }]);
    await world.host.publishCheck(await result({ annotations: [problem(2), problem(9)] }));
    expect((await runs()).map(({ output }) => output.annotations_count)).toEqual([3, 2]);
  });

  it('fits, and mentions nobody (T137)', async () => {
    const annotations = [problem(1, { title: 'x'.repeat(300), message: `@alice ${'y'.repeat(100_000)}` })];
    await world.host.publishCheck(await result({ summary: `@alice ${'z'.repeat(100_000)}`, annotations }));
    const [run] = await runs();
    expect(run?.output.summary.length).toBe(65_535);
    expect(run?.output.summary).toMatch(/does not fit here\.$/);
    const all = await shown<{ message: string }[]>(`check-runs/${run?.id}/annotations`);
    for (const text of [run?.output.summary, all[0]?.message]) expect(text).not.toMatch(/@a/);
  });
});

describe('the sticky comment', () => {
  const comments = () =>
    shown<{ body: string; user: { login: string } }[]>(`issues/${number}/comments?per_page=100`);

  it('is one, edited in place, and not when it would be the same (T134)', async () => {
    await world.host.publishComment(number, 'Waiting for one more.');
    await world.host.publishComment(number, 'Waiting for one more.');
    expect(world.writes().filter((call) => call.includes('comments'))).toEqual([
      `POST /issues/${number}/comments`,
    ]);
    await world.host.publishComment(number, 'Approved.\r\n');
    await world.host.publishComment(number, 'Approved.\n');
    expect(world.writes()).toEqual(['updateIssueComment']);
    expect(await comments()).toMatchObject([
      {
        body: expect.stringMatching(/^<!-- hallpass -->\nApproved\.\s*$/),
        user: { login: 'hall-monitor[bot]' },
      },
    ]);
  });

  it('is never a comment of somebody else, whatever it begins with', async () => {
    const forged = await as('bob').comment(number, '<!-- hallpass -->\nApproved by everybody.');
    await as('robot[bot]').comment(number, '<!-- hallpass -->\nMe too.');
    await world.host.publishComment(number, 'Waiting.');
    await world.host.publishComment(number, 'Still waiting.');
    expect(await comments()).toMatchObject([
      { id: forged, body: '<!-- hallpass -->\nApproved by everybody.' },
      { body: '<!-- hallpass -->\nMe too.' },
      { body: '<!-- hallpass -->\nStill waiting.' },
    ]);
  });

  it('is found among hundreds, and made again when somebody deleted it', async () => {
    for (let n = 0; n < 120; n += 1) await as('bob').comment(number, `${n}`);
    await world.host.publishComment(number, 'Waiting.');
    await world.host.publishComment(number, 'Approved.');
    const last = await shown<{ id: number; body: string }[]>(`issues/${number}/comments?per_page=100&page=2`);
    expect(last.at(-1)?.body).toBe('<!-- hallpass -->\nApproved.');
    expect(last).toHaveLength(21);
    await as('root').deleteComment(last.at(-1)?.id ?? 0);
    await world.host.publishComment(number, 'Approved.');
    expect(await shown<unknown[]>(`issues/${number}/comments?per_page=100&page=2`)).toHaveLength(21);
  });

  it('is not what a notice looks like', async () => {
    await world.host.notify(number, 'first', '<!-- hallpass --> hello');
    await world.host.notify(number, 'second', 'Access for @alice has ended.');
    await world.host.publishComment(number, 'x');
    const bodies = (await comments()).map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(bodies[1]).toBe('<!-- hallpass notice second -->\nAccess for @\u200balice has ended.');
  });
});

describe('a notice', () => {
  const bodies = async () =>
    (await shown<{ body: string }[]>(`issues/${number}/comments`)).map(({ body }) => body);

  it('is given once, whoever tries to have been before', async () => {
    const marker = '<!-- hallpass notice 2026/11/a started -->';
    await as('bob').comment(number, `${marker}\nForged.`);
    await world.host.notify(number, '2026/11/a started', 'Access has started.');
    await world.host.notify(number, '2026/11/a started', 'Access has started.');
    await world.host.notify(number, '2026/11/a', 'Something else.');
    expect(await bodies()).toEqual([
      `${marker}\nForged.`,
      `${marker}\nAccess has started.`,
      '<!-- hallpass notice 2026/11/a -->\nSomething else.',
    ]);
  });

  it('cannot break out of its marker', async () => {
    await world.host.notify(number, 'a --> @alice <!--', 'x');
    expect((await bodies())[0]).toMatch(/^<!-- hallpass notice [^<>@]* -->\nx$/);
  });
});

describe('review requests', () => {
  const asked = async () => (await world.pull(number)).requestedReviewers.map(({ login }) => login);

  it('go to those who are not asked yet', async () => {
    await world.host.requestReviews(number, ['bob']);
    world.writes();
    await world.host.requestReviews(number, ['Bob', 'carol']);
    expect(world.writes()).toEqual([`POST /pulls/${number}/requested_reviewers`]);
    await world.host.requestReviews(number, ['bob', 'carol']);
    await world.host.requestReviews(number, []);
    expect(world.writes()).toEqual([]);
    expect(await asked()).toEqual(['bob', 'carol']);
  });

  it('are not lost over one who cannot be asked', async () => {
    await world.host.requestReviews(number, ['oscar', 'alice', 'bob']);
    expect(await asked()).toEqual(['bob']);
    await world.host.requestReviews(number, ['oscar']);
    expect(await asked()).toEqual(['bob']);
  });

  it('are never too many (T137)', async () => {
    const logins = Array.from({ length: 30 }, (_, n) => `user${n}`);
    logins.forEach((login, n) => void world.github.addUser({ login, id: 5_000 + n, permission: 'read' }));
    await world.host.requestReviews(number, logins);
    await world.host.requestReviews(number, logins);
    expect(await asked()).toHaveLength(10);
  });

  it('do not hide a fault', async () => {
    world.github.api.fail('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', 502);
    await expect(world.host.requestReviews(number, ['bob'])).rejects.toMatchObject({ fault: 'retry' });
  });
});

describe('labels', () => {
  it('change by the difference alone, without regard to case', async () => {
    await world.host.setLabels(number, ['hallpass: waiting', 'urgent'], ['hallpass: approved']);
    expect((await world.pull(number)).labels).toEqual(['hallpass: waiting', 'urgent']);
    world.writes();
    await world.host.setLabels(number, ['Hallpass: Waiting'], ['hallpass: approved']);
    expect(world.writes()).toEqual([]);
    await world.host.setLabels(number, ['hallpass: approved'], ['HALLPASS: waiting', 'gone']);
    expect(world.writes()).toHaveLength(2);
    expect((await world.pull(number)).labels).toEqual(['urgent', 'hallpass: approved']);
  });

  it('that are gone meanwhile are as good as removed', async () => {
    await world.host.setLabels(number, ['a'], []);
    world.github.api.fail('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', 404);
    await world.host.setLabels(number, [], ['a']);
  });
});

describe('merging', () => {
  const head = async () => (await world.pull(number)).head;

  it('lands the head that was decided on', async () => {
    expect(await world.host.merge(number, await head())).toBe(true);
    expect((await world.pull(number)).merged).not.toBeNull();
    expect(await world.host.merge(number, await head())).toBe(false);
  });

  it('does not land a head that has moved (T071)', async () => {
    const old = await head();
    await as('alice').push('topic', { 'b.txt': 'b' });
    expect(await world.host.merge(number, old)).toBe(false);
    expect((await world.pull(number)).merged).toBeNull();
  });

  it.each<MergeMethod>(['merge', 'squash', 'rebase'])('knows %s', async (method) => {
    expect(await mergePullRequest(world.on, number, { head: await head(), methods: [method] })).toBe(true);
    expect((await world.pull(number)).merged).not.toBeNull();
  });

  it('tries another way where one is not allowed, and stops where the head has moved', async () => {
    world.github.api.fail('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', 405, 2);
    expect(await world.host.merge(number, await head())).toBe(true);
    expect(world.writes().filter((call) => call.startsWith('PUT'))).toHaveLength(3);
    const other = await world.open('other');
    world.github.api.fail('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', 409, 1);
    expect(await world.host.merge(other, (await world.pull(other)).head)).toBe(false);
    expect(world.writes().filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  it('says no where nothing is allowed', async () => {
    world.github.api.fail('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', 405, 3);
    expect(await world.host.merge(number, await head())).toBe(false);
  });

  it('does not take an outage for a no, and looks again after one', async () => {
    world.github.api.fail((call) => call.route === '/repos/{owner}/{repo}', 502, 1);
    await expect(world.host.merge(number, await head())).rejects.toMatchObject({ fault: 'retry' });
    world.github.api.fail('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', 502, 1);
    await expect(world.host.merge(number, await head())).rejects.toMatchObject({ fault: 'retry' });
    expect(await world.host.merge(number, await head())).toBe(true);
  });

  it('is refused for what is not there', async () => {
    await expect(world.host.merge(404, oid('a'.repeat(40)))).rejects.toMatchObject({ fault: 'blocked' });
  });
});
