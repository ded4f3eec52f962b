import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP, startWorld, type World } from './world.js';

const CLIENT = { clientId: 'Iv23li1', clientSecret: 's'.repeat(40) };
const CALLBACK = 'https://hallpass.example.com/sign-in/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let world: World;

beforeAll(async () => {
  world = await startWorld({ app: { ...APP, oauth: CLIENT } });
  world.github.setCallbackUrls([CALLBACK]);
});
afterAll(() => world?.close());

const ASKED = {
  client_id: CLIENT.clientId,
  redirect_uri: CALLBACK,
  state: 'st',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

const page = (changes: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.github.url}/login/oauth/authorize?${new URLSearchParams({ ...ASKED, ...changes })}`);

async function codeFor(login: string, changes: Readonly<Record<string, string>> = {}): Promise<URL> {
  const answer = await fetch(`${world.github.url}/login/oauth/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...ASKED, login, ...changes }),
  });
  return new URL(answer.headers.get('location') ?? 'none:');
}

async function exchange(changes: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const answer = await fetch(`${world.github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      ...changes,
    }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

const codeOf = async (login: string): Promise<string> =>
  (await codeFor(login)).searchParams.get('code') ?? '';
const user = (token: unknown) =>
  fetch(`${world.github.url}/user`, { headers: { authorization: `Bearer ${token}` } });

describe('the page of GitHub', () => {
  it('lets one say who one is', async () => {
    const answer = await page();
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Continue as <strong>alice</strong>');
  });

  it.each([
    ['an app it does not know', { client_id: 'Iv23li2' }, 404],
    ['a callback the app has not named', { redirect_uri: 'https://evil.example/cb' }, 400],
    ['a callback below the one it has named', { redirect_uri: `${CALLBACK}/../x` }, 400],
    ['a challenge that is no hash', { code_challenge_method: 'plain' }, 400],
  ])('refuses %s', async (_name, changes, status) => {
    expect((await page(changes)).status).toBe(status);
  });

  it('sends nobody to an address the app has not named', async () => {
    expect((await codeFor('alice', { redirect_uri: 'https://evil.example/cb' })).protocol).toBe('none:');
  });

  it('names itself in its answer (RFC 9207)', async () => {
    const { searchParams } = await codeFor('alice');
    expect(searchParams.get('iss')).toBe(`${world.github.url}/login/oauth`);
    expect(searchParams.get('state')).toBe('st');
  });
});

describe('a code', () => {
  it('becomes a token of that person for eight hours', async () => {
    const token = await exchange({ code: await codeOf('bob') });
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 28_800, scope: '' });
    expect(await (await user(token.access_token)).json()).toMatchObject({ login: 'bob', id: 1002 });
    world.advance(28_800);
    expect((await user(token.access_token)).status).toBe(401);
  });

  it('counts once', async () => {
    const code = await codeOf('alice');
    expect(await exchange({ code })).toHaveProperty('access_token');
    expect(await exchange({ code })).toEqual({ error: 'bad_verification_code' });
  });

  it.each([
    ['another secret', { client_secret: 'x' }, 'incorrect_client_credentials'],
    ['another app', { client_id: 'x' }, 'incorrect_client_credentials'],
    ['another callback', { redirect_uri: 'https://evil.example' }, 'redirect_uri_mismatch'],
    ['another verifier', { code_verifier: 'w'.repeat(43) }, 'bad_verification_code'],
    ['no verifier', { code_verifier: '' }, 'bad_verification_code'],
    ['another code', { code: 'x' }, 'bad_verification_code'],
  ])('is refused with %s', async (_name, changes, error) => {
    expect(await exchange({ code: await codeOf('alice'), ...changes })).toEqual({ error });
  });

  it('ends after ten minutes', async () => {
    const code = await codeOf('alice');
    world.advance(600);
    expect(await exchange({ code })).toEqual({ error: 'bad_verification_code' });
  });
});

describe('a token', () => {
  const takeBack = (token: unknown, secret = CLIENT.clientSecret) =>
    fetch(`${world.github.url}/applications/${CLIENT.clientId}/token`, {
      method: 'DELETE',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT.clientId}:${secret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ access_token: token }),
    });

  it('is taken back by the app alone, once', async () => {
    const { access_token: token } = await exchange({ code: await codeOf('alice') });
    expect((await takeBack(token, 'x')).status).toBe(404);
    expect((await user(token)).status).toBe(200);
    expect((await takeBack(token)).status).toBe(204);
    expect((await user(token)).status).toBe(401);
    expect((await takeBack(token)).status).toBe(404);
  });
});
