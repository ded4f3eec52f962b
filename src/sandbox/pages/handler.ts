import type { IncomingMessage, ServerResponse } from 'node:http';
import { html, type Markup } from '../../views/report/markup.js';
import type { SandboxClock } from '../clock.js';
import type { World } from '../world.js';
import { acts } from './acts.js';
import { type Asked, askPage, suggestion } from './ask-page.js';
import { changes } from './changes.js';
import { databasePage, type Holding } from './database-page.js';
import { didCookie, didOf } from './did.js';
import { SCRIPT, STYLE } from './files.js';
import { type Form, formOf, personOf, refusedAsForeign } from './form.js';
import { gitPages } from './git-pages.js';
import { document, type Notice, page } from './layout.js';
import { pullsPage } from './list-page.js';
import { lookAs } from './look.js';
import { pullPage } from './pull-page.js';
import { HOME, ROUTES } from './routes.js';

export interface PagesOptions {
  readonly world: World;
  readonly clock: SandboxClock;
  /** Who can be played; the first is who one is at the beginning. */
  readonly people: readonly [string, ...string[]];
  readonly holding: () => Promise<Holding>;
}

/** Answers what is a page of ours, and leaves everything else to the stand-in. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The page's own files and forms, nothing from elsewhere, framed by nobody but itself. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** One visit: what the person asked for and what she may be shown. */
interface Visit extends PagesOptions {
  readonly login: string;
  readonly path: string;
  readonly said?: Notice;
}

export function sandboxPages(options: PagesOptions): PageHandler {
  const stream = changes(options);
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    if (pathname !== '/' && !pathname.startsWith('/acme/access/') && !pathname.startsWith('/sandbox/'))
      return false;
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    // With `no-referrer` a browser would send `Origin: null` with our own forms.
    response.setHeader('referrer-policy', 'same-origin');
    response.setHeader('cache-control', 'no-store');
    if (refusedAsForeign(request)) {
      send(response, 403, 'text/plain', 'This page is only for this machine.\n');
      return true;
    }
    const login = personOf(request, options.people);
    if (request.method === 'POST') {
      const form = await formOf(request);
      await post({ ...options, login, path: pathname }, form, response);
      return true;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    if (pathname === ROUTES.changes) {
      stream(request, response);
      return true;
    }
    const said = didOf(request);
    await get({ ...options, login, path: pathname, ...(said === undefined ? {} : { said }) }, response);
    return true;
  };
}

async function get(visit: Visit, response: ServerResponse): Promise<void> {
  const { path } = visit;
  if (path === '/') return redirect(response, HOME);
  if (path === ROUTES.style) return send(response, 200, 'text/css', STYLE);
  if (path === ROUTES.script) return send(response, 200, 'text/javascript', SCRIPT);
  if (path === ROUTES.database) {
    // Looked at again by itself, also where nothing runs scripts.
    response.setHeader('refresh', '2');
    return send(response, 200, 'text/html', document('PostgreSQL', databasePage(await visit.holding())));
  }
  await show(visit, response, await contentOf(visit));
}

/** Pages by path; the first that matches. Each is given what the groups caught. */
const PAGES: readonly (readonly [
  RegExp,
  (visit: Visit, caught: readonly string[]) => Promise<Content | undefined>,
])[] = [
  [
    /^\/acme\/access\/pulls$/u,
    async ({ world, login }) => ({
      title: 'Pull requests',
      content: pullsPage(await lookAs(world.github, login).pulls()),
    }),
  ],
  [
    /^\/acme\/access\/new$/u,
    async (visit) => ({ title: 'Ask for access', content: askPage(firstWords(visit)) }),
  ],
  [
    /^\/acme\/access\/pull\/(\d{1,9})$/u,
    async ({ world, login }, [number]) => {
      const seen = await lookAs(world.github, login).pull(Number(number));
      return seen === undefined ? undefined : { title: seen.title, content: pullPage(seen, login) };
    },
  ],
  [
    /^\/acme\/access\/commit\/([\w.-]{1,100})$/u,
    async ({ world }, [id = '']) => titled(id, await gitPages(world.github.gitDir).commit(id)),
  ],
  [
    /^\/acme\/access\/commits\/([\w.-]{1,100})(?:\/(.{1,300}))?$/u,
    async ({ world }, [branch = '', file]) => {
      const path = file === undefined ? undefined : decoded(file);
      return titled(path ?? branch, await gitPages(world.github.gitDir).log(branch, path));
    },
  ],
  [
    /^\/acme\/access\/blob\/([\w-]{1,100})\/(.{1,300})$/u,
    async ({ world }, [branch = '', file = '']) =>
      titled(file, await gitPages(world.github.gitDir).file(branch, decoded(file))),
  ],
];

interface Content {
  readonly title: string;
  readonly content: Markup;
}

const titled = (title: string, content: Markup | undefined): Content | undefined =>
  content === undefined ? undefined : { title, content };

async function contentOf(visit: Visit): Promise<Content | undefined> {
  for (const [pattern, make] of PAGES) {
    const caught = pattern.exec(visit.path);
    if (caught !== null) return make(visit, caught.slice(1));
  }
  return undefined;
}

async function show(
  visit: Visit,
  response: ServerResponse,
  found: Content | undefined,
  status = 200,
): Promise<void> {
  const { title, content } = found ?? {
    title: 'Not found',
    content: html`<h1>There is no such page</h1><p><a href="${HOME}">All pull requests</a></p>`,
  };
  const frame = {
    login: visit.login,
    people: visit.people,
    cloneUrl: cloneUrlFor(visit),
    dashboardUrl: visit.world.running.dashboardUrl,
    here: found === undefined ? HOME : visit.path,
    now: visit.clock.now(),
    ...(visit.said === undefined ? {} : { said: visit.said }),
  };
  send(response, found === undefined ? 404 : status, 'text/html', page(frame, title, content));
}

async function post(visit: Visit, form: Form | undefined, response: ServerResponse): Promise<void> {
  if (form === undefined) return send(response, 413, 'text/plain', 'That is too much for a form.\n');
  const done = await acts(visit, form);
  if (done === undefined) return show(visit, response, undefined);
  if ('goTo' in done) {
    const cookies = [done.cookie, done.did === undefined ? undefined : didCookie(done.did)];
    const set = cookies.filter((cookie) => cookie !== undefined);
    if (set.length > 0) response.setHeader('set-cookie', set);
    return redirect(response, done.goTo);
  }
  const again = visit.path === ROUTES.ask ? askAgain(form) : await contentOf({ ...visit, path: done.stayOn });
  await show(
    { ...visit, path: done.stayOn, said: { kind: 'bad', text: done.refused } },
    response,
    again,
    422,
  );
}

const askAgain = (form: Form): Content => ({
  title: 'Ask for access',
  content: askPage({ title: form('title'), path: form('path'), text: form('text') }),
});

function firstWords({ login, clock }: Visit): Asked {
  const now = clock.now();
  return suggestion(
    login,
    now.slice(0, 7).replace('-', '/'),
    `${login}-${now.slice(11, 19).replaceAll(':', '')}`,
  );
}

const cloneUrlFor = ({ world: { github }, login }: Visit): string =>
  github.cloneUrl.replace('://', `://${login}:${github.token(login)}@`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to });
  response.end();
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}
