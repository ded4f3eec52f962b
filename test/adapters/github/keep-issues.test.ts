import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptIssue } from '../../../src/ports/review-host.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

interface Shown {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly body: string;
  readonly assignees: readonly { readonly login: string }[];
}

async function call<T>(method: string, path: string, body?: object, login = 'alice'): Promise<T> {
  const answer = await fetch(`${world.github.url}/repos/acme/access/${path}`, {
    method,
    headers: { authorization: `token ${world.github.token(login)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}
const shown = () => call<Shown[]>('GET', 'issues?state=all&direction=asc');
const states = async () => (await shown()).map(({ title, state }) => `${title} ${state}`);
const issue = (more: Partial<KeptIssue> = {}): KeptIssue => ({
  key: 'drift/db/dba',
  title: 'Drift on db',
  markdown: 'Something differs.',
  assignees: [],
  ...more,
});

describe('kept issues', () => {
  it('are written once as long as they say the same, and edited in place', async () => {
    await world.host.keepIssues([], [issue()]);
    await world.host.keepIssues(['drift/db/'], [issue()]);
    expect(world.writes()).toHaveLength(1);
    await world.host.keepIssues([], [issue({ markdown: 'Something else differs.' })]);
    expect(await states()).toEqual(['Drift on db open']);
    expect((await shown())[0]?.body).toContain('Something else differs.');
  });

  it('are closed within the scopes alone, and opened again when there is something to say', async () => {
    const other = issue({ key: 'drift/dbx/dba', title: 'Drift on dbx' });
    await world.host.keepIssues([], [issue(), other]);
    await world.host.keepIssues(['drift/db/'], []);
    expect(await states()).toEqual(['Drift on db closed', 'Drift on dbx open']);
    world.writes();
    await world.host.keepIssues(['drift/db/'], []);
    expect(world.writes()).toEqual([]);
    await world.host.keepIssues(['drift/db/'], [issue()]);
    expect(await states()).toEqual(['Drift on db open', 'Drift on dbx open']);
  });

  it('stay closed when somebody closed them, until they say something new', async () => {
    await world.host.keepIssues([], [issue()]);
    const [{ number } = { number: 0 }] = await shown();
    await call('PATCH', `issues/${number}`, { state: 'closed' });
    await world.host.keepIssues(['drift/db/'], [issue()]);
    expect(await states()).toEqual(['Drift on db closed']);
    await world.host.keepIssues(['drift/db/'], [issue({ markdown: 'Worse.' })]);
    expect(await states()).toEqual(['Drift on db open']);
  });

  it('are assigned to who can be, and mention nobody', async () => {
    const people = ['bob', 'oscar', 'no-such-login'];
    await world.host.keepIssues([], [issue({ assignees: people, markdown: 'cc @carol and @acme/dba' })]);
    const [first] = await shown();
    expect(first?.assignees.map(({ login }) => login)).toEqual(['bob']);
    expect(first?.body).not.toMatch(/@[a-z]/);
  });

  it('are not taken for ours when somebody else wrote the marker', async () => {
    const body = '<!-- hallpass keeps drift/db/dba -->\nAll is well.';
    await call('POST', 'issues', { title: 'mine', body, labels: ['hallpass'] });
    await world.host.keepIssues(['drift/'], [issue()]);
    expect(await states()).toEqual(['mine open', 'Drift on db open']);
  });

  it('have a key that cannot end the comment it stands in', async () => {
    const hostile = issue({ key: 'drift/db/--> <b>x' });
    await world.host.keepIssues([], [hostile]);
    await world.host.keepIssues([], [hostile]);
    expect(await shown()).toHaveLength(1);
    expect((await shown())[0]?.body.split('\n')[0]).toMatch(/^<!-- hallpass keeps [a-z/-]+ -->$/);
  });
});
