import { PROMPT_SECONDS } from '../../core/audit/entry-times.js';
import { addSeconds, type Instant, parseInstant } from '../../core/time.js';
import type { HistoryModel, HistorySearch, HistoryState } from '../../views/web/history-page.js';
import type { HistoryRow } from '../../views/web/past.js';
import { asksFor, concerns } from './about-one.js';
import type { History } from './history.js';

const PAGE = 50;
/** Deeper than this nobody pages; a narrower search gets there. */
const MOST_PAGES = 400;
const DAY_SECONDS = 86_400;

const STATES: Readonly<Record<HistoryState, (row: HistoryRow) => boolean>> = {
  held: ({ holdings }) => holdings.some(({ state }) => HELD.has(state)),
  scheduled: ({ holdings }) => holdings.some(({ state }) => state === 'scheduled'),
  ended: ({ holdings }) => holdings.some(({ state }) => state === 'ended'),
  late: ({ holdings }) =>
    holdings.some(({ endedAt, lateSeconds }) => endedAt !== null && (lateSeconds ?? 0) > PROMPT_SECONDS),
  never: ({ holdings }) => holdings.some(({ state }) => state === 'void'),
  refused: ({ refused }) => refused !== null,
  break_glass: ({ review }) => review !== null,
};
const HELD: ReadonlySet<string> = new Set(['intended', 'active', 'ending']);

/** A page of the past that a form asked for. What makes no sense is said and finds nothing: leaving it out would find too much. */
export async function searchHistory(
  { history }: { readonly history: History },
  search: HistorySearch,
  page: string,
): Promise<HistoryModel> {
  const number = /^[1-9]\d{0,2}$/.test(page) ? Math.min(Number(page), MOST_PAGES) : 1;
  const [from, to] = [dayOf(search.from), dayOf(search.to)];
  const mistakes = [
    ...(from === null ? ['The first day is no day such as 2026-11-22.'] : []),
    ...(to === null ? ['The last day is no day such as 2026-11-22.'] : []),
    ...(search.state !== '' && !Object.hasOwn(STATES, search.state) ? ['There is no such state.'] : []),
  ];
  if (mistakes.length > 0) return { search, mistakes, page: number, answer: NOTHING };
  const answer = await history.ask({
    wants: (row) => isWanted(row, search),
    ...(from ? { from } : {}),
    ...(to ? { before: addSeconds(to, DAY_SECONDS) } : {}),
    most: PAGE,
    skip: (number - 1) * PAGE,
  });
  return { search, mistakes, page: number, answer };
}

const NOTHING = { rows: [], more: false, lookedBackTo: null, unread: [] } as const;

/** @returns `undefined` for nothing said, `null` for no day. */
function dayOf(text: string): Instant | null | undefined {
  if (text === '') return undefined;
  return parseInstant(`${text}T00:00:00Z`) ?? null;
}

function isWanted(row: HistoryRow, { who, entitlement, target, state }: HistorySearch): boolean {
  const isIn = Object.hasOwn(STATES, state) ? STATES[state as HistoryState](row) : true;
  return (
    isIn &&
    (who === '' || concerns(row, who)) &&
    (entitlement === '' || asksFor(row, entitlement)) &&
    (target === '' || row.holdings.some((held) => held.target === target))
  );
}
