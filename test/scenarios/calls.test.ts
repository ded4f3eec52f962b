import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const github = () => scenario.world.github;
const READONLY = 'alice app_readonly';

/** Calls of the app's installation while something is done, without git and without those that cost nothing. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const from = github().calls.length;
  await work();
  await scenario.world.settled();
  return github()
    .calls.slice(from)
    .filter(
      ({ caller, path, status }) => caller === 'installation' && !path.includes('.git/') && status !== 304,
    )
    .map(({ method, route }) => `${method} ${route}`);
}

describe('calls to GitHub', () => {
  it('are twelve in the life of a request on a server in use', async () => {
    await scenario.ask('alice', 'before');
    await scenario.merge(await asked('alice', 'first', ['bob', 'carol']));
    let pull = 0;
    const document = scenario.document({ subject: 'bob' });
    await github()
      .as('bob')
      .push('second', { [scenario.path('second')]: document });
    await scenario.world.settled();
    const opened = await callsOf(async () => {
      pull = await github().as('bob').openPullRequest({ head: 'second' });
    });
    expect(opened).toEqual([
      'POST /graphql PullRequestFacts',
      'GET /repos/{owner}/{repo}/activity',
      'POST /repos/{owner}/{repo}/check-runs',
      'POST /graphql addComment addLabelsToLabelable requestReviews',
    ]);
    expect(await callsOf(() => scenario.approve(pull, 'dana'))).toEqual([
      'POST /graphql PullRequestFacts',
      'POST /graphql updateCheckRun updateIssueComment',
    ]);
    expect(await callsOf(() => scenario.approve(pull, 'carol'))).toEqual([
      'POST /graphql PullRequestFacts',
      'POST /graphql updateCheckRun updateIssueComment addLabelsToLabelable removeLabelsFromLabelable',
    ]);
    // Who is in a team is asked anew before anything is granted, whatever was asked a moment ago.
    const merged = await callsOf(() => scenario.merge(pull, 'bob'));
    expect(merged.slice(0, 2)).toEqual(['POST /graphql LandingFacts', 'POST /graphql Directory']);
    // The comment says what became of it, and a notice says so too: in one call, unless the machine is slow.
    expect(merged.length).toBeGreaterThanOrEqual(3);
    expect(merged.length).toBeLessThanOrEqual(4);
    // A notice says that it is over, and the comment says so too.
    const ended = await callsOf(() => scenario.after(3_600));
    expect(
      ended.filter((call) => !/^POST \/graphql(?: addComment| updateIssueComment)+$/.test(call)),
    ).toEqual([]);
    expect(ended.length).toBeLessThanOrEqual(2);
  });

  async function asked(login: string, name: string, approvers: readonly string[]): Promise<number> {
    const pull = await scenario.ask(login, name);
    await scenario.approve(pull, ...approvers);
    return pull;
  }

  it('of a sweep are free while nothing has changed, and everything is looked at each hour', async () => {
    await scenario.ask('alice', 'one');
    await scenario.ask('bob', 'two', { subject: 'bob' });
    const sweep = () => callsOf(async () => scenario.world.running.hints.sweep());
    await sweep();
    await sweep();
    expect(await sweep()).toEqual([]);
    scenario.clock.advance(3_600);
    expect((await sweep()).filter((call) => call.endsWith('PullRequestFacts'))).toHaveLength(2);
    await github().as('carol').comment(1, 'Hm.');
    expect((await sweep()).filter((call) => call.endsWith('PullRequestFacts'))).toHaveLength(1);
  });
});

describe('what is remembered', () => {
  it('shows for a while and grants nothing: somebody left a team, and no webhook said so (T039)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob');
    github().hooks.drop('membership');
    await github().removeFromTeam('dba', 'bob');
    await scenario.approve(pull, 'carol');
    expect(await scenario.checkTitle(pull)).toMatch(/approved/i);
    await scenario.merge(pull);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toContain('refused');
  });

  it('is forgotten when a webhook says that somebody left', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    expect(await scenario.checkTitle(pull)).toMatch(/approved/i);
    await github().removeFromTeam('dba', 'bob');
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
  });

  it('is looked for again when somebody has taken it away', async () => {
    const pull = await scenario.ask('alice', 'look');
    const root = github().as('root');
    for (const { id } of await commentsOf(pull)) await root.deleteComment(id);
    await scenario.approve(pull, 'bob', 'carol');
    const sticky = (await scenario.comments(pull)).filter((body) => body.startsWith('<!-- hallpass -->'));
    expect(sticky).toHaveLength(1);
    await scenario.merge(pull);
    expect(scenario.held()).toEqual([READONLY]);
    for (const { id } of await commentsOf(pull)) await root.deleteComment(id);
    await scenario.after(3_600);
    const said = await scenario.comments(pull);
    expect(said).toHaveLength(2);
    expect(said.filter((body) => body.includes('ended expired'))).toHaveLength(1);
    expect(said.filter((body) => body.includes('⚪ Ended'))).toHaveLength(1);
  });

  async function commentsOf(pull: number): Promise<readonly { readonly id: number }[]> {
    const answer = await fetch(`${github().url}/repos/acme/access/issues/${pull}/comments`, {
      headers: { authorization: `Bearer ${github().token('bob')}` },
    });
    return (await answer.json()) as { id: number }[];
  }
});

describe('a push while a pull request is read', () => {
  it('is no branch without a history: the new head is fetched as well', async () => {
    const pull = await scenario.ask('alice', 'look');
    const release = github().api.hold('/graphql PullRequestFacts');
    scenario.clock.advance(5);
    github().hooks.drop('pull_request.synchronize');
    await github().as('bob').approve(pull);
    await until(
      () => scenario.world.github.calls.filter(({ path }) => path.endsWith('git-upload-pack')).length > 0,
    );
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '2h' }) });
    release();
    await scenario.world.settled();
    const [comment] = await scenario.comments(pull);
    expect(comment).not.toMatch(/no common history/);
    expect(comment).toMatch(/2 h|2h|two hours/i);
  });

  async function until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise(setImmediate);
  }
});
