import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../ports/clock.js';
import { isFault } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { SignIn } from '../../ports/sign-in.js';
import { formRefusedPage, hostSilentPage, notFoundPage } from '../../views/web/sign-in-pages.js';
import { type NavItem, type Site, withQuery } from '../../views/web/site.js';
import { type Answer, send } from './answer.js';
import { assetPaths, assetRoutes } from './assets.js';
import { readForm } from './form.js';
import { createLive, type Live } from './live.js';
import { type Place, placeOf } from './place.js';
import { createReaders } from './readers.js';
import { type Rendering, renderingFor } from './rendering.js';
import { type Asked, findRoute, type Route, type SessionVisit } from './routes.js';
import { createSessions } from './sessions.js';
import { type SignInDeps, signInRoutes } from './sign-in.js';

export interface DashboardOptions {
  /** Where browsers reach it, without a slash at the end. */
  readonly publicUrl: string;
  /** `acme/access`. */
  readonly repository: string;
  readonly repositoryUrl: string;
  readonly ledgerBranch: string;
  readonly signIn: SignIn;
  /** Keys of cookies follow from it. */
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Pages beside signing in, each with how to draw them. */
  readonly pages: (rendering: Rendering) => readonly Route[];
  readonly nav: readonly NavItem[];
}

export interface Dashboard {
  /** Answers what is the dashboard's and leaves everything else to the next. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Something has changed: open pages look again. */
  changed(): void;
  close(): void;
}

/** Pages for people: who signs in, who may read, and which page answers. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const { signIn, secret, clock, log } = options;
  const place = placeOf(options.publicUrl);
  const readers = createReaders(signIn, clock);
  const rendering = renderingFor(siteOf(options, place));
  const live = createLive({ readers });
  const sessions = createSessions({ place, secret });
  const inside: SignInDeps = { signIn, secret, log, place, readers, rendering, live, sessions };
  const routes: readonly Route[] = [
    ...assetRoutes,
    ...signInRoutes(inside),
    liveRoute(live),
    ...options.pages(rendering),
  ];
  return {
    changed: live.changed,
    close: live.close,
    async handler(request, response) {
      // A proxy takes the base away, as it does for webhooks.
      const { path, query } = partsOf(request.url ?? '/');
      const found = findRoute(routes, request.method ?? 'GET', path);
      if (found === undefined) return false;
      if ('allow' in found) {
        response.writeHead(405, { allow: found.allow.join(', ') }).end();
        return true;
      }
      const asked: Asked = { request, path, query, params: found.params, now: clock.now() };
      send(request, response, await answerOf(inside, found.route, asked));
      return true;
    },
  };
}

/** As it was asked for: what starts with two slashes is no host of anybody's. */
function partsOf(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const at = url.indexOf('?');
  return at < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at)) };
}

function siteOf({ repository, repositoryUrl, ledgerBranch, nav }: DashboardOptions, { base }: Place): Site {
  return { base, repository, repositoryUrl, ledgerBranch, nav, ...assetPaths(base) };
}

/** Who asks, whether they may, and only then what they asked for. */
async function answerOf(inside: SignInDeps, route: Route, asked: Asked): Promise<Answer> {
  if (route.access === 'anybody') return route.handle(asked);
  const { sessions, rendering, place } = inside;
  const session = await sessions.of(asked.request.headers.cookie, asked.now);
  if (session === undefined) return toSignIn(place, route, asked);
  const { id, login, formToken } = session;
  const visit = { ...asked, visitor: { id, login, formToken }, session };
  const form = route.method === 'GET' ? NO_FORM : await readForm(asked.request, { ...session, place });
  if ('refused' in form) return rendering.page(formRefusedPage(rendering.site), visit, 403);
  const refusal = route.access === 'reader' ? await refusalOf(inside, visit) : undefined;
  return refusal ?? route.handle({ ...visit, ...form });
}

const NO_FORM = { form: new URLSearchParams() } as const;

/** Nothing is shown to whoever may not read, and nothing while nobody can tell (T143). */
async function refusalOf(
  { readers, rendering, log }: SignInDeps,
  visit: Pick<SessionVisit, 'session' | 'visitor' | 'now'>,
): Promise<Answer | undefined> {
  const { site } = rendering;
  try {
    const may = await readers.mayRead(visit.session.token);
    return may ? undefined : rendering.page(notFoundPage(site, visit.visitor.login), visit, 404);
  } catch (error) {
    log.warn('nobody can tell who may read', { code: isFault(error) ? error.code : 'unexpected' });
    return rendering.page(hostSilentPage(site), visit, 503);
  }
}

function liveRoute(live: Live): Route {
  return {
    method: 'GET',
    path: '/live',
    access: 'reader',
    handle: ({ session }) => ({ kind: 'taken', take: (response) => live.open(session, response) }),
  };
}

function toSignIn({ base }: Place, { method }: Route, { path, query }: Asked): Answer {
  const back = method === 'GET' ? withQuery(base + path, Object.fromEntries(query)) : '';
  return { kind: 'redirect', to: withQuery(`${base}/sign-in`, { return: back }) };
}
