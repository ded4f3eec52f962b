import type { Adopted } from '../../core/access-review/adopted.js';
import type { ReportedItem } from '../../core/report/access-review.js';
import { type Cell, lines, plain, time } from './cells.js';

type Rows = readonly (readonly Cell[])[];

export const REVIEW_TITLES = ['Asked', 'Due', 'List', 'Who', 'What', 'Result', 'Why', 'Approved by'];

export function reviewRows(items: readonly ReportedItem[]): Rows {
  return items.map((item) => [
    plain(time(item.askedAt)),
    plain(time(item.due)),
    plain(item.review),
    plain(item.subject),
    lines(whatOf(item)),
    plain(item.code === undefined ? item.result : `${item.result}: ${item.code}`),
    plain(item.justification ?? null),
    lines(item.by),
  ]);
}

function whatOf({ entitlements, grant, standing }: ReportedItem): readonly string[] {
  const where = standing === undefined ? `grant ${grant}` : `standing on ${standing.target}`;
  return [...entitlements, where];
}

export const ADOPTED_TITLES = ['Who', 'Target', 'What', 'Since', 'Until', 'Why', 'List'];

export function adoptedRows(adopted: readonly Adopted[]): Rows {
  return adopted.map(({ item, since, until, justification, record }) => [
    plain(item.subject),
    plain(item.standing?.target ?? null),
    lines(item.entitlements),
    plain(time(since)),
    plain(time(until)),
    plain(justification),
    plain(record.id),
  ]);
}
