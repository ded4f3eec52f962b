import { afterAll, beforeAll, expect, it } from 'vitest';
import { instantOf } from '../../src/core/time.js';
import { MEMORY_CATALOG } from '../scenarios/scenario.js';
import { type Installation, startInstallation } from '../support/installation.js';

let server: Installation;
const started = Math.floor(Date.now() / 1_000);
const month = instantOf(started).slice(0, 7).replace('-', '/');

beforeAll(async () => {
  server = await startInstallation({
    targets: '  orders-db: { kind: memory }\n  teams: { kind: memory }\n',
    files: { '.github/access/catalog.yaml': MEMORY_CATALOG },
  });
});
afterAll(() => server?.close());

const hallpass = (argv: readonly string[], answer?: string) =>
  server.run(argv, answer === undefined ? {} : { ask: () => Promise.resolve(answer) });
const pass = () => hallpass(['reconcile', '--once']);

/** What nobody has to approve. */
async function ask(login: string, name: string, more = ''): Promise<void> {
  const text = `version: 1\nsubject: ${login}\nentitlements: [orders-deployers]\nduration: 2h\njustification: "try"\n${more}`;
  const actor = server.github.as(login);
  await actor.push(name, { [`access-requests/${month}/${name}.yaml`]: text });
  await actor.merge(await actor.openPullRequest({ head: name }));
}

async function states(): Promise<readonly string[]> {
  const { out } = await hallpass(['list', '--repo', server.github.gitDir, '--state', 'all', '--json']);
  const { grants } = JSON.parse(out) as { grants: { id: string; state: string; reason: string | null }[] };
  return grants.map(({ id, state, reason }) => `${id.slice(8)} ${state} ${reason ?? ''}`.trim()).toSorted();
}

it('revoke --all ends what is meant, in every state, and only after somebody said so', async () => {
  await pass();
  await ask('alice', 'now');
  await ask('alice', 'later', `start: ${instantOf(started + 36_000)}\n`);
  await ask('bob', 'other');
  await pass();
  const before = ['later scheduled', 'now active', 'other active'];
  expect(await states()).toEqual(before);

  const none = await hallpass(['revoke', '--all', '--target', 'orders-db', '--yes']);
  expect(none).toMatchObject({ code: 1, out: '', err: 'hallpass: no grant of these lives\n' });
  const nobody = await hallpass(['revoke', '--all', '--subject', 'bob']);
  expect(nobody.code).toBe(2);
  expect(nobody.err).toContain('Say --yes to end them.');
  const no = await hallpass(['revoke', '--all'], 'yes');
  expect(no).toMatchObject({ code: 2, err: 'hallpass: nothing was ended\n' });
  expect(no.out).toMatch(/now: alice, orders-deployers on teams until .* UTC\n/);
  expect(no.out).toMatch(/later: alice, .*, not begun\n/);
  await pass();
  expect(await states()).toEqual(before);

  const one = await hallpass(['revoke', '--all', '--subject', 'BOB', '--target', 'teams'], '1');
  expect(one).toMatchObject({ code: 0, out: expect.stringContaining('Recorded: 1 grant ends now.') });
  await pass();
  expect(await states()).toEqual(['later scheduled', 'now active', 'other ended revoked']);

  // Whoever wants JSON is a program, and nobody answers for one.
  expect((await hallpass(['revoke', '--all', '--json'], '2')).err).toContain('Say --yes to end them.');
  const rest = await hallpass(['revoke', '--all', '--entitlement', 'orders-deployers', '--yes', '--json']);
  expect(rest).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(rest.out).ending.toSorted()).toEqual([`${month}/later`, `${month}/now`]);
  await pass();
  expect(await states()).toEqual(['later void revoked', 'now ended revoked', 'other ended revoked']);
  expect((await hallpass(['revoke', '--all', '--yes'])).code).toBe(1);
});
