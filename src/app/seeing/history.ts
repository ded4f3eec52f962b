import type { Oid } from '../../core/approval.js';
import { reportedGrant } from '../../core/report/grant.js';
import type { RequestId } from '../../core/request.js';
import { addSeconds, type Instant, monthOf } from '../../core/time.js';
import { parseRequest } from '../../documents/request.js';
import type { Clock } from '../../ports/clock.js';
import { Retry } from '../../ports/fault.js';
import type { FiledEntry, LedgerPast } from '../../ports/ledger-past.js';
import type { HistoryAnswer, HistoryRow } from '../../views/web/past.js';

export interface HistoryQuestion {
  readonly wants: (row: HistoryRow) => boolean;
  /** By when it landed. */
  readonly from?: Instant;
  readonly before?: Instant;
  /** At most so many rows, after leaving out the first ones. */
  readonly most: number;
  readonly skip?: number;
}

export interface History {
  ask(question: HistoryQuestion): Promise<HistoryAnswer>;
}

/** Entries that one answer may read anew. What was read is kept, so asking again gets further. */
const MOST_READ = 600;
const AT_ONCE = 16;
const MOST_KEPT = 30_000;
const MOST_WAITING = 16;
/** Requests are filed under the date of their pull request. One that stays open for longer is found without a period. */
const FILED_BEFORE_SECONDS = 100 * 86_400;

type Told = HistoryRow | { readonly problem: string };

export interface HistoryDeps {
  readonly past: LedgerPast;
  readonly clock: Clock;
  /** Lets everything else in the process have its turn: reading an entry takes a millisecond or more. */
  readonly breathe: () => Promise<unknown>;
}

/** Looks back through the ledger, bounded for every question, one question after the other (T135, T138). */
export function createHistory(deps: HistoryDeps): History {
  // By version, which is for ever the same document.
  const kept = new Map<Oid, Told>();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function tell({ id, version }: FiledEntry): Promise<Told> {
    const told = kept.get(version) ?? (await readAnew(deps, id));
    kept.set(version, told);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return told;
  }

  /** What is known of a month once as much of it is read as is left to read. */
  async function monthOfRows(month: string, left: number) {
    const filed = await deps.past.filed(month);
    const fresh = filed.filter(({ version }) => !kept.has(version));
    const unseen = new Set(fresh.slice(left).map(({ id }) => id));
    const seen = filed.filter(({ id }) => !unseen.has(id));
    const told: Told[] = [];
    for (let at = 0; at < seen.length; at += AT_ONCE) {
      const group = seen.slice(at, at + AT_ONCE);
      if (group.some(({ version }) => !kept.has(version))) await deps.breathe();
      told.push(...(await Promise.all(group.map(tell))));
    }
    return { told, read: fresh.length - unseen.size, isWhole: unseen.size === 0 };
  }

  async function look({ wants, from, before, most, skip = 0 }: HistoryQuestion): Promise<HistoryAnswer> {
    let left = MOST_READ;
    const rows: HistoryRow[] = [];
    const unread: string[] = [];
    let lookedBackTo: string | null = null;
    for (const month of monthsIn(await deps.past.months(), from, before)) {
      if (rows.length > skip + most || lookedBackTo !== null) break;
      const { told, read, isWhole } = await monthOfRows(month, left);
      left -= read;
      if (!isWhole) lookedBackTo = month;
      unread.push(...told.flatMap((one) => ('problem' in one ? [one.problem] : [])));
      const found = told.flatMap((one) => ('problem' in one ? [] : [one]));
      rows.push(...found.filter((row) => isIn(row, from, before) && wants(row)).sort(latestFirst));
    }
    return { rows: rows.slice(skip, skip + most), more: rows.length > skip + most, lookedBackTo, unread };
  }

  return {
    ask(question) {
      if (waiting >= MOST_WAITING)
        return Promise.reject(new Retry('history_busy', 'too many questions about the past wait'));
      waiting += 1;
      const turn = last.then(() => look(question)).finally(() => (waiting -= 1));
      last = turn.catch(() => {});
      return turn;
    },
  };
}

async function readAnew({ past, clock }: HistoryDeps, id: RequestId): Promise<Told> {
  const read = await past.entry(id);
  if (read === undefined || 'problem' in read) return { problem: id };
  const { entry } = read;
  const parsed = parseRequest(new TextEncoder().encode(entry.request.content), entry.id);
  const period = { from: null, to: clock.now(), open: true } as const;
  const told = reportedGrant(entry, 'value' in parsed ? parsed.value : undefined, period);
  return told === undefined ? { problem: id } : { ...told, extends: entry.extends ?? null };
}

function monthsIn(months: readonly string[], from?: Instant, before?: Instant): readonly string[] {
  const first = from === undefined ? '' : monthOf(addSeconds(from, -FILED_BEFORE_SECONDS));
  const latest = before === undefined ? '9' : monthOf(addSeconds(before, 86_400));
  return months.filter((month) => month >= first && month <= latest);
}

function isIn({ landing }: HistoryRow, from?: Instant, before?: Instant): boolean {
  return (from === undefined || landing.at >= from) && (before === undefined || landing.at < before);
}

function latestFirst(a: HistoryRow, b: HistoryRow): number {
  return `${a.landing.at} ${a.id}` < `${b.landing.at} ${b.id}` ? 1 : -1;
}
