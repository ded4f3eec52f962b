import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext, rowKey } from '../../src/adapters/providers/memory/target.js';
import { findDrift } from '../../src/app/targets/find-drift.js';
import { filesIn } from './ledger-files.js';
import { MEMORY_CATALOG, type Scenario, startScenario } from './scenario.js';

const DAY = 86_400;
const CATALOG = MEMORY_CATALOG.replace(
  'orders-db: { kind: memory }',
  'orders-db: { kind: memory, owners: { teams: [dba] } }',
)
  .replace('max_duration: 4h', 'max_duration: 200d')
  .concat('  dba-team: { title: Be a DBA, target: org, grant: { team: dba } }\n')
  .replace('tiers:', '  org: { kind: github-team }\ntiers:');
const POLICY = `version: 1
rules:
  - name: production-data
    entitlements: ["orders-db-*"]
    approvals:
      - { from: { teams: [dba] }, count: 1 }
      - { from: { teams: [security] }, count: 1 }
  - name: teams
    entitlements: [dba-team]
    approvals: [{ from: { users: [bob] }, count: 1 }]
access_reviews: { every: 90d, within: 14d, long_lived: 30d }
`;

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario({ catalog: CATALOG, policy: POLICY });
});
afterEach(() => scenario.close());

/** A pass that looks at the targets. */
async function look(seconds = 60): Promise<void> {
  scenario.clock.advance(seconds);
  scenario.world.running.hints.sweep();
  await scenario.world.settled();
}

function standing(subject: string): void {
  const row = { subject, name: 'app_readonly' };
  scenario.target.standing.set(rowKey(row), row);
}

async function get(path: string): Promise<unknown> {
  const { github } = scenario.world;
  const answer = await fetch(`${github.url}/repos/acme/access${path}`, {
    headers: { authorization: `Bearer ${github.token('bob')}` },
  });
  return answer.json();
}

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly head: { readonly ref: string };
  readonly user: { readonly login: string };
}

const pulls = async (state = 'open'): Promise<readonly Pull[]> => {
  const all = (await get(`/pulls?state=${state}&sort=created&direction=asc&per_page=100`)) as Pull[];
  return all.filter(({ head }) => head.ref.startsWith('hallpass/'));
};

async function only(): Promise<Pull> {
  const [pull, ...others] = await pulls();
  if (pull === undefined || others.length > 0) throw new Error(`${others.length + 1} lists are open`);
  return pull;
}

const pathOf = ({ head }: Pull) => `${head.ref.replace('hallpass/', '')}.yaml`;

async function fileOf(pull: Pull): Promise<string> {
  const { stdout } = await promisify(execFile)('git', [
    '--git-dir',
    scenario.world.github.gitDir,
    'show',
    `refs/heads/${pull.head.ref}:${pathOf(pull)}`,
  ]);
  return stdout;
}

/** Fills the list in, as an owner does in the browser. */
async function edit(pull: Pull, login: string, change: (text: string) => string): Promise<void> {
  scenario.clock.advance(5);
  const before = await fileOf(pull);
  const after = change(before);
  expect(after).not.toBe(before);
  await scenario.world.github.as(login).push(pull.head.ref, { [pathOf(pull)]: after });
  await scenario.world.settled();
}

const keepAll = (text: string) =>
  text.replaceAll('keep: no', 'keep: yes').replaceAll('justification: ""', 'justification: It reports.');

async function merge(pull: Pull, login = 'bob'): Promise<void> {
  await scenario.merge(pull.number, login);
}

const records = async () => {
  const files = await filesIn(scenario.world.github.gitDir, 'access-reviews');
  return files.map(({ path, text }) => ({ stage: path.split('.').at(-2), text }));
};
const closedText = async () =>
  (await records())
    .filter(({ stage }) => stage === 'closed')
    .map(({ text }) => text)
    .join('\n');
const drift = async () => {
  const report = await findDrift(scenario.world.wired.ports);
  return report.targets.flatMap(({ findings }) => findings.map(({ kind, subject }) => `${kind} ${subject}`));
};

describe('adoption', () => {
  it('is asked once for each target and owners, of those who may answer, and stays one pull request', async () => {
    standing('reporting');
    standing('bob_dba');
    await look();
    const pull = await only();
    expect(pull.title).toMatch(/^Adopt or remove: 2026\/\d\d\/\d\d-adoption-orders-db-dba$/);
    const text = await fileOf(pull);
    expect(text).toContain('subject: reporting');
    expect(text.match(/keep: no/g)).toHaveLength(2);
    expect(await scenario.asked(pull.number)).toEqual(['bob', 'dana']);
    await look();
    await look();
    expect(await pulls('all')).toHaveLength(1);
    expect((await records()).map(({ stage }) => stage)).toEqual(['asked']);
  });

  it('declares what an owner keeps: it is drift no longer, until it is asked about again', async () => {
    standing('reporting');
    await look();
    const pull = await only();
    await edit(pull, 'bob', keepAll);
    expect(await scenario.checkTitle(pull.number)).toBe('Waiting for approval');
    await scenario.approve(pull.number, 'dana');
    expect(await scenario.checkTitle(pull.number)).toBe('Approved');
    await merge(pull);
    expect((await records()).map(({ stage }) => stage)).toEqual(['answered', 'asked']);
    expect(await drift()).toEqual(['unmanaged reporting']);
    await look(14 * DAY);
    expect(await closedText()).toMatch(/outcome: kept/);
    expect(await drift()).toEqual([]);
    await look(DAY);
    expect(await pulls()).toEqual([]);
    // After the period it is asked about again, and silence takes it away now: its adoption said so.
    await look(90 * DAY);
    expect((await only()).title).toMatch(/^Access review: /);
    expect(await drift()).toEqual([]);
    scenario.target.remembers = false;
    await look(14 * DAY);
    expect(scenario.target.standing.size).toBe(0);
    expect(await closedText()).toMatch(/outcome: removed/);
  });

  it('removes only where an owner wrote no, and only what the target lets go', async () => {
    scenario.target.remembers = false;
    standing('reporting');
    standing('old_job');
    await look();
    const pull = await only();
    await edit(pull, 'bob', (text) =>
      text.replace(
        /(subject: reporting\n(?: {4}.*\n)*? {4}keep: )no\n {4}justification: ""/,
        '$1yes\n    justification: "It reports."',
      ),
    );
    await scenario.approve(pull.number, 'bob');
    await merge(pull);
    expect([...scenario.target.standing.values()]).toHaveLength(2);
    await look(14 * DAY);
    expect([...scenario.target.standing.values()].map(({ subject }) => subject)).toEqual(['reporting']);
    expect(await closedText()).toMatch(
      /outcome: kept[\s\S]*outcome: removed|outcome: removed[\s\S]*outcome: kept/,
    );
  });

  it('leaves what the target does not let go, says so, and asks again', async () => {
    standing('old_job');
    await look();
    const pull = await only();
    await scenario.approve(pull.number, 'bob');
    await merge(pull);
    await look(14 * DAY);
    expect(await closedText()).toMatch(/outcome: left[\s\S]*code: still_held/);
    await look();
    expect((await only()).title).toContain('Adopt or remove');
  });

  it('takes nothing away in silence that it did not give, and asks again', async () => {
    scenario.target.remembers = false;
    standing('reporting');
    await look();
    await look(14 * DAY);
    expect(scenario.target.standing.size).toBe(1);
    expect(await closedText()).toMatch(/outcome: left[\s\S]*code: not_answered/);
    await look();
    expect(await pulls('all')).toHaveLength(2);
  });

  it('waits for a target that is away, and closes when it is back', async () => {
    scenario.target.remembers = false;
    standing('old_job');
    await look();
    const pull = await only();
    await scenario.approve(pull.number, 'bob');
    await merge(pull);
    failNext(scenario.target, 'revoke');
    await look(14 * DAY);
    expect(await closedText()).toBe('');
    expect(scenario.target.standing.size).toBe(1);
    await look();
    expect(scenario.target.standing.size).toBe(0);
    expect(await closedText()).toMatch(/outcome: removed/);
  });
});

/** A grant of half a year for alice, held for a month. */
async function longGrant(): Promise<void> {
  const pull = await scenario.ask('alice', 'long', { duration: '180d' });
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  await scenario.pass();
  expect(scenario.held()).toHaveLength(1);
  await look(29 * DAY);
  expect(await pulls()).toEqual([]);
  await look(2 * DAY);
}

describe('a periodic review', () => {
  it('ends in silence what is held for long, at the deadline and by the one path of early ends', async () => {
    await longGrant();
    const pull = await only();
    expect(pull.title).toMatch(/^Access review: /);
    await look(13 * DAY);
    expect(scenario.held()).toHaveLength(1);
    await look(2 * DAY);
    expect(scenario.held()).toEqual([]);
    const entry = await scenario.entry('long');
    const asked = entry?.events.find(({ event }) => event === 'end_requested');
    expect(asked).toMatchObject({ reason: 'revoked', code: 'not_kept' });
    expect(await closedText()).toMatch(/outcome: ended/);
  });

  it('keeps what an owner keeps, and asks again after the period', async () => {
    await longGrant();
    const pull = await only();
    await edit(pull, 'bob', keepAll);
    await scenario.approve(pull.number, 'bob');
    await merge(pull);
    await look(15 * DAY);
    expect(scenario.held()).toHaveLength(1);
    expect(await pulls()).toEqual([]);
    await look(90 * DAY);
    expect((await only()).title).toMatch(/^Access review: /);
  });

  it('is not closed early by a clock that is fast', async () => {
    await longGrant();
    scenario.skew(15 * DAY);
    await look();
    scenario.skew(0);
    await look();
    expect(scenario.held()).toHaveLength(1);
    expect(await closedText()).toBe('');
  });

  it('opens again a list that was closed, and never two', async () => {
    await longGrant();
    const pull = await only();
    await scenario.world.github.as('alice').close(pull.number);
    await look();
    const again = await only();
    expect(again.number).not.toBe(pull.number);
    await look();
    expect((await only()).number).toBe(again.number);
  });
});

it('a list that cannot be opened keeps no other from its owners', async () => {
  await longGrant();
  await scenario.world.github.as('alice').close((await only()).number);
  standing('reporting');
  scenario.world.github.api.fail(/^POST .*\/(?:git\/refs|pulls)$/, 403);
  await look();
  expect(await pulls()).toHaveLength(1);
  await look();
  expect(await pulls()).toHaveLength(2);
});

const ENDS_ANYWAY: readonly (readonly [
  what: string,
  act: (pull: Pull) => Promise<void>,
  violation: RegExp | null,
])[] = [
  [
    'a yes that only whoever has it approves',
    async (pull) => {
      await scenario.world.github.addToTeam('dba', 'alice');
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'alice');
      await merge(pull);
    },
    null,
  ],
  [
    'a yes that only whoever has it approves, under another login by now (T043)',
    async (pull) => {
      await scenario.world.github.addToTeam('dba', 'alice');
      await edit(pull, 'bob', keepAll);
      scenario.world.github.rename('alice', 'alice-the-second');
      await scenario.approve(pull.number, 'alice-the-second');
      await merge(pull);
    },
    null,
  ],
  [
    'a second answer that lands before the first is recorded',
    async (pull) => {
      const { github } = scenario.world;
      const bob = github.as('bob');
      await bob.push('second', { [pathOf(pull)]: keepAll(await fileOf(pull)) }, { from: pull.head.ref });
      const second = await github.as('dana').openPullRequest({ head: 'second' });
      await scenario.world.settled();
      await scenario.approve(pull.number, 'bob');
      await scenario.approve(second, 'bob');
      github.hooks.pause();
      scenario.clock.advance(5);
      await bob.merge(pull.number);
      scenario.clock.advance(5);
      await bob.merge(second);
      github.hooks.resume();
      await scenario.world.settled();
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'an approval by somebody whom a grant alone makes an owner (T041)',
    async (pull) => {
      await scenario.world.github.addToTeam('dba', 'carol');
      const asked = { subject: 'carol', entitlements: ['dba-team'], duration: '60d' };
      const grant = await scenario.ask('carol', 'team', asked);
      await scenario.approve(grant, 'bob');
      await scenario.merge(grant, 'carol');
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'carol');
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'an approval by such an owner, rebased past a catalog in which that grant is another one (T041, T058)',
    async (pull) => {
      const carol = scenario.world.github.as('carol');
      await scenario.world.github.addToTeam('dba', 'carol');
      const asked = { subject: 'carol', entitlements: ['dba-team'], duration: '60d' };
      const grant = await scenario.ask('carol', 'team', asked);
      await scenario.approve(grant, 'bob');
      await scenario.merge(grant, 'carol');
      const other = CATALOG.replace('grant: { team: dba }', 'grant: { team: on-call }');
      await carol.push(pull.head.ref, { '.github/access/catalog.yaml': other });
      await edit(pull, 'carol', keepAll);
      await carol.push(pull.head.ref, { '.github/access/catalog.yaml': CATALOG });
      await scenario.world.settled();
      await scenario.approve(pull.number, 'carol');
      scenario.clock.advance(5);
      await carol.merge(pull.number, { method: 'rebase' });
      await scenario.world.settled();
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'an approval by somebody who is no owner',
    async (pull) => {
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'carol');
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'an edit after the approval',
    async (pull) => {
      await scenario.approve(pull.number, 'bob');
      await edit(pull, 'alice', keepAll);
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'a force-push back to what was approved',
    async (pull) => {
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'bob');
      const approved = ((await get(`/pulls/${pull.number}`)) as { head: { sha: string } }).head.sha;
      await edit(pull, 'alice', (text) => text.replace('It reports', 'It never reports'));
      await scenario.world.github.as('alice').pushCommit(pull.head.ref, approved, { force: true });
      await scenario.world.settled();
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'another end of the grant',
    async (pull) => {
      await edit(pull, 'bob', (text) => keepAll(text).replace(/until: .*/, 'until: "2031-01-01T00:00:00Z"'));
      expect(await scenario.checkTitle(pull.number)).toMatch(/^Needs a fix/);
      await scenario.approve(pull.number, 'bob');
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'an objection of another owner',
    async (pull) => {
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'bob');
      scenario.clock.advance(5);
      await scenario.world.github.as('dana').requestChanges(pull.number);
      await scenario.world.settled();
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'a merge after the deadline',
    async (pull) => {
      await edit(pull, 'bob', keepAll);
      await scenario.approve(pull.number, 'bob');
      scenario.clock.advance(14 * DAY);
      await merge(pull);
    },
    /unapproved_landing access-reviews/,
  ],
  [
    'a direct push to the default branch',
    async (pull) => {
      const text = keepAll(await fileOf(pull));
      await scenario.world.github.as('root').push('main', { [pathOf(pull)]: text });
      await scenario.world.settled();
    },
    /unapproved_landing access-reviews/,
  ],
];

describe('what keeps nothing', () => {
  it.each(ENDS_ANYWAY)('%s', async (_, act, violation) => {
    await longGrant();
    await act(await only());
    await look(14 * DAY);
    await look();
    expect(scenario.held()).toEqual([]);
    const found = await scenario.violations();
    if (violation === null) expect(found).toEqual([]);
    else expect(found.join('\n')).toMatch(violation);
  });
});
