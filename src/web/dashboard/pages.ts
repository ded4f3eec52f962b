import type { Ports } from '../../app/ports.js';
import { aboutEntitlement, aboutPerson } from '../../app/seeing/about-one.js';
import type { ControlNow } from '../../app/seeing/control-now.js';
import { grantStory } from '../../app/seeing/grant-story.js';
import { numbersOf } from '../../app/seeing/numbers.js';
import { searchHistory } from '../../app/seeing/search-history.js';
import { type SeeingDeps, standingNow } from '../../app/seeing/standing-now.js';
import { targetHealth } from '../../app/seeing/target-health.js';
import { parseLogin } from '../../core/identity.js';
import { Retry } from '../../ports/fault.js';
import type { LedgerPast } from '../../ports/ledger-past.js';
import { entitlementPage, personPage } from '../../views/web/about-pages.js';
import { grantPage } from '../../views/web/grant-page.js';
import { historyPage } from '../../views/web/history-page.js';
import { nowPage } from '../../views/web/now-page.js';
import { NUMBER_DAYS, numbersPage } from '../../views/web/numbers-page.js';
import type { Page } from '../../views/web/page.js';
import { busyPage, notFoundPage } from '../../views/web/sign-in-pages.js';
import type { NavItem, Site } from '../../views/web/site.js';
import { targetsPage } from '../../views/web/targets-page.js';
import type { Answer } from './answer.js';
import type { Rendering } from './rendering.js';
import type { Route, Visit } from './routes.js';

/** What pages are made from. None of it waits for a target or the review host. */
export type PageDeps = SeeingDeps &
  Pick<Ports, 'providers'> & {
    readonly past: LedgerPast;
    readonly controlNow: ControlNow;
  };

export const NAV: readonly NavItem[] = [
  { path: '/', name: 'Now' },
  { path: '/history', name: 'History' },
  { path: '/targets', name: 'Targets' },
  { path: '/numbers', name: 'Numbers' },
];

type Draw = (deps: PageDeps, visit: Visit, site: Site) => Promise<Page | undefined>;

/** Path, and how to draw what is there; nothing there is nothing found. */
const PAGES: readonly (readonly [path: string, draw: Draw])[] = [
  ['/', async (deps, _, site) => nowPage(await standingNow(deps), site)],
  [
    '/history',
    async (deps, { query, now }, site) =>
      historyPage(await searchHistory(deps, searchOf(query), said(query, 'page')), site, now),
  ],
  ['/targets', async (deps, { now }, site) => targetsPage(await targetHealth(deps), site, now)],
  [
    '/numbers',
    async (deps, { query, now }, site) =>
      numbersPage(await numbersOf(deps, { days: daysOf(query), now }), site),
  ],
  [
    '/grants/*id',
    async (deps, { params, now }, site) => {
      const story = await grantStory(deps, params.id ?? '');
      return story && grantPage(story, site, now);
    },
  ],
  [
    '/people/:login',
    async (deps, { params, now }, site) => {
      const login = parseLogin(params.login ?? '');
      return login && personPage(await aboutPerson(deps, login), site, now);
    },
  ],
  [
    '/entitlements/:id',
    async (deps, { params, now }, site) => {
      const about = await aboutEntitlement(deps, params.id ?? '');
      return about && entitlementPage(about, site, now);
    },
  ],
];

/** Every page for whoever may read the access repository. */
export function pageRoutes(deps: PageDeps, rendering: Rendering): readonly Route[] {
  return PAGES.map(([path, draw]) => ({
    method: 'GET',
    path,
    access: 'reader',
    handle: (visit) => answerWith(deps, rendering, { draw, visit }),
  }));
}

async function answerWith(
  deps: PageDeps,
  rendering: Rendering,
  { draw, visit }: { readonly draw: Draw; readonly visit: Visit },
): Promise<Answer> {
  const { site } = rendering;
  try {
    const page = await draw(deps, visit, site);
    return page === undefined
      ? rendering.page(notFoundPage(site, visit.visitor.login), visit, 404)
      : rendering.page(page, visit);
  } catch (error) {
    if (!(error instanceof Retry)) throw error;
    return rendering.page(busyPage(), visit, 503);
  }
}

/** What a form field holds, at most as much as it lets somebody type. */
function said(query: URLSearchParams, name: string): string {
  return (query.get(name) ?? '').trim().slice(0, 64);
}

function searchOf(query: URLSearchParams) {
  return {
    who: said(query, 'who'),
    entitlement: said(query, 'entitlement'),
    target: said(query, 'target'),
    state: said(query, 'state'),
    from: said(query, 'from'),
    to: said(query, 'to'),
  };
}

function daysOf(query: URLSearchParams): number {
  return NUMBER_DAYS.find((days) => String(days) === query.get('days')) ?? 30;
}
