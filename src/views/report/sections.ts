import { approvalTimes, type Bar, grantsOverTime, lateness } from '../../core/report/charts.js';
import type { EvidenceReport } from '../../core/report/report.js';
import { totalsOf } from '../../core/report/totals.js';
import { ADOPTED_TITLES, adoptedRows, REVIEW_TITLES, reviewRows } from './access-review-rows.js';
import { type Cell, type Links, length, linksTo, plain, time } from './cells.js';
import { coverageRows } from './coverage.js';
import {
  BREAK_GLASS_TITLES,
  breakGlassRows,
  GRANT_TITLES,
  grantRows,
  REFUSED_TITLES,
  refusedRows,
} from './grant-rows.js';
import { changeRows, findingRows, orphanRows, violationRows } from './other-rows.js';

/** A part of a report: a sentence, a table, or a chart. Markdown and HTML draw the same ones. */
export interface Section {
  /** For links within the page; fixed words of ours. */
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly table?: { readonly titles: readonly string[]; readonly rows: readonly (readonly Cell[])[] };
  readonly charts?: readonly Chart[];
}

export interface Chart {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** The name of a report: its period. */
export function titleOf({ period: { from, to } }: EvidenceReport): string {
  return `Access from ${from === null ? 'the beginning' : time(from)} to ${time(to)}`;
}

/** Everything a report says, in the order in which it is read. @param url of the repository, for links. */
export function sectionsOf(report: EvidenceReport, url?: string): readonly Section[] {
  const links = linksTo(url);
  return [
    ...aboutReport(report),
    ...aboutGrants(report, links),
    ...aboutReviews(report),
    ...aboutRest(report, links),
  ];
}

type Rows = readonly (readonly Cell[])[];

/** No rows: no table. */
function table(titles: readonly string[], rows: Rows): Pick<Section, 'table'> {
  return rows.length === 0 ? {} : { table: { titles, rows } };
}

function aboutReport(report: EvidenceReport): readonly Section[] {
  const { grants, verification } = report;
  const findings = verification.kind === 'verified' ? verification.findings : [];
  return [
    { id: 'numbers', title: 'In numbers', says: '', ...table(['What', 'How much'], numberRows(report)) },
    { id: 'charts', title: 'Charts', says: none(grants, 'Nothing to draw.'), charts: chartsOf(report) },
    {
      id: 'verification',
      title: 'Verification',
      says: verificationText(report),
      ...table(['Severity', 'Code', 'Where', 'What'], findingRows(findings)),
    },
    {
      id: 'coverage',
      title: 'What was checked, and what was not',
      says: '',
      ...table(['What', 'Checked', 'How'], coverageRows(report)),
    },
  ];
}

function aboutGrants(report: EvidenceReport, links: Links): readonly Section[] {
  const { grants, refused } = report;
  const glass = breakGlassRows(report);
  return [
    {
      id: 'grants',
      title: 'Grants',
      says: none(grants, 'Nobody was granted anything.'),
      ...table(GRANT_TITLES, grantRows(grants, links)),
    },
    {
      id: 'break-glass',
      title: 'Break-glass and its reviews',
      says: none(glass, 'Nobody broke the glass.'),
      ...table(BREAK_GLASS_TITLES, glass),
    },
    {
      id: 'refused',
      title: 'Landings that were refused',
      says: none(refused, 'None was.'),
      ...table(REFUSED_TITLES, refusedRows(refused, links)),
    },
  ];
}

function aboutReviews({ accessReviews: { items, adopted } }: EvidenceReport): readonly Section[] {
  return [
    {
      id: 'access-reviews',
      title: 'Access reviews',
      says: none(items, 'Nobody was asked about access they answer for.'),
      ...table(REVIEW_TITLES, reviewRows(items)),
    },
    {
      id: 'adopted',
      title: 'Standing privileges that were adopted',
      says: none(adopted, 'None was when the period ended.'),
      ...table(ADOPTED_TITLES, adoptedRows(adopted)),
    },
  ];
}

function aboutRest({ violations, orphans, changes }: EvidenceReport, links: Links): readonly Section[] {
  return [
    {
      id: 'violations',
      title: 'Violations',
      says: none(violations, 'Nothing is recorded to have reached the default branch without approval.'),
      ...table(['Seen', 'Commit', 'Code', 'Path', 'What'], violationRows(violations, links)),
    },
    {
      id: 'orphans',
      title: 'Orphans removed from targets',
      says: none(orphans, 'None was found.'),
      ...table(['When', 'Target', 'Subject there', 'Entitlements', 'Outcome'], orphanRows(orphans)),
    },
    {
      id: 'changes',
      title: 'Changes of policy, catalog and people',
      says: none(changes, 'There was none.'),
      ...table(
        ['When, by the commit', 'Commit', 'Author, by the commit', 'First line', 'Files'],
        changeRows(changes, links),
      ),
    },
  ];
}

function none(rows: readonly unknown[], says: string): string {
  return rows.length === 0 ? says : '';
}

function verificationText({ verification, ledger, main }: EvidenceReport): string {
  const heads = `The ledger was read up to ${ledger}, the default branch up to ${main}.`;
  if (verification.kind === 'not_verified') return `Not verified: ${verification.why}. ${heads}`;
  const { findings, commits } = verification;
  const result = findings.length === 0 ? 'Clean' : `Findings: ${findings.length}`;
  return `${result}. Commits looked at: ${commits}; every decision was made again. ${heads}`;
}

function numberRows(report: EvidenceReport): readonly (readonly Cell[])[] {
  const totals = totalsOf(report);
  const rows: readonly (readonly [string, string | number])[] = [
    ['Grants', totals.grants],
    ['People they were for', totals.subjects],
    ['By break-glass', totals.breakGlass],
    ['Reviews of break-glass late or not given', totals.reviewsLate],
    ['Held when the period ended', totals.live],
    ['Held past their end when the period ended', totals.overdue],
    ['Ended over five minutes late', totals.endedLate],
    ['Lateness of ends, median', length(totals.medianLateSeconds)],
    ['Lateness of ends, most', length(totals.mostLateSeconds)],
    ['From opening to the last approval, median', length(totals.medianApprovalSeconds)],
    ['Held before the grant, and left as it was', totals.preexisting],
    ['Landings refused', totals.refused],
    ['Violations', totals.violations],
    ['Orphans removed', totals.orphansRemoved],
    ['Lines of access reviews', totals.reviewed],
    ['Kept by an access review', totals.reviewedKept],
    ['Ended or removed by an access review', totals.reviewedEnded],
    ['Standing privileges adopted', totals.adopted],
    ['Changes of policy, catalog or people', totals.changes],
  ];
  return rows.map(([what, much]) => [plain(what), plain(String(much))]);
}

function chartsOf(report: EvidenceReport): readonly Chart[] {
  const charts = [
    { title: 'Grants by when they landed', bars: grantsOverTime(report) },
    { title: 'From opening to the last approval', bars: approvalTimes(report) },
    { title: 'How long after they were due grants ended', bars: lateness(report) },
  ];
  return charts.filter(({ bars }) => bars.length > 0);
}
