import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { agree, formTokenOf, leave, signedIn, Visitor } from './visitor.js';
import { type DashboardWorld, startDashboardWorld } from './world.js';

let dashboard: DashboardWorld;
const at = (path: string): string => `${dashboard.url}${path}`;

beforeAll(async () => {
  dashboard = await startDashboardWorld();
});
afterEach(() => dashboard.world.github.api.clear());
afterAll(() => dashboard?.close());

describe('signing in', () => {
  it('begins a session and goes back to where it was wanted', async () => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard, '/targets?x=1'), 'alice');
    const back = await visitor.ask(answer.href);
    expect(back).toMatchObject({ status: 303, location: '/targets?x=1' });
    expect((await visitor.ask(at('/targets'))).status).toBe(200);
  });

  it('asks GitHub with a state and a challenge by S256, and for its own callback', async () => {
    const { searchParams: sent } = await leave(new Visitor(), dashboard);
    expect(sent.get('state')?.length).toBeGreaterThan(20);
    expect(sent.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(sent.get('code_challenge_method')).toBe('S256');
    expect(sent.get('redirect_uri')).toBe(at('/sign-in/callback'));
  });

  it('leaves a cookie that scripts and other sites cannot use, and nothing of the attempt', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const session = visitor.set.find((line) => line.startsWith('hallpass-session='));
    expect(session).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/);
    expect([...visitor.cookies.keys()]).toEqual(['hallpass-session']);
    // Sealed: neither who nor by which token can be read from it.
    const [, , ...sealed] = (visitor.cookies.get('hallpass-session') ?? '').split('.');
    expect(Buffer.from(sealed.join(''), 'base64url').toString('latin1')).not.toMatch(/alice|ghu_/);
  });

  it('begins another session each time', async () => {
    const [one, other] = [await signedIn(dashboard, 'alice'), await signedIn(dashboard, 'alice')];
    expect(one.cookies.get('hallpass-session')).not.toBe(other.cookies.get('hallpass-session'));
    expect(await formTokenOf(one, dashboard.url)).not.toBe(await formTokenOf(other, dashboard.url));
  });

  it('is refused by who goes away on the page of GitHub', async () => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard), '');
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect((await visitor.ask(answer.href)).status).toBe(403);
    expect(visitor.cookies.size).toBe(0);
  });
});

type Attack = (answer: URL, visitor: Visitor) => Promise<void> | void;
const change =
  (name: string, value: string): Attack =>
  (answer) =>
    answer.searchParams.set(name, value);

describe('an answer that was tampered with signs nobody in', () => {
  it.each<readonly [string, Attack, number]>([
    ['another state', change('state', 'x'.repeat(43)), 403],
    ['no state', (answer) => answer.searchParams.delete('state'), 403],
    ['two states', (answer) => answer.searchParams.append('state', 'x'), 403],
    ['another code', change('code', 'x'.repeat(20)), 403],
    ['no code', (answer) => answer.searchParams.delete('code'), 403],
    ['another issuer', change('iss', 'https://evil.example/login/oauth'), 403],
    ['an error beside the code', change('error', 'server_error'), 403],
    ['a browser that did not begin', (_, visitor) => visitor.cookies.clear(), 400],
    [
      'the session of somebody in the place of the attempt',
      async (_, visitor) => {
        const other = await signedIn(dashboard, 'bob');
        visitor.cookies.set('hallpass-sign-in', other.cookies.get('hallpass-session') ?? '');
      },
      400,
    ],
    [
      'a cookie with one sign changed',
      (_, visitor) => {
        const sealed = visitor.cookies.get('hallpass-sign-in') ?? '';
        visitor.cookies.set('hallpass-sign-in', sealed.replace(/.{9}$/, 'AAAAAAAAA'));
      },
      400,
    ],
    [
      'the attempt of somebody else',
      async (_, visitor) => {
        const other = new Visitor();
        await leave(other, dashboard);
        visitor.cookies.set('hallpass-sign-in', other.cookies.get('hallpass-sign-in') ?? '');
      },
      403,
    ],
  ])('%s', async (_name, attack, status) => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard), 'alice');
    await attack(answer, visitor);
    expect((await visitor.ask(answer.href)).status).toBe(status);
    expect([...visitor.cookies.keys()]).toEqual([]);
  });

  it('a code that was used', async () => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard), 'alice');
    const attempt = visitor.cookies.get('hallpass-sign-in') ?? '';
    expect((await visitor.ask(answer.href)).status).toBe(303);
    const thief = new Visitor();
    thief.cookies.set('hallpass-sign-in', attempt);
    expect((await thief.ask(answer.href)).status).toBe(403);
  });

  it('a code put into another attempt, which has another verifier (RFC 7636)', async () => {
    const victim = await agree(await leave(new Visitor(), dashboard), 'alice');
    const thief = new Visitor();
    const own = await agree(await leave(thief, dashboard), 'bob');
    own.searchParams.set('code', victim.searchParams.get('code') ?? '');
    expect((await thief.ask(own.href)).status).toBe(403);
  });

  it('an attempt that began long ago', async () => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard), 'alice');
    dashboard.clock.advance(601);
    expect((await visitor.ask(answer.href)).status).toBe(400);
  });
});

describe('while GitHub is away', () => {
  it.each<readonly [string, () => void]>([
    ['answers 502', () => dashboard.world.github.api.fail('POST /login/oauth/access_token', 502)],
    ['loses the answer', () => dashboard.world.github.api.loseAnswer('POST /login/oauth/access_token')],
    ['does not say who it is', () => dashboard.world.github.api.fail('GET /user', 503)],
  ])('and %s, nobody is signed in and everybody may try again', async (_name, plan) => {
    const visitor = new Visitor();
    const answer = await agree(await leave(visitor, dashboard), 'alice');
    plan();
    const told = await visitor.ask(answer.href);
    expect(told.status).toBe(503);
    expect(told.text).toContain('GitHub did not answer');
    expect(visitor.cookies.size).toBe(0);
  });
});

describe('signing out', () => {
  const own = () => ({ origin: dashboard.url });

  it('ends the session, every copy of its cookie, and the token at GitHub', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const copy = visitor.cookies.get('hallpass-session') ?? '';
    const form = await formTokenOf(visitor, dashboard.url);
    const out = await visitor.post(at('/sign-out'), { form }, own());
    expect(out).toMatchObject({ status: 303, location: '/signed-out' });
    expect(visitor.cookies.size).toBe(0);
    visitor.cookies.set('hallpass-session', copy);
    expect((await visitor.ask(at('/'))).location).toBe('/sign-in?return=%2F');
    const last = dashboard.world.github.calls.findLast(({ method }) => method === 'DELETE');
    expect(last).toMatchObject({ route: '/applications/{client_id}/token', status: 204 });
  });

  it('works while GitHub is away', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const copy = visitor.cookies.get('hallpass-session') ?? '';
    const form = await formTokenOf(visitor, dashboard.url);
    dashboard.world.github.api.fail('DELETE /applications/{client_id}/token', 503);
    expect((await visitor.post(at('/sign-out'), { form }, own())).status).toBe(303);
    visitor.cookies.set('hallpass-session', copy);
    expect((await visitor.ask(at('/'))).status).toBe(303);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['another site', { origin: 'https://evil.example' }, {}],
    ['a page that hides where it is', { origin: 'null' }, {}],
    ['nobody who says where from', {}, {}],
    ['a page of another session', {}, { form: 'x'.repeat(32) }],
    ['a page without a token', {}, { form: '' }],
    ['a script with another kind of body', { 'content-type': 'text/plain' }, {}],
  ])('is not done for %s (T141)', async (_name, headers, fields) => {
    const visitor = await signedIn(dashboard, 'alice');
    const form = await formTokenOf(visitor, dashboard.url);
    const isOwn = Object.keys(fields).length > 0 || 'content-type' in headers;
    const sent = isOwn ? { ...own(), ...headers } : headers;
    const told = await visitor.post(at('/sign-out'), { form, ...fields }, sent);
    expect(told.status).toBe(403);
    expect((await visitor.ask(at('/'))).status).toBe(200);
  });

  it('is not done by a link', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const told = await visitor.ask(at('/sign-out'));
    expect(told.status).toBe(405);
    expect(told.headers.get('allow')).toBe('POST');
  });

  it('takes no endless form', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const form = await formTokenOf(visitor, dashboard.url);
    const told = await visitor.post(at('/sign-out'), { form, more: 'x'.repeat(70_000) }, own());
    expect(told.status).toBe(403);
  });
});
