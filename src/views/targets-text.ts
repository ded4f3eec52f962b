import type { Abilities } from '../core/entitlement.js';
import type { Holding } from '../core/grant.js';
import type { Instant } from '../core/time.js';
import { type Paint, unpainted } from './paint.js';
import { type Column, tableOf } from './table.js';

/** One target. The shape `hallpass targets list --json` prints; it only ever grows. */
export interface TargetRow {
  readonly target: string;
  readonly kind: string | null;
  readonly configured: boolean;
  /** `null`: the catalog offers nothing there, so nothing was asked. */
  readonly reachable: boolean | null;
  readonly entitlements: number;
  readonly abilities: Abilities | null;
}

/** One thing that was looked at, as `hallpass targets check --json` prints it. */
export interface CheckRow {
  readonly target: string;
  /** `null`: it is about the whole target. */
  readonly entitlement: string | null;
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
  readonly unblock: string | null;
}

/** One holding, as `hallpass targets holdings --json` prints it. */
export interface HoldingRow {
  readonly target: string;
  readonly entitlement: string;
  readonly subject: Holding['subject'];
  readonly managed: 'yes' | 'no' | 'unknown';
  readonly until: Instant | null;
  /** Not ours, of an entitlement that nobody may hold but through a grant. */
  readonly standing_privilege: boolean;
}

const REACHABLE = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, 'not asked'],
]);

export function targetsTable(rows: readonly TargetRow[], paint: Paint = unpainted): string {
  const columns: readonly Column<TargetRow>[] = [
    { title: 'TARGET', cell: ({ target }) => target },
    { title: 'KIND', cell: ({ kind }) => kind ?? '(not in the catalog)' },
    {
      title: 'REACHABLE',
      cell: ({ configured, reachable }) =>
        configured ? (REACHABLE.get(reachable) ?? '') : 'not in the settings',
    },
    { title: 'ENTITLEMENTS', cell: ({ entitlements }) => String(entitlements) },
    { title: 'ENDS BY ITSELF', cell: ({ abilities }) => abilities?.nativeExpiry ?? '-' },
    {
      title: 'ENDS SESSIONS',
      cell: ({ abilities }) => (abilities === null ? '-' : abilities.endsSessions ? 'yes' : 'no'),
    },
  ];
  return tableOf(rows, columns, (row, line) =>
    row.configured && row.reachable !== false ? line : paint('bad', line),
  );
}

export function checksText(rows: readonly CheckRow[], paint: Paint = unpainted): string {
  const columns: readonly Column<CheckRow>[] = [
    { title: 'TARGET', cell: ({ target }) => target },
    { title: 'ENTITLEMENT', cell: ({ entitlement }) => entitlement ?? '-' },
    { title: 'RESULT', cell: ({ code }) => code },
    { title: 'WHAT TO DO', cell: ({ message, unblock }) => unblock ?? message },
  ];
  return tableOf(rows, columns, (row, line) => (row.ok ? line : paint('bad', line)));
}

export function holdingsTable(rows: readonly HoldingRow[], paint: Paint = unpainted): string {
  const columns: readonly Column<HoldingRow>[] = [
    { title: 'TARGET', cell: ({ target }) => target },
    { title: 'ENTITLEMENT', cell: ({ entitlement }) => entitlement },
    { title: 'SUBJECT', cell: ({ subject }) => subject },
    { title: 'OURS', cell: ({ managed }) => managed },
    { title: 'UNTIL', cell: ({ until }) => until ?? '-' },
    { title: '', cell: ({ standing_privilege }) => (standing_privilege ? 'standing privilege' : '') },
  ];
  return tableOf(rows, columns, (row, line) => (row.standing_privilege ? paint('warn', line) : line));
}
