import { setImmediate } from 'node:timers/promises';
import type { Ports } from '../../app/ports.js';
import { createControlNow } from '../../app/seeing/control-now.js';
import { createHistory } from '../../app/seeing/history.js';
import type { LastSeen } from '../../app/seeing/last-seen.js';
import type { LedgerPast } from '../../ports/ledger-past.js';
import type { SignIn } from '../../ports/sign-in.js';
import { createDashboard, type Dashboard } from './dashboard.js';
import { NAV, pageRoutes } from './pages.js';

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
}

/** The dashboard with all its pages. */
export function openDashboard(options: OpenDashboard): Dashboard {
  const { ports, past, lastSeen } = options;
  const { clock, log } = ports;
  const deps = {
    ...ports,
    past,
    lastSeen,
    history: createHistory({ past, clock, breathe: setImmediate }),
    controlNow: createControlNow(ports),
  };
  return createDashboard({
    ...options,
    clock,
    log,
    nav: NAV,
    pages: (rendering) => pageRoutes(deps, rendering),
  });
}
