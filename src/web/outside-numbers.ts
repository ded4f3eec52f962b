import { Counter, Gauge, type Registry } from 'prom-client';
import { knownGauge } from './known-gauge.js';

/** What others count anyway; asked for when somebody collects. */
export interface OutsideSources {
  /** What became of webhooks of the review host, by outcome. */
  readonly deliveries: () => Readonly<Record<string, number>>;
  /** What became of notices, by receiver. */
  readonly notices: () => ReadonlyMap<string, Readonly<{ sent: number; failed: number; dropped: number }>>;
  readonly gitHub: {
    readonly calls: () => readonly {
      readonly route: string;
      readonly outcome: string;
      readonly count: number;
    }[];
    readonly remaining: () => ReadonlyMap<string, number>;
    /** What may be asked of it now without its secondary limits. */
    readonly budget: () => Readonly<Record<string, number>>;
    readonly waiting: () => number;
    readonly pausedSeconds: () => number;
  };
  /** What is done and not recorded yet. */
  readonly ledgerLag: () => Promise<{ readonly seconds: number; readonly spooled: number }>;
}

/** A count that is known as a whole. */
interface Known {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly rows: () => readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly count: number;
  }[];
}

export function outsideNumbers(registry: Registry, sources: OutsideSources): void {
  const registers = [registry];
  for (const { name, help, labels, rows } of countsOf(sources)) {
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        this.reset();
        for (const row of rows()) this.inc(row.labels, row.count);
      },
    });
  }
  for (const known of gaugesOf(sources)) knownGauge(registers, known);
  for (const { name, help, label, values } of splitGaugesOf(sources)) {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [of, value] of values()) this.set({ [label]: of }, value);
      },
    });
  }
}

function splitGaugesOf({ gitHub }: OutsideSources) {
  return [
    {
      name: 'hallpass_github_rate_limit_remaining',
      help: "Calls left in GitHub's hour, by its last answer",
      label: 'api',
      values: () => [...gitHub.remaining()],
    },
    {
      name: 'hallpass_github_budget_left',
      help: "What GitHub's secondary limits leave: calls that create content, and points of its APIs",
      label: 'limit',
      values: () => Object.entries(gitHub.budget()),
    },
  ] as const;
}

function countsOf({ deliveries, notices, gitHub }: OutsideSources): readonly Known[] {
  return [
    {
      name: 'hallpass_webhook_deliveries_total',
      help: 'Webhooks that arrived, by what became of them',
      labels: ['outcome'],
      rows: () => Object.entries(deliveries()).map(([outcome, count]) => ({ labels: { outcome }, count })),
    },
    {
      name: 'hallpass_notices_total',
      help: 'Notices by receiver: sent, given up (failed) or pushed out by newer ones (dropped)',
      labels: ['to', 'outcome'],
      rows: () =>
        [...notices()].flatMap(([to, counts]) =>
          Object.entries(counts).map(([outcome, count]) => ({ labels: { to, outcome }, count })),
        ),
    },
    {
      name: 'hallpass_github_requests_total',
      help: "Calls to GitHub's API, by route template and class of the answer",
      labels: ['route', 'outcome'],
      rows: () => gitHub.calls().map(({ route, outcome, count }) => ({ labels: { route, outcome }, count })),
    },
  ];
}

function gaugesOf({ gitHub, ledgerLag }: OutsideSources) {
  return [
    {
      name: 'hallpass_github_waiting_calls',
      help: "Calls that wait for GitHub's budget",
      value: gitHub.waiting,
    },
    {
      name: 'hallpass_github_paused_seconds',
      help: 'How long GitHub asked us to wait still',
      value: gitHub.pausedSeconds,
    },
    {
      name: 'hallpass_ledger_lag_seconds',
      help: 'Age of the oldest event that is done and not recorded in the ledger yet',
      value: async () => (await ledgerLag()).seconds,
    },
    {
      name: 'hallpass_ledger_spooled_events',
      help: 'Events that are done and not recorded in the ledger yet',
      value: async () => (await ledgerLag()).spooled,
    },
  ] as const;
}
