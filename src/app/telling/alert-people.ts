import { findingKey, type SetupFinding } from '../../core/doctor/finding.js';
import type { Entry } from '../../core/grant.js';
import { owesReview } from '../../core/lifecycle/grant.js';
import type { Drift } from '../../core/reconcile/drift.js';
import { overdueOf } from '../../core/reconcile/overdue.js';
import { type Instant, secondsBetween } from '../../core/time.js';
import { driftAlert, overdueAlert, quarantineAlert, reviewAlert, setupAlert } from '../../views/alerts.js';
import { ABOUT_NOTHING, aboutGrant, subjectOf } from '../../views/notice-about.js';
import { titleOf } from '../../views/notice-titles.js';
import type { Ports } from '../ports.js';

type Deps = Pick<Ports, 'clock' | 'notices' | 'rules'>;

/** How things stand at the end of a pass. */
export interface Standing {
  readonly live: readonly Entry[];
  readonly quarantined: readonly string[];
  readonly drift: readonly Drift[];
}

const HOUR_SECONDS = 3_600;

/** Says what stands and must not: every pass finds it again, and its key has the hour or the day in it, so it is said as often as that. */
export function alertPeople(deps: Deps, { live, quarantined, drift }: Standing): void {
  const now = deps.clock.now();
  alertOfOverdue(deps, live);
  for (const id of quarantined) {
    deps.notices.tell({
      ...ABOUT_NOTHING,
      event: 'entry_quarantined',
      ...daily(`${id} quarantined`, now),
      grant: id,
      title: titleOf('entry_quarantined', { id, at: now }),
      markdown: quarantineAlert(id),
      at: now,
    });
  }
  // What is overdue has its own alarm.
  const others = drift.filter(({ kind }) => kind !== 'overdue');
  for (const target of new Set(others.map(({ holding }) => holding.target)))
    alertOfDrift(deps, target, others);
}

/** What is past its end by more than the settings allow. */
export function alertOfOverdue(deps: Deps, live: readonly Entry[]): void {
  const now = deps.clock.now();
  for (const { entry, entitlements, since, seconds } of overdueOf(live, now)) {
    const past = seconds - deps.rules.alertAfterSeconds;
    if (past < 0) continue;
    const about = aboutGrant(entry, entitlements);
    const thread = `${entry.id} overdue since ${since}`;
    deps.notices.tell({
      ...about,
      event: 'end_overdue',
      key: `${thread} hour ${Math.floor(past / HOUR_SECONDS)}`,
      thread,
      title: titleOf('end_overdue', { ...subjectOf(about), at: since, seconds }),
      markdown: overdueAlert(subjectOf(about), { since, seconds }),
      at: now,
    });
  }
}

function alertOfDrift(deps: Deps, target: string, drift: readonly Drift[]): void {
  const now = deps.clock.now();
  const kinds = drift.filter(({ holding }) => holding.target === target).map(({ kind }) => kind);
  const counts = [...new Set(kinds)]
    .toSorted()
    .map((kind) => `${kinds.filter((one) => one === kind).length} ${kind}`)
    .join(', ');
  deps.notices.tell({
    ...ABOUT_NOTHING,
    targets: [target],
    event: 'drift',
    ...daily(`drift on ${target} ${counts}`, now),
    title: titleOf('drift', { id: target, code: counts, at: now }),
    markdown: driftAlert(target, counts),
    at: now,
  });
}

/** Break-glass grants, live or ended, whose review is late. */
export function alertOfReviews(deps: Deps, entries: readonly Entry[]): void {
  const now = deps.clock.now();
  for (const entry of entries) {
    const due = entry.events.find(({ event }) => event === 'review_due')?.due;
    if (due === undefined || due > now || !owesReview(entry)) continue;
    const about = aboutGrant(entry);
    const seconds = secondsBetween(due, now);
    deps.notices.tell({
      ...about,
      event: 'review_overdue',
      ...daily(`${entry.id} review overdue`, now),
      title: titleOf('review_overdue', { ...subjectOf(about), at: due, seconds }),
      markdown: reviewAlert(subjectOf(about), due),
      at: now,
    });
  }
}

/** What is set up otherwise than at the last look. */
export function alertOfSetup(deps: Pick<Deps, 'clock' | 'notices'>, appeared: readonly SetupFinding[]): void {
  const now = deps.clock.now();
  for (const finding of appeared.filter(({ severity }) => severity !== 'notice')) {
    deps.notices.tell({
      ...ABOUT_NOTHING,
      event: 'setup_changed',
      ...daily(`setup ${findingKey(finding)}`, now),
      title: titleOf('setup_changed', { id: finding.code, at: now }),
      markdown: setupAlert(finding),
      at: now,
    });
  }
}

function daily(thread: string, now: Instant): { readonly thread: string; readonly key: string } {
  return { thread, key: `${thread} ${now.slice(0, 10)}` };
}
