import { Octokit } from '@octokit/rest';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProvider } from '../../../../src/adapters/providers/github-team/provider.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';

/**
 * A second opinion: a stand-in for GitHub by people who do not know ours. It is too kind to judge refusals (any token may change any team),
 * so this is one membership from its beginning to its end, and nothing else.
 */
const now = '2026-11-22T12:00:00Z' as Instant;
const TOKEN = 'a token of an owner';
const alice = { target: 'acme', subject: 'alice', grant: { team: 'dba' } };

let emulator: Emulator;
let provider: Provider;

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: 'root', scopes: ['repo', 'admin:org'] } },
      github: {
        users: ['root', 'alice', 'bob'].map((login) => ({ login })),
        orgs: [{ login: 'acme', name: 'acme' }],
      },
    },
  });
  const client = new Octokit({
    auth: TOKEN,
    baseUrl: emulator.url,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await client.request('POST /orgs/{org}/teams', { org: 'acme', name: 'dba' });
  // Who is in any team of it is in the organization here; the team `members` comes with it.
  for (const username of ['alice', 'bob']) {
    const at = { org: 'acme', team_slug: 'members', username };
    await client.request('PUT /orgs/{org}/teams/{team_slug}/memberships/{username}', {
      ...at,
      role: 'member',
    });
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  provider = await createProvider(
    { organization: 'acme' },
    { target: 'acme', clock: { now: () => now }, log, github: async () => client },
  );
});
afterAll(() => emulator?.close());

it('grants, shows and ends a membership as it does on the other stand-in', async () => {
  await provider.preflight?.(alice);
  expect((await provider.observe([alice])).held).toEqual([]);
  const { receipt, ...granted } = await provider.grant(alice, now, 'key');
  expect(granted).toEqual({ changed: true, preexisting: false });
  expect((await provider.observe([alice])).held).toMatchObject([{ holding: alice, managed: 'unknown' }]);
  expect(await provider.grant(alice, now, 'key')).toEqual({ changed: false, preexisting: false, receipt });
  expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
  expect(await provider.revoke(alice, receipt)).toEqual({ changed: false });
  expect((await provider.observe([alice])).held).toEqual([]);
});
