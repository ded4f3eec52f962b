import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formTokenOf, signedIn, Visitor } from './visitor.js';
import { type DashboardWorld, startDashboardWorld } from './world.js';

let dashboard: DashboardWorld;
const at = (path: string): string => `${dashboard.url}${path}`;
const PAGES = [
  '/',
  '/history',
  '/targets',
  '/numbers',
  '/people/alice',
  '/entitlements/orders-db-readonly',
  '/grants/2026/11/none',
  '/live',
];

beforeAll(async () => {
  dashboard = await startDashboardWorld();
});
afterEach(() => {
  dashboard.world.github.api.clear();
  dashboard.world.github.setPermission('alice', 'write');
  dashboard.clock.advance(61);
});
afterAll(() => dashboard?.close());

describe('whoever has not signed in', () => {
  it.each(PAGES)('is asked to before %s, and comes back', async (path) => {
    const told = await new Visitor().ask(at(path));
    expect(told).toMatchObject({
      status: 303,
      text: '',
      location: `/sign-in?return=${encodeURIComponent(path)}`,
    });
  });

  it.each([
    ['nothing', ''],
    ['something else', 'x'],
    ['a token without a seal', 'eyJhbGciOiJub25lIn0.eyJ2YWx1ZXMiOnt9fQ.'],
    ['another kind of seal', 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d'],
  ])('cannot make a session of %s', async (_name, value) => {
    const visitor = new Visitor();
    visitor.cookies.set('hallpass-session', value);
    expect((await visitor.ask(at('/'))).status).toBe(303);
  });

  it('cannot change one', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const parts = (visitor.cookies.get('hallpass-session') ?? '').split('.');
    for (const index of parts.keys()) {
      const changed = parts.with(index, `${parts[index]?.slice(0, -2)}${index}A`);
      visitor.cookies.set('hallpass-session', changed.join('.'));
      expect((await visitor.ask(at('/'))).status).toBe(303);
    }
  });

  it('is somebody for eight hours at most', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    dashboard.clock.advance(8 * 3_600 - 1);
    expect((await visitor.ask(at('/'))).status).toBe(200);
    dashboard.clock.advance(1);
    expect((await visitor.ask(at('/'))).status).toBe(303);
  });
});

describe('whoever may not read the access repository (T143)', () => {
  it.each(PAGES)('finds nothing at %s, and cannot tell it from what is not there', async (path) => {
    dashboard.world.github.setPermission('alice', 'none');
    const visitor = await signedIn(dashboard, 'alice');
    const told = await visitor.ask(at(path));
    expect(told.status).toBe(404);
    expect(told.text).not.toContain('held now');
  });

  it('sees nothing any more a minute after losing it', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    expect((await visitor.ask(at('/'))).status).toBe(200);
    dashboard.world.github.setPermission('alice', 'none');
    dashboard.clock.advance(60);
    expect((await visitor.ask(at('/'))).status).toBe(404);
  });

  it('sees nothing once the token is taken back at GitHub', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    dashboard.world.github.ghost('dana');
    const dana = new Visitor();
    expect((await dana.ask(at('/'))).status).toBe(303);
    dashboard.world.github.api.fail('GET /repositories/{id}', 401);
    dashboard.clock.advance(61);
    expect((await visitor.ask(at('/'))).status).toBe(404);
  });

  it.each([
    ['fails', () => dashboard.world.github.api.fail('GET /repositories/{id}', 502, 9)],
    [
      'limits calls',
      () => dashboard.world.github.api.secondaryLimit({ match: 'GET /repositories/{id}', times: 9 }),
    ],
    ['breaks off', () => dashboard.world.github.api.loseAnswer('GET /repositories/{id}', 9)],
  ])('cannot be told from anybody while GitHub %s, so nobody sees anything', async (_name, plan) => {
    const visitor = await signedIn(dashboard, 'alice');
    plan();
    dashboard.clock.advance(61);
    const told = await visitor.ask(at('/'));
    expect(told.status).toBe(503);
    expect(told.text).toContain('GitHub does not answer');
    expect(told.text).not.toContain('held now');
    dashboard.world.github.api.clear();
    expect((await visitor.ask(at('/'))).status).toBe(200);
  });
});

describe('GitHub', () => {
  it('is asked once a minute for however many pages', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const asked = () =>
      dashboard.world.github.calls.filter(({ route }) => route === '/repositories/{id}').length;
    const before = asked();
    await Promise.all(['/', '/history', '/targets', '/', '/numbers'].map((path) => visitor.ask(at(path))));
    expect(asked() - before).toBe(1);
  });
});

describe('every page', () => {
  it('lets in nothing inline and nothing from elsewhere, into no frame, and is kept nowhere', async () => {
    const visitor = await signedIn(dashboard, 'alice');
    const { headers, text } = await visitor.ask(at('/'));
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split('; ')).toContain(part);
    expect(policy).not.toContain('unsafe');
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(text).not.toMatch(
      /<style|<script(?! src="\/assets\/[0-9a-f]{16}\/live\.js" defer>)|\son\w+=|style=/,
    );
  });

  it('loads a style sheet, a script and an icon of ours that may be kept for ever', async () => {
    const { text } = await (await signedIn(dashboard, 'alice')).ask(at('/'));
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const told = await new Visitor().ask(at(path));
      expect(told.status).toBe(200);
      expect(told.headers.get('cache-control')).toContain('immutable');
      expect(told.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await new Visitor().ask(at('/assets/0000000000000000/style.css'))).status).toBe(404);
  });

  it('has no body for who only asks for its head', async () => {
    const told = await (await signedIn(dashboard, 'alice')).ask(at('/'), { method: 'HEAD' });
    expect(told).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    '/grants/2026/11/none',
    '/grants/..%2f..%2fetc',
    '/people/%3Cscript%3E',
    '/entitlements/constructor',
  ])('that is not there is not found: %s', async (path) => {
    const told = await (await signedIn(dashboard, 'alice')).ask(at(path));
    expect(told.status).toBe(404);
    expect(told.text).not.toMatch(/<script>/);
  });

  it.each(['/%ff', '/grants/%', '//evil.example/', '/people/a/b', '/nowhere'])(
    'that is no path of ours is left to others: %s',
    async (path) => {
      expect((await new Visitor().ask(at(path))).status).toBe(404);
    },
  );

  it('leaves health, numbers and webhooks to those who have them', async () => {
    const visitor = new Visitor();
    expect((await visitor.ask(at('/healthz'))).text).toBe('ok\n');
    expect((await visitor.ask(at('/metrics'))).text).toContain('# HELP');
    expect((await visitor.ask(at('/api/github/webhooks'), { method: 'POST' })).status).toBe(400);
  });
});

describe('the stream of changes', () => {
  /** @returns the status, what came so far, and how to leave. */
  function listen(visitor: Visitor) {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const heard: string[] = [];
    let isOver = false;
    const outgoing = request(at('/live'), { headers: { cookie } });
    const status = new Promise<number>((resolve) => {
      outgoing.on('response', (response) => {
        response.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
        response.on('error', () => {});
        response.on('end', () => {
          isOver = true;
        });
        resolve(response.statusCode ?? 0);
      });
    });
    outgoing.on('error', () => {});
    outgoing.end();
    return { status, heard, ended: () => isOver, leave: () => outgoing.destroy() };
  }

  it('is open to so many of one person and no more, so that webhooks find a place', async () => {
    const visitor = await signedIn(dashboard, 'bob');
    const streams = Array.from({ length: 9 }, () => listen(visitor));
    const statuses = await Promise.all(streams.map(({ status }) => status));
    expect(statuses.toSorted()).toEqual([...Array(8).fill(200), 503]);
    for (const { leave } of streams) leave();
  });

  /** Waits for what comes next, however long that takes. */
  const until = async (came: () => boolean): Promise<void> => {
    while (!came()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('says that something changed, and nothing of what it is', async () => {
    const stream = listen(await signedIn(dashboard, 'carol'));
    await stream.status;
    dashboard.world.running.hints.pass();
    await until(() => stream.heard.join('').includes('event'));
    expect(stream.heard.join('')).toBe('retry: 5000\n\nevent: changed\ndata: \n\n');
    stream.leave();
  });

  it('ends for whoever may read no more, and for whoever signs out', async () => {
    const lost = await signedIn(dashboard, 'alice');
    const out = await signedIn(dashboard, 'carol');
    const streams = [listen(lost), listen(out)];
    await Promise.all(streams.map(({ status }) => status));
    dashboard.world.github.setPermission('alice', 'none');
    dashboard.clock.advance(61);
    dashboard.world.running.hints.pass();
    await until(() => streams[0]?.ended() ?? false);
    expect(streams[0]?.heard.join('')).not.toContain('event');
    const form = await formTokenOf(out, dashboard.url);
    await out.post(at('/sign-out'), { form }, { origin: dashboard.url });
    await until(() => streams[1]?.ended() ?? false);
  });
});
