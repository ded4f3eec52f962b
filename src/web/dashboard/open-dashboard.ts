import type { Ports } from '../../app/ports.js';
import { createControlNow } from '../../app/seeing/control-now.js';
import { createHistory } from '../../app/seeing/history.js';
import type { LastSeen } from '../../app/seeing/last-seen.js';
import type { LedgerPast } from '../../ports/ledger-past.js';
import type { SignIn } from '../../ports/sign-in.js';
import type { NavItem } from '../../views/web/site.js';
import { createDashboard, type Dashboard } from './dashboard.js';
import { NAV, pageRoutes } from './pages.js';
import type { Rendering } from './rendering.js';
import type { Route } from './routes.js';

export interface OpenDashboard {
  readonly ports: Ports;
  readonly past: LedgerPast;
  readonly lastSeen: LastSeen;
  readonly signIn: SignIn;
  readonly secret: string;
  readonly publicUrl: string;
  readonly repository: string;
  readonly repositoryUrl: string;
  readonly ledgerBranch: string;
  /** Pages of whoever starts the server, beside ours. */
  readonly more?: MorePages;
}

export interface MorePages {
  readonly nav: readonly NavItem[];
  readonly pages: (rendering: Rendering) => readonly Route[];
}

/** The dashboard with all its pages. */
export function openDashboard(options: OpenDashboard): Dashboard {
  const { ports, past, lastSeen, more } = options;
  const { clock, log } = ports;
  const deps = {
    ...ports,
    past,
    lastSeen,
    history: createHistory({ past, clock }),
    controlNow: createControlNow(ports),
  };
  return createDashboard({
    ...options,
    clock,
    log,
    nav: [...NAV, ...(more?.nav ?? [])],
    pages: (rendering) => [...pageRoutes(deps, rendering), ...(more?.pages(rendering) ?? [])],
  });
}
