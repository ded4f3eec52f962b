import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Recorded } from '../app/reconciling/journal.js';
import type { PassReport } from '../app/reconciling/run-pass.js';
import type { Entry } from '../core/grant.js';
import { dueOf, overdueOf } from '../core/reconcile/overdue.js';
import { epochSeconds, secondsBetween } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { knownGauge } from './known-gauge.js';
import { fewValues } from './label.js';

export interface PassNumbersOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  /** Ids of the configured targets. */
  readonly targets: readonly string[];
}

/** Takes in what a pass did, and how long it took where that is known. */
export type NotePass = (report: PassReport, seconds: number | undefined) => void;

/** A grant ends at a second; what is later than a heartbeat is worth a look. */
const LATENESS_SECONDS = [1, 5, 15, 30, 60, 120, 300, 900, 3_600, 14_400, 86_400];
const PASS_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600];

/** Ends that took nothing away are not late: somebody else's claim or standing access stays. */
const TOOK_NOTHING: ReadonlySet<string> = new Set(['covered', 'preexisting']);

/** Numbers of what passes did and how things stood when the last one ended. */
export function passNumbers({ registry, clock, targets }: PassNumbersOptions): NotePass {
  const { lateness, duration, passes, lastSuccess, ...counts } = numbersIn([registry]);
  const { stageFaults, targetFaults, events, pushes, violations, quarantined } = counts;
  // Until the first pass has ended nobody knows, and 0 would say that all is well.
  let live: readonly Entry[] | undefined;
  lastSuccess.remove();
  quarantined.remove();
  const targetOf = fewValues(targets, Math.max(targets.length, 1));
  const codeOf = fewValues();
  standing({ registers: [registry], clock, targetOf, live: () => live });

  const noteEvent = ({ entry, event }: Recorded): void => {
    events.inc({ event: event.event });
    const held = entry.holdings.find(({ entitlement }) => entitlement === event.entitlement);
    if (held === undefined) return;
    const target = targetOf(held.holding.target);
    const { code } = event;
    if (event.event === 'ended' && !TOOK_NOTHING.has(code ?? ''))
      lateness.observe({ target }, Math.max(0, secondsBetween(dueOf(entry, event), event.at)));
    if ((event.event === 'ending' || event.event === 'faulted') && code !== undefined)
      targetFaults.inc({ target, code: codeOf(code) });
  };

  return (report, seconds) => {
    live = report.live;
    const isDone = report.faults.length === 0;
    passes.inc({ outcome: isDone ? 'done' : 'stopped' });
    if (isDone) lastSuccess.set(epochSeconds(clock.now()));
    if (seconds !== undefined) duration.observe(seconds);
    for (const { stage, code } of report.faults) stageFaults.inc({ stage, code: codeOf(code) });
    for (const recorded of report.recorded) noteEvent(recorded);
    pushes.inc(report.pushes);
    violations.inc(report.violations.length);
    quarantined.set(report.quarantined.length);
  };
}

function numbersIn(registers: Registry[]) {
  const about = (name: string, help: string, ...labelNames: readonly string[]) => ({
    name: `hallpass_${name}`,
    help,
    labelNames,
    registers,
  });
  const lateness = about(
    'revocation_lateness_seconds',
    'From when access was due to end to when it was read back as gone',
    'target',
  );
  const outcomes = 'Passes by whether they reached everything (done) or a stage stopped (stopped)';
  const success = 'When the last pass that reached everything ended, as Unix time';
  const refused = 'Grants and ends that a target did not do, each once until its code changes';
  const unreadable = 'Entries of the ledger that could not be read in the last pass';
  return {
    lateness: new Histogram({ ...lateness, buckets: LATENESS_SECONDS }),
    duration: new Histogram({
      ...about('pass_duration_seconds', 'How long passes took'),
      buckets: PASS_SECONDS,
    }),
    passes: new Counter(about('passes_total', outcomes, 'outcome')),
    lastSuccess: new Gauge(about('pass_last_success_timestamp_seconds', success)),
    stageFaults: new Counter(about('stage_faults_total', 'Stages of passes that stopped', 'stage', 'code')),
    targetFaults: new Counter(about('target_faults_total', refused, 'target', 'code')),
    events: new Counter(about('recorded_events_total', 'Events that passes recorded in the ledger', 'event')),
    pushes: new Counter(about('ledger_pushes_total', 'Commits that passes pushed to the ledger')),
    violations: new Counter(about('violations_total', 'Commits that reached the default branch unapproved')),
    quarantined: new Gauge(about('quarantined_entries', unreadable)),
  };
}

interface Standing {
  readonly registers: readonly Registry[];
  readonly clock: Clock;
  readonly targetOf: (target: string) => string;
  readonly live: () => readonly Entry[] | undefined;
}

/** Computed when asked for, so that what is overdue grows older although no pass runs any more. */
function standing({ registers, clock, targetOf, live }: Standing): void {
  const overdue = () => {
    const entries = live();
    return entries === undefined ? undefined : overdueOf(entries, clock.now());
  };
  knownGauge(registers, {
    name: 'hallpass_overdue_grants',
    help: 'Grants past their end that are not known to be gone',
    value: () => overdue()?.length,
  });
  knownGauge(registers, {
    name: 'hallpass_overdue_oldest_seconds',
    help: 'How long the oldest of them has been overdue; 0 when there is none',
    value() {
      const all = overdue();
      return all === undefined ? undefined : (all[0]?.seconds ?? 0);
    },
  });
  new Gauge({
    registers: [...registers],
    name: 'hallpass_live_holdings',
    help: 'Entitlements of grants that have not ended',
    labelNames: ['target', 'state'],
    collect() {
      this.reset();
      for (const { holding, state } of (live() ?? []).flatMap(({ holdings }) => holdings))
        if (state !== 'ended' && state !== 'void') this.inc({ target: targetOf(holding.target), state });
    },
  });
}
