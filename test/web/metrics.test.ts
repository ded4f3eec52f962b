import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PassReport } from '../../src/app/reconciling/run-pass.js';
import type { Entry, GrantEvent, HoldingState } from '../../src/core/grant.js';
import { addSeconds, type Instant } from '../../src/core/time.js';
import { createMetrics, type Metrics } from '../../src/web/metrics.js';
import { at, entry } from '../app/entries.js';
import { type BotWorld, deliver, opened, send, startBot } from '../bot/world.js';

let now: Instant;
let metrics: Metrics;
let world: BotWorld;
let calls: { route: string; outcome: string; count: number }[];
let remaining: Map<string, number>;
let lag: { seconds: number; spooled: number };

async function start(): Promise<void> {
  metrics = createMetrics({
    clock: { now: () => now },
    targets: ['orders-db', 'teams'],
    deliveries: () => world.bot.counts,
    notices: () => new Map([['siem', { sent: 3, failed: 1, dropped: 0 }]]),
    gitHub: {
      calls: () => calls,
      remaining: () => remaining,
      budget: () => ({ content_minute: 80, content_hour: 497 }),
      waiting: () => 2,
      pausedSeconds: () => 0,
    },
    ledgerLag: async () => lag,
  });
  world = await startBot({ handlers: [metrics.handler] });
}

beforeEach(async () => {
  now = at(0);
  calls = [];
  remaining = new Map();
  lag = { seconds: 0, spooled: 0 };
  await start();
});
afterEach(() => world.bot.close());

const get = async (path = '/metrics') => (await send(`${world.bot.url}${path}`)).text;
/** Lines of one metric, without its help. */
const lines = async (name: string): Promise<string[]> =>
  (await get()).split('\n').filter((line) => line.startsWith(name));

function report(changes: Partial<PassReport> = {}): PassReport {
  return {
    recorded: [],
    violations: [],
    pushes: 0,
    drift: [],
    faults: [],
    live: [],
    quarantined: [],
    more: false,
    wakeAt: undefined,
    ...changes,
  };
}

function grant(state: HoldingState, target = 'orders-db'): Entry {
  const one = entry([]);
  const holdings = one.holdings.map((held) => ({ ...held, state, holding: { ...held.holding, target } }));
  return { ...one, holdings };
}

const ended = (seconds: number, more: Partial<GrantEvent> = {}): GrantEvent => ({
  event: 'ended',
  at: addSeconds(at(120), seconds),
  entitlement: 'orders-db-readonly',
  reason: 'expired',
  ...more,
});

describe('/metrics', () => {
  it('is text every collector reads, for nobody to keep', async () => {
    metrics.notePass(report({ live: [grant('active')] }), 1.5);
    const answer = await send(`${world.bot.url}/metrics?x=1`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.headers['cache-control']).toBe('no-store');
    for (const line of answer.text.trimEnd().split('\n'))
      expect(line).toMatch(/^(?:$|# (?:HELP|TYPE) \w+ .+|\w+(?:\{[^{}]*\})? \S+)$/);
    expect(await lines('process_cpu_seconds_total')).toHaveLength(1);
  });

  it.each(['POST', 'PUT', 'DELETE'])('is not there for %s', async (method) => {
    expect((await send(`${world.bot.url}/metrics`, { method })).status).not.toBe(200);
  });

  it('is nowhere else, and has no body for who only asks for its head', async () => {
    expect((await send(`${world.bot.url}/metrics/`)).status).toBe(404);
    expect(await send(`${world.bot.url}/metrics`, { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
  });

  it('names no person and no request', async () => {
    const recorded = [
      { entry: grant('ended'), event: ended(5) },
      { entry: grant('ending'), event: ended(0, { event: 'ending', code: 'target_away' }) },
    ];
    metrics.notePass(report({ recorded, live: [grant('active')], quarantined: ['2026/11/alice'] }), 1);
    expect(await get()).not.toMatch(/alice|bob|2026\/11|INC-1|app_readonly/);
  });
});

describe('ends', () => {
  const sum = 'hallpass_revocation_lateness_seconds_sum{target="orders-db"}';

  it('are late by what is recorded, against when they were due', async () => {
    const recorded = [ended(0), ended(4), ended(100)].map((event) => ({ entry: grant('ended'), event }));
    metrics.notePass(report({ recorded }), 1);
    expect(await lines(sum)).toEqual([`${sum} 104`]);
    expect(await get()).toContain('hallpass_revocation_lateness_seconds_bucket{le="5",target="orders-db"} 2');
    expect(await lines('hallpass_recorded_events_total')).toEqual([
      'hallpass_recorded_events_total{event="ended"} 3',
    ]);
  });

  it('are late from when somebody asked for them', async () => {
    const asked: GrantEvent = { event: 'end_requested', at: at(30), reason: 'revoked' };
    const one = { ...grant('ended'), events: [asked] };
    const event = ended(0, { at: addSeconds(at(30), 12), reason: 'revoked' });
    metrics.notePass(report({ recorded: [{ entry: one, event }] }), 1);
    expect(await lines(sum)).toEqual([`${sum} 12`]);
  });

  it.each(['covered', 'preexisting'])('are not late where nothing was taken away: %s', async (code) => {
    metrics.notePass(report({ recorded: [{ entry: grant('ended'), event: ended(900, { code }) }] }), 1);
    expect(await lines(sum)).toEqual([]);
  });

  it('that do not come grow older although no pass runs', async () => {
    metrics.notePass(report({ live: [grant('ending'), grant('active')] }), 1);
    expect(await lines('hallpass_overdue_grants')).toEqual(['hallpass_overdue_grants 0']);
    now = addSeconds(at(120), 30);
    expect(await lines('hallpass_overdue_grants')).toEqual(['hallpass_overdue_grants 2']);
    expect(await lines('hallpass_overdue_oldest_seconds')).toEqual(['hallpass_overdue_oldest_seconds 30']);
    metrics.notePass(report(), 1);
    expect(await lines('hallpass_overdue_oldest_seconds')).toEqual(['hallpass_overdue_oldest_seconds 0']);
  });
});

describe('passes', () => {
  it.each(['overdue_grants', 'overdue_oldest_seconds', 'pass_last_success', 'quarantined_entries'])(
    'leave %s open until the first has ended: 0 would say that all is well',
    async (name) => {
      expect(await lines(`hallpass_${name}`)).toEqual([]);
      metrics.notePass(report(), 1);
      expect(await lines(`hallpass_${name}`)).toHaveLength(1);
    },
  );

  it('count, last, and succeed at a time', async () => {
    metrics.notePass(report(), 1.5);
    now = at(1);
    metrics.notePass(report({ faults: [{ stage: 'ledger', code: 'ledger_moved' }] }), undefined);
    expect(await lines('hallpass_passes_total')).toEqual([
      'hallpass_passes_total{outcome="done"} 1',
      'hallpass_passes_total{outcome="stopped"} 1',
    ]);
    expect(await lines('hallpass_pass_duration_seconds_sum')).toEqual([
      'hallpass_pass_duration_seconds_sum 1.5',
    ]);
    expect(await lines('hallpass_pass_last_success')).toEqual([
      `hallpass_pass_last_success_timestamp_seconds ${Date.parse(at(0)) / 1_000}`,
    ]);
    expect(await lines('hallpass_stage_faults_total')).toEqual([
      'hallpass_stage_faults_total{stage="ledger",code="ledger_moved"} 1',
    ]);
  });

  it('say what lives where, and only that', async () => {
    const live = [grant('active'), grant('active'), grant('ending', 'teams'), grant('ended')];
    metrics.notePass(report({ live: [...live, grant('active', 'gone-from-settings')] }), 1);
    expect((await lines('hallpass_live_holdings')).toSorted()).toEqual([
      'hallpass_live_holdings{target="orders-db",state="active"} 2',
      'hallpass_live_holdings{target="other",state="active"} 1',
      'hallpass_live_holdings{target="teams",state="ending"} 1',
    ]);
    metrics.notePass(report(), 1);
    expect(await lines('hallpass_live_holdings')).toEqual([]);
  });

  it('count the faults of each target', async () => {
    const event = ended(0, { event: 'faulted', code: 'target_away' });
    metrics.notePass(report({ recorded: [{ entry: grant('ending'), event }] }), 1);
    expect(await lines('hallpass_target_faults_total')).toEqual([
      'hallpass_target_faults_total{target="orders-db",code="target_away"} 1',
    ]);
  });

  it('never make series without end', async () => {
    for (let index = 0; index < 500; index += 1)
      metrics.notePass(report({ faults: [{ stage: 'ends', code: `code_${index}` }] }), 1);
    const series = await lines('hallpass_stage_faults_total');
    expect(series).toHaveLength(201);
    expect(series.at(-1)).toBe('hallpass_stage_faults_total{stage="ends",code="other"} 300');
  });
});

describe('what others count', () => {
  it('is told as it stands, and not added up again', async () => {
    await deliver(world.bot, opened);
    calls = [{ route: 'GET /app', outcome: '2xx', count: 2 }];
    remaining = new Map([['core', 4_999]]);
    for (let time = 0; time < 2; time += 1) {
      const text = await get();
      expect(text).toContain('hallpass_webhook_deliveries_total{outcome="accepted"} 1\n');
      expect(text).toContain('hallpass_webhook_deliveries_total{outcome="unsigned"} 0\n');
      expect(text).toContain('hallpass_github_requests_total{route="GET /app",outcome="2xx"} 2\n');
      expect(text).toContain('hallpass_github_rate_limit_remaining{api="core"} 4999\n');
      expect(text).toContain('hallpass_github_budget_left{limit="content_hour"} 497\n');
      expect(text).toContain('hallpass_github_waiting_calls 2\n');
      expect(text).toContain('hallpass_notices_total{to="siem",outcome="failed"} 1\n');
    }
  });

  it('is absent, not 0, where nobody knows it', async () => {
    expect(await lines('hallpass_github_rate_limit_remaining')).toEqual([]);
  });

  it('says how far the ledger is behind', async () => {
    expect(await lines('hallpass_ledger_lag_seconds')).toEqual(['hallpass_ledger_lag_seconds 0']);
    lag = { seconds: 90, spooled: 2 };
    expect(await lines('hallpass_ledger_lag_seconds')).toEqual(['hallpass_ledger_lag_seconds 90']);
    expect(await lines('hallpass_ledger_spooled_events')).toEqual(['hallpass_ledger_spooled_events 2']);
  });
});

describe('the page of metrics', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

  const all = () =>
    metrics.registry.getMetricsAsArray() as unknown as {
      readonly name: string;
      readonly type: string;
      readonly help: string;
      readonly labelNames: readonly string[];
    }[];

  it('has every one of ours, in its own words', () => {
    const ours = all().filter(({ name }) => name.startsWith('hallpass_'));
    const rows = [...page.matchAll(/^\| `(hallpass_\w+)(?:\{([\w, ]+)\})?` \| (\w+) \| (.*) \|$/gm)];
    expect(rows.map(([, name, , type, help]) => `${name} ${type}: ${help}`).toSorted()).toEqual(
      ours.map(({ name, type, help }) => `${name} ${type}: ${help}`).toSorted(),
    );
    const labels = new Map(
      ours.map(({ name, labelNames }) => [name, labelNames.filter((label) => label !== 'le').join(', ')]),
    );
    for (const [, name = '', written = ''] of rows) expect(written, name).toBe(labels.get(name));
  });

  it('has alerts that can be read', () => {
    const [, text = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const { groups } = parse(text) as { groups: { rules: { alert: string; expr: string }[] }[] };
    expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(5);
    for (const { alert, expr } of groups.flatMap(({ rules }) => rules)) {
      expect(alert).toMatch(/^Hallpass[A-Za-z]+$/);
      expect(expr.split('(')).toHaveLength(expr.split(')').length);
    }
  });

  it('alerts on nothing that is not there', () => {
    const named = new Set([...page.matchAll(/\bhallpass_[a-z_]+/g)].map(([name]) => name));
    const known = all().flatMap(({ name }) => [name, `${name}_bucket`, `${name}_count`]);
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });
});
