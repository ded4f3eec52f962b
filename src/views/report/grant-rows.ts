import type { ReportedGrant, ReportedHolding } from '../../core/report/grant.js';
import type { EvidenceReport } from '../../core/report/report.js';
import { isReviewLate } from '../../core/report/totals.js';
import { type Cell, type Links, length, lines, type Piece, plain, time } from './cells.js';

export const GRANT_TITLES = [
  'Grant',
  'Who',
  'What and where',
  'Why',
  'How long',
  'By whom and by which rule',
  'How it ended',
];
export const BREAK_GLASS_TITLES = ['Grant', 'Subject', 'Review due', 'Reviewed', 'By', 'Verdict', 'In time'];
export const REFUSED_TITLES = ['Request', 'Who', 'Asked for', 'Why', 'Outcome', 'Reviews'];

/** One row a grant, everything an auditor asks of it. */
export function grantRows(grants: readonly ReportedGrant[], links: Links): readonly (readonly Cell[])[] {
  return grants.map((grant) => [
    idOf(grant, links),
    whoOf(grant),
    grant.holdings.map(({ entitlement, target, preexisting }) => [
      { text: `${entitlement} on ${target}${preexisting ? ' (held before)' : ''}` },
    ]),
    whyOf(grant),
    lines([
      ...(grant.request === null ? [] : [grant.request.duration]),
      ...(grant.window === null ? [] : [`${time(grant.window.startsAt)} to`, time(grant.window.expiresAt)]),
    ]),
    saidOf(grant, links),
    lines([...endRequestOf(grant), ...grant.holdings.map(endOf)]),
  ]);
}

export function refusedRows(refused: readonly ReportedGrant[], links: Links): readonly (readonly Cell[])[] {
  return refused.map((grant) => [
    idOf(grant, links),
    whoOf(grant),
    lines(grant.request?.entitlements ?? []),
    whyOf(grant),
    lines([grant.outcome, ...(grant.refused ?? [])]),
    saidOf(grant, links),
  ]);
}

export function breakGlassRows({ grants, period }: EvidenceReport): readonly (readonly Cell[])[] {
  return grants.flatMap((grant) => {
    const { id, subject, review } = grant;
    if (review === null) return [];
    return [
      [
        plain(id),
        plain(subject),
        plain(time(review.due)),
        plain(time(review.at)),
        plain(review.by?.login ?? null),
        plain(review.verdict),
        plain(isReviewLate(grant, period.to) ? 'no' : review.at === null ? 'not due yet' : 'yes'),
      ],
    ];
  });
}

function idOf({ id, pullRequest, landing }: ReportedGrant, links: Links): Cell {
  return [[{ text: id }], [links.pullRequest(pullRequest)], [{ text: `landed ${time(landing.at)}` }]];
}

const GONE = '(account gone)';

function whoOf({ subject, requester }: ReportedGrant): Cell {
  if (subject === requester) return plain(subject ?? GONE);
  return lines([subject ?? GONE, `asked for by ${requester ?? GONE}`]);
}

function whyOf({ request }: ReportedGrant): Cell {
  if (request === null) return plain('(the request cannot be read)');
  return lines([
    request.justification,
    ...(request.ticket === undefined ? [] : [`ticket ${request.ticket}`]),
  ]);
}

/** Rules, whose approval counted for which, who objected, and which reviews were set aside and why. */
function saidOf(grant: ReportedGrant, links: Links): Cell {
  const { rules, approvals, vetoes, dismissals, pullRequest, review } = grant;
  const said: readonly (readonly Piece[])[] = [
    ...rules.map((rule) => [{ text: `rule ${rule}` }]),
    ...approvals.map(({ account, review: number, at, rule, group }) => [
      links.review(pullRequest, number, account.login),
      { text: ` at ${time(at)} for ${group === null ? 'the floor' : `group ${group + 1}`} of ${rule}` },
    ]),
    ...(review === null ? [] : [[{ text: 'break-glass, without approval' }]]),
    ...vetoes.map(({ login }) => [{ text: `vetoed by ${login}` }]),
    ...dismissals.map(({ review: one, reason }) => [
      { text: 'set aside: ' },
      links.review(pullRequest, one.id, one.author?.login ?? GONE),
      { text: ` (${reason})` },
    ]),
  ];
  return said.length === 0 ? plain(null) : said;
}

function endRequestOf({ endRequest }: ReportedGrant): readonly string[] {
  if (endRequest === null) return [];
  const by = endRequest.by === null ? '' : ` by ${endRequest.by}`;
  return [`end asked for${by} at ${time(endRequest.at)} (${endRequest.reason ?? 'no reason'})`];
}

function endOf({ entitlement, state, endedAt, reason, lateSeconds, faults }: ReportedHolding): string {
  const late = lateSeconds === null || lateSeconds === 0 ? '' : `, ${length(lateSeconds)} late`;
  const why = faults.length === 0 ? '' : `, faults: ${faults.join(', ')}`;
  if (endedAt === null)
    return `${entitlement}: ${state}${reason === null ? '' : ` (${reason})`}${late}${why}`;
  return `${entitlement}: ${reason ?? 'ended'} at ${time(endedAt)}${late}${why}`;
}
