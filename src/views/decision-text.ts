import type { Json } from '../core/entitlement.js';
import type { Account } from '../core/identity.js';
import type { Finding, GroupProgress } from '../core/policy/decision.js';
import type { RequestView } from './decision-view.js';
import { type Explanation, explanationOf } from './explanation.js';
import { missingOf } from './missing.js';
import { type Paint, unpainted } from './paint.js';
import { toText } from './phrase.js';
import { requestLines } from './request-lines.js';

const SIGN = { yes: '✔', no: '✘', error: '!', note: '·', way: '→' } as const;
const STYLE = { yes: 'good', no: 'bad', error: 'warn', note: 'dim', way: 'dim' } as const;

/** The decision as a tree for a terminal: the lines everybody reads, what is missing, then every rule. */
export function decisionText(view: RequestView, paint: Paint = unpainted): string {
  const tree = branches(explanationOf(view), paint, { first: '', rest: '' });
  return [...told(view, paint), ...tree].join('\n');
}

/** Without the rules: for whoever asks, and has to know what is missing. */
export function askedText(view: RequestView, paint: Paint = unpainted): string {
  return told(view, paint).join('\n');
}

function told(view: RequestView, paint: Paint): readonly string[] {
  const missing = missingOf(view);
  return [
    ...requestLines(view).map(
      ([label, text]) => `${paint('dim', `${label}:`.padEnd(LABEL))} ${toText(text)}`,
    ),
    '',
    ...(missing.length === 0
      ? []
      : [paint('strong', 'Missing'), ...missing.map((text) => `  - ${toText(text)}`), '']),
  ];
}

const LABEL = 'Risk and end:'.length;

function branches(
  { mark, text, below }: Explanation,
  paint: Paint,
  lead: { first: string; rest: string },
): string[] {
  const own = `${lead.first}${paint(STYLE[mark], SIGN[mark])} ${toText(text)}`;
  return [
    own,
    ...below.flatMap((item, index) => {
      const last = index === below.length - 1;
      return branches(item, paint, {
        first: `${lead.rest}${last ? '└─ ' : '├─ '}`,
        rest: `${lead.rest}${last ? '   ' : '│  '}`,
      });
    }),
  ];
}

/** The same decision as a plain value: the shape `hallpass explain --json` prints; it only ever grows. */
export function decisionJson({ request, requester, decision, window }: RequestView): Json {
  return {
    request: request.id,
    subject: request.subject,
    requester,
    outcome: decision.outcome,
    window: window === undefined ? null : { starts_at: window.startsAt, expires_at: window.expiresAt },
    rules: decision.rules,
    unsatisfied: decision.unsatisfied,
    findings: decision.findings.map(findingJson),
    groups: decision.groups.map(groupJson),
    approvals: decision.approvals.map(({ account, review, at, rule, group }) => ({
      ...accountJson(account),
      review,
      at,
      rule,
      group,
    })),
    dismissals: decision.dismissals.map(({ review, rule, reason, message }) => ({
      login: review.author?.login ?? null,
      review: review.id,
      rule: rule ?? null,
      reason,
      message,
    })),
    vetoes: decision.vetoes.map(accountJson),
    auto_merge: decision.autoMerge,
  };
}

function accountJson({ login, id }: Account) {
  return { login, id };
}

function findingJson({ code, status, otherwise, entitlement, rule, message, unblock }: Finding): Json {
  return {
    code,
    status,
    otherwise,
    entitlement: entitlement ?? null,
    rule: rule ?? null,
    message,
    unblock: unblock ?? null,
  };
}

function groupJson({ rule, group, from, stage, reached, count, filledBy, candidates }: GroupProgress): Json {
  return {
    rule,
    group,
    from: { teams: from.teams, users: from.users },
    stage,
    reached,
    count,
    filled_by: filledBy.map(accountJson),
    candidates: candidates.map(accountJson),
  };
}
