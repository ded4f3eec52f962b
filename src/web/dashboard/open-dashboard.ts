import type { Ports } from '../../app/ports.js';
import { knownGrants } from '../../app/reconciling/known-grants.js';
import type { SignIn } from '../../ports/sign-in.js';
import { nowPage } from '../../views/web/now-page.js';
import type { NavItem } from '../../views/web/site.js';
import { createDashboard, type Dashboard } from './dashboard.js';
import type { Rendering } from './rendering.js';
import type { Route } from './routes.js';

export interface OpenDashboard {
  readonly ports: Ports;
  readonly signIn: SignIn;
  readonly secret: string;
  readonly publicUrl: string;
  readonly repository: string;
  readonly repositoryUrl: string;
  /** Pages of whoever starts the server, beside ours. */
  readonly more?: MorePages;
}

export interface MorePages {
  readonly nav: readonly NavItem[];
  readonly pages: (rendering: Rendering) => readonly Route[];
}

const NAV: readonly NavItem[] = [{ path: '/', name: 'Now' }];

/** The dashboard with all its pages. */
export function openDashboard(options: OpenDashboard): Dashboard {
  const { ports, more } = options;
  return createDashboard({
    ...options,
    clock: ports.clock,
    log: ports.log,
    nav: [...NAV, ...(more?.nav ?? [])],
    pages: (rendering) => [...pagesOf(ports, rendering), ...(more?.pages(rendering) ?? [])],
  });
}

function pagesOf(ports: Ports, rendering: Rendering): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      access: 'reader',
      async handle(visit) {
        const { entries } = await knownGrants(ports);
        return rendering.page(nowPage(entries, rendering.site, visit.now), visit);
      },
    },
  ];
}
