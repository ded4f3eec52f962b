import type { Level, Permission } from '../options.js';
import type { Account, InstallationToken } from '../state.js';

/** Who a request comes from. `installation` acts as the App's bot account. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly account: Account; readonly token: InstallationToken };

const RANK: Readonly<Record<Permission | 'none', number>> = { none: 0, read: 1, write: 2, admin: 3 };
const LEVEL: Readonly<Record<Level, number>> = { read: 1, write: 2 };

export const atLeast = (have: Permission | 'none', need: Permission | 'none'): boolean =>
  RANK[have] >= RANK[need];
export const covers = (have: Level | undefined, need: Level): boolean =>
  have !== undefined && LEVEL[have] >= LEVEL[need];
