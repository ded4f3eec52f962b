import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/grant.js';
import { POLICY_PATH } from '../../src/core/pull-request.js';
import { renderEntry } from '../../src/documents/entry.js';
import { commit } from '../adapters/git/world.js';
import { bound, story, written } from '../app/auditing/audit-edits.js';
import { copyOf } from '../app/auditing/audit-pages.js';
import { IDS, POLICY } from '../app/auditing/audit-story.js';
import { cli } from './harness.js';

const replay = (repo: string, ...argv: readonly string[]) =>
  cli(['audit', 'replay', ...argv, '--repo', repo]);

/** A copy whose default branch has another policy. */
function withPolicy(policy: string): string {
  const repo = copyOf(story.repo);
  commit(repo, { [POLICY_PATH]: policy });
  return repo;
}

/** A copy whose ledger says something else of alice's decision. */
function withEntry(change: (entry: Entry) => Entry): string {
  const repo = copyOf(story.repo);
  const entry = change(written(1, IDS.alice));
  commit(repo, { [`grants/${IDS.alice}.yaml`]: renderEntry(entry) }, { branch: 'access-ledger' });
  return repo;
}

describe('hallpass audit replay', () => {
  it.each(Object.entries(IDS))('agrees with every decision of the story: %s', async (_name, id) => {
    const { code, out, err } = await replay(story.repo, id);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Agrees: It was (?:approved|denied) at 2026-11-22 .*, it comes out the same\.\n/);
    expect(out).toContain(id);
  });

  it('explains the decision with every finding', async () => {
    const { out } = await replay(story.repo, `access-requests/${IDS.alice}.yaml`);
    expect(out).toContain('✔ rule production-data is satisfied');
    expect(out).toContain('group 1: 1 of 1 from bob: bob');
  });

  it('says what another policy would make of it, differences first', async () => {
    const repo = withPolicy(POLICY.replace('users: [bob]', 'users: [erin]'));
    const { code, out, err } = await replay(repo, IDS.alice, '--policy', 'main');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.split('\n').slice(0, 4)).toEqual([
      'Differs: It was approved at 2026-11-22 12:00:01 UTC; decided again by the documents of main, it comes out otherwise.',
      '  outcome: recorded approved, now pending',
      '  unsatisfied: recorded (none), now production-data',
      '  approvals: recorded account 1002, review 11, for group 1 of production-data; account 1003, review 12, for group 2 of production-data, now account 1003, review 12, for group 2 of production-data',
    ]);
    expect(await replay(repo, IDS.alice)).toMatchObject({ code: 0 });
  });

  it('does not pretend to know what nobody recorded', async () => {
    const repo = withPolicy(POLICY.replace('users: [bob]', 'teams: [dba]'));
    const { code, out } = await replay(repo, IDS.alice, '--policy', 'main');
    expect(code).toBe(2);
    expect(out).toMatch(/^Not known: .*\n {2}not recorded: who is in dba\n/);
    const json = await replay(repo, IDS.alice, '--policy', 'main', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ agrees: null, policy: 'main', lacking: ['who is in dba'] });
  });

  it('finds a decision that does not follow from its evidence', async () => {
    const repo = withEntry((entry) => ({
      ...entry,
      decision: { ...entry.decision, evidence: { ...entry.decision.evidence, reviews: [] } },
    }));
    const { code, out } = await replay(repo, IDS.alice, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      id: IDS.alice,
      agrees: false,
      policy: null,
      recorded: { at: '2026-11-22T12:00:01Z', outcome: 'approved' },
      differences: [
        { of: 'outcome', recorded: ['approved'], again: ['pending'] },
        { of: 'unsatisfied', recorded: [], again: ['production-data'] },
        { of: 'approvals', again: [] },
      ],
      lacking: [],
      decision: { outcome: 'pending' },
    });
  });

  it.each<readonly [string, () => string, readonly string[], RegExp]>([
    ['no such request', () => story.repo, ['2026/11/nobody'], /was never decided/],
    ['no id', () => story.repo, ['../../x'], /names no request/],
    ['no such commit', () => story.repo, [IDS.alice, '--policy', 'nowhere'], /There is no commit nowhere/],
    ['an option as a commit', () => story.repo, [IDS.alice, '--policy=--all'], /There is no commit --all/],
    ['no ledger', () => story.repo, [IDS.alice, '--branch', 'other'], /there is no branch other here/],
    [
      'a broken policy',
      () => withPolicy('version: 1\nrules: 7\n'),
      [IDS.alice, '--policy', 'main'],
      /cannot be read\n {2}\.github\/access\/policy\.yaml:2/,
    ],
    [
      'documents that are not there',
      () =>
        withEntry((entry) => ({
          ...entry,
          decision: { ...entry.decision, control: { ...entry.decision.control, policy: bound.commits[0]! } },
        })),
      [IDS.alice],
      /policy, catalog or people cannot be read/,
    ],
    [
      'a request nobody can read',
      () => withEntry((entry) => ({ ...entry, request: { ...entry.request, content: 'subject: [\n' } })),
      [IDS.alice],
      /quotes a request that cannot be read/,
    ],
    [
      'an entry of another grant',
      () => withEntry((entry) => ({ ...entry, id: IDS.dave })),
      [IDS.alice],
      /has an entry that cannot be read/,
    ],
  ])('exits 2 with %s', async (_name, repo, argv, said) => {
    const { code, out, err } = await replay(repo(), ...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});
