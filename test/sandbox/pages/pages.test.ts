import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxPages } from '../../../src/sandbox/pages/handler.js';
import { type Scenario, startScenario } from '../../scenarios/scenario.js';

let scenario: Scenario;
let base: string;

beforeAll(async () => {
  scenario = await startScenario();
  const { world, clock } = scenario;
  base = world.github.url;
  world.github.setPages(
    sandboxPages({
      world,
      clock,
      people: ['alice', 'bob', 'carol'],
      holding: async () => ({
        role: 'app_readonly',
        members: scenario.held(),
        question: 'SELECT 1',
        answer: { refused: 'permission denied' },
      }),
    }),
  );
});

afterAll(() => scenario.close());

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One request as a browser without scripts sends it. */
function visit(
  path: string,
  { as, form, headers = {} }: { as?: string; form?: Record<string, string> | string; headers?: object } = {},
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${base}${path}`,
      {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          ...(as === undefined ? {} : { cookie: `hallpass_sandbox_person=${as}` }),
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
      },
      async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      },
    );
    sent.on('error', reject);
    sent.end(typeof form === 'object' ? new URLSearchParams(form).toString() : form);
  });
}

const asks = (more: Record<string, string> = {}) => ({
  title: 'Please',
  path: scenario.path('by-hand'),
  text: scenario.document({ subject: 'alice' }),
  ...more,
});

test('by forms alone, from nothing to access and to its end', async () => {
  const first = await visit('/acme/access/pulls');
  expect(first.text).toContain('Nobody has asked for anything yet');
  const asked = await visit('/acme/access/new', { as: 'alice', form: asks() });
  expect([asked.status, asked.headers.location]).toEqual([303, '/acme/access/pull/1']);
  const own = await visit('/acme/access/pull/1', { as: 'alice' });
  expect(own.text).toContain('Waiting for approval');
  expect(own.text).not.toContain('Approve as');
  expect(own.text).toContain('The check is not green');
  for (const as of ['bob', 'carol']) {
    expect((await visit('/acme/access/pull/1', { as })).text).toContain(`Approve as ${as}`);
    await visit('/acme/access/pull/1/review', { as, form: { event: 'APPROVE' } });
  }
  const merged = await visit('/acme/access/pull/1/merge', { as: 'alice', form: { how: 'merge' } });
  expect(merged.status).toBe(303);
  const [held = ''] = scenario.held();
  expect(held).toMatch(/^alice/u);
  expect((await visit('/sandbox/database')).text).toContain(held);
  const clock = await visit('/sandbox/clock', {
    form: { seconds: '3600', here: '/acme/access/pull/1' },
  });
  expect(clock.headers.location).toBe('/acme/access/pull/1');
  expect(scenario.held()).toEqual([]);
  expect(clock.headers['set-cookie']?.toString()).toContain('hallpass_sandbox_did=clock;');
  const told = await visit('/acme/access/pull/1');
  expect(told.text).toContain('merged');
  expect(told.text).toMatch(/⚪/u);
  const ledger = await visit('/acme/access/commits/access-ledger');
  const [, commit = ''] = /commit\/([0-9a-f]{7,})/u.exec(ledger.text) ?? [];
  expect((await visit(`/acme/access/commit/${commit}`)).text).toContain('diff --git');
  const entry = `grants/${scenario.id('by-hand')}.yaml`;
  const history = await visit(`/acme/access/commits/access-ledger/${entry}`);
  expect(history.text).toContain(`<h1>${entry}</h1>`);
  expect(history.text.match(/<li>/gu)?.length).toBeLessThan(ledger.text.match(/<li>/gu)?.length ?? 0);
  const landed = (await scenario.entry('by-hand'))?.landing.commit;
  expect((await visit(`/acme/access/blob/${landed}/${scenario.path('by-hand')}`)).text).toContain('subject');
  expect((await visit('/acme/access/blob/main/.github/access/policy.yaml')).text).toContain('max_duration');
});

test('time that passes stops where access ends, so that the end is not late', async () => {
  const pull = await scenario.ask('alice', 'short', { duration: '30m' });
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  await visit('/sandbox/clock', { form: { seconds: '3600' } });
  const entry = await scenario.entry('short');
  expect(entry?.events.at(-1)).toMatchObject({ event: 'ended', at: entry?.window?.expiresAt });
});

test('a request with a mistake is mended in the browser, and only its own files are changed', async () => {
  const path = scenario.path('mistake');
  const text = scenario.document({ subject: 'alice' }).replace('duration', 'duratoin');
  const asked = await visit('/acme/access/new', { as: 'alice', form: asks({ path, text }) });
  const at = String(asked.headers.location);
  const wrong = await visit(at, { as: 'alice' });
  expect(wrong.text).toMatch(/<textarea[^>]*>\nversion: 1/u);
  expect(wrong.text).toContain('unknown_key');
  const elsewhere = { path: '.github/access/policy.yaml', text: 'x' };
  expect((await visit(`${at}/edit`, { as: 'alice', form: elsewhere })).status).toBe(422);
  const mended = { path, text: text.replace('duratoin', 'duration') };
  const pushed = await visit(`${at}/edit`, { as: 'alice', form: mended });
  expect(pushed).toMatchObject({ status: 303, headers: { location: at } });
  const [did = ''] = pushed.headers['set-cookie'] ?? [];
  const said = await visit(at, { headers: { cookie: did.split(';')[0] ?? '' } });
  expect(said.text).toContain('Pushed to the branch');
  expect(said.text).toContain('Waiting for approval');
  const forged = await visit(at, { headers: { cookie: 'hallpass_sandbox_did=constructor' } });
  expect(forged.text).not.toContain('role="status"');
});

test('what the stand-in refuses is said, and what was typed is not lost', async () => {
  const twice = await visit('/acme/access/new', {
    as: 'alice',
    form: asks({ path: '../../../etc/passwd', title: 'Mine' }),
  });
  expect(twice.status).toBe(422);
  expect(twice.text).toContain('role="status"');
  expect(twice.text).toContain('value="Mine"');
  const own = await visit('/acme/access/pull/1/review', { as: 'alice', form: { event: 'APPROVE' } });
  expect(own.status).toBe(422);
  expect(own.text).toContain('class="said bad"');
});

describe('whatever people write stays text', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'; alert(1)//",
    '</textarea><script>alert(1)</script>',
    '</pre><svg onload=alert(1)>',
    '[x](javascript:alert(1))',
    '<details><summary><b onclick=alert(1)>x</b></summary>\ny\n</details>',
    '<!-- --><script>alert(1)</script>',
  ];
  test.each(HOSTILE)('%s', async (text) => {
    const refused = await visit('/acme/access/new', {
      as: 'alice',
      form: asks({ title: text, path: '/', text }),
    });
    await visit('/acme/access/pull/1/comment', { as: 'bob', form: { body: text } });
    const pull = await visit('/acme/access/pull/1', { as: 'alice' });
    for (const page of [refused, pull]) {
      expect(page.text).not.toMatch(/<script>|<img|<svg|<b |href="javascript/iu);
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect(pull.text).toContain('alert(1)');
  });
});

test.each([
  ['a page that is not there', '/acme/access/pull/77', {}, 404],
  ['a commit that is an option', '/acme/access/commit/--help', {}, 404],
  ['a branch that is an option', '/acme/access/commits/-p', {}, 404],
  ['a file outside', '/acme/access/blob/main/..%2F..%2Fetc%2Fpasswd', {}, 404],
  ['a form nobody has', '/acme/access/pull/1/approve-all', { form: {} }, 404],
  ['a name that was made to point here', '/acme/access/pulls', { headers: { host: 'evil.example' } }, 403],
  ["another site's form", '/sandbox/clock', { form: {}, headers: { origin: 'http://evil.example' } }, 403],
  ['a form without end', '/acme/access/new', { form: 'x'.repeat(70_000) }, 413],
  ['time that stands still', '/sandbox/clock', { form: { seconds: '-5' } }, 422],
  ['time without end', '/sandbox/clock', { form: { seconds: 'Infinity' } }, 422],
])('%s is answered %s', async (_what, path, sent, status) => {
  expect((await visit(path, sent)).status).toBe(status);
});

test('somebody who is not there is the first, and nobody is led away', async () => {
  const unknown = await visit('/acme/access/new', { as: 'mallory' });
  expect(unknown.text).toContain('value="alice" aria-pressed="true"');
  const unmade = await visit('/sandbox/person', { form: { login: 'mallory', here: '//evil.example' } });
  expect([unmade.headers.location, unmade.headers['set-cookie']]).toEqual(['/acme/access/pulls', undefined]);
  const made = await visit('/sandbox/person', { form: { login: 'bob', here: '/acme/access/new' } });
  expect(made.headers.location).toBe('/acme/access/new');
  expect(made.headers['set-cookie']).toEqual([
    'hallpass_sandbox_person=bob; Path=/; HttpOnly; SameSite=Strict',
  ]);
});

test('the API and git are what they were', async () => {
  const api = await visit('/repos/acme/access/pulls', {
    headers: { authorization: `Bearer ${scenario.world.github.token('bob')}` },
  });
  expect(JSON.parse(api.text)).toEqual(expect.any(Array));
});
