import type { CheckRow, HoldingRow, TargetRow } from '../../views/targets-text.js';
import type { SurveyedEntitlement, SurveyedTarget } from './survey-targets.js';

/** Further apart, and a native end is noticeably early or late. */
const MOST_CLOCK_SECONDS = 60;

export function targetRow({ id, kind, abilities, configured, entitlements }: SurveyedTarget): TargetRow {
  return {
    target: id,
    kind: kind ?? null,
    configured,
    reachable: entitlements.length === 0 ? null : entitlements.some(({ fault }) => fault === undefined),
    entitlements: entitlements.length,
    abilities: abilities ?? null,
  };
}

export function checkRows(target: SurveyedTarget): readonly CheckRow[] {
  if (!target.configured) {
    const message = `${target.id} is in the catalog and not in the settings`;
    return [
      row(target, null, {
        code: 'not_configured',
        message,
        unblock: `Add the target ${target.id} to the settings.`,
      }),
    ];
  }
  return [...target.entitlements.map((one) => checkOf(target, one)), ...clockOf(target)];
}

function checkOf(
  target: SurveyedTarget,
  { entitlement, fault, complete, tried }: SurveyedEntitlement,
): CheckRow {
  if (fault !== undefined) {
    const { code, message } = fault;
    return row(target, entitlement.id, {
      code,
      message,
      unblock: fault.fault === 'blocked' ? fault.unblock : null,
    });
  }
  if (complete) {
    const message = tried === false ? `seen, and not tried: ${target.id} cannot tell, or knows nobody` : '';
    return row(target, entitlement.id, { code: 'ok', message });
  }
  const message = `${target.id} showed only a part`;
  return row(target, entitlement.id, {
    code: 'partial',
    message,
    unblock: 'Look for its coordinates on the target: they may be gone, or hidden.',
  });
}

function clockOf(target: SurveyedTarget): CheckRow[] {
  const { clockAhead = 0 } = target;
  if (Math.abs(clockAhead) <= MOST_CLOCK_SECONDS) return [];
  const message = `the clock of ${target.id} is ${Math.abs(clockAhead)} s ${clockAhead > 0 ? 'ahead' : 'behind'}`;
  return [row(target, null, { code: 'clock', message, unblock: 'Set both clocks by NTP.' })];
}

function row(
  { id }: SurveyedTarget,
  entitlement: string | null,
  said: { readonly code: string; readonly message: string; readonly unblock?: string | null },
): CheckRow {
  const { code, message, unblock = null } = said;
  return { target: id, entitlement, ok: code === 'ok', code, message, unblock };
}

/** Standing privileges first. */
export function holdingRows(targets: readonly SurveyedTarget[]): readonly HoldingRow[] {
  const rows = targets.flatMap(({ id, entitlements }) =>
    entitlements.flatMap(({ entitlement, held }) =>
      held.map(({ holding, managed, until }) => ({
        target: id,
        entitlement: entitlement.id,
        subject: holding.subject,
        managed,
        until: until ?? null,
        standing_privilege: entitlement.exclusive && managed !== 'yes',
      })),
    ),
  );
  return rows.toSorted((a, b) => Number(b.standing_privilege) - Number(a.standing_privilege));
}
