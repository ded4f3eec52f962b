import type { Entitlement } from '../../../src/core/entitlement.js';
import type { Entry } from '../../../src/core/grant.js';
import type { Login } from '../../../src/core/identity.js';
import { applyEvent } from '../../../src/core/lifecycle/grant.js';
import type { Rule } from '../../../src/core/policy/policy.js';
import type { DriftFinding } from '../../../src/core/reconcile/report.js';
import { reportedGrant } from '../../../src/core/report/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Duration } from '../../../src/core/time.js';
import type { DecisionView } from '../../../src/views/decision-view.js';
import { entitlementPage, personPage } from '../../../src/views/web/about-pages.js';
import { grantPage } from '../../../src/views/web/grant-page.js';
import { historyPage } from '../../../src/views/web/history-page.js';
import { nowPage } from '../../../src/views/web/now-page.js';
import { numbersPage } from '../../../src/views/web/numbers-page.js';
import { type Page, pageHtml } from '../../../src/views/web/page.js';
import type { HistoryAnswer, HistoryRow } from '../../../src/views/web/past.js';
import type { Problem } from '../../../src/views/web/problem.js';
import { notFoundPage, signInFailedPage, signInPage } from '../../../src/views/web/sign-in-pages.js';
import { type Site, withQuery } from '../../../src/views/web/site.js';
import { targetsPage } from '../../../src/views/web/targets-page.js';
import { at, entry, LIFE, NOON } from '../../app/entries.js';
import { entitlement } from '../decisions.js';

export const SITE: Site = {
  base: '/hallpass',
  repository: 'acme/access',
  repositoryUrl: 'https://github.com/acme/access',
  ledgerBranch: 'access-ledger',
  style: '/hallpass/assets/1/style.css',
  script: '/hallpass/assets/2/live.js',
  icon: '/hallpass/assets/3/icon.svg',
  nav: [{ path: '/', name: 'Now' }],
};

const NOW = at(200);

/** An entry in which every text that comes from outside is the given one, even where a document could not say it. */
export function entrySaying(text: string, life = LIFE.slice(0, 3)): Entry {
  const account = { login: text as Login, id: 7 };
  const base = applyEvent(entry(life), {
    event: 'end_requested',
    at: at(119),
    by: account,
    reason: 'revoked',
  });
  return {
    ...base,
    id: text as RequestId,
    requester: account,
    subject: { ...account, login: `${text}!` as Login },
    breakGlass: true,
    extends: text as RequestId,
    holdings: base.holdings.map((held) => ({
      ...held,
      entitlement: text,
      holding: { target: text, subject: text, grant: { [text]: text } },
    })),
    decision: {
      ...base.decision,
      rules: [text],
      approvals: [{ account, review: 3, at: NOON, rule: text, group: null }],
      findings: [
        {
          code: 'x',
          status: 'errored',
          otherwise: 'denied',
          message: text,
          unblock: text,
          entitlement: text,
        },
      ],
    },
    events: [...base.events, { event: 'reviewed', at: at(122), by: account, code: text }],
  };
}

const requestSaying = (text: string) => ({
  id: text as RequestId,
  subject: text as Login,
  entitlements: [text],
  duration: text as Duration,
  justification: text,
  ticket: text,
  breakGlass: true,
});

export function rowSaying(text: string): HistoryRow {
  const row = reportedGrant(entrySaying(text), requestSaying(text), { from: null, to: NOW, open: true });
  if (row === undefined) throw new Error('it lies in the period');
  return { ...row, extends: text as RequestId };
}

const answerSaying = (text: string): HistoryAnswer => ({
  rows: [rowSaying(text), { ...rowSaying(text), refused: [text], holdings: [] }],
  more: true,
  lookedBackTo: text,
  unread: [text],
});

function problemsSaying(text: string): readonly Problem[] {
  const hindrance = { entitlement: text, code: text, unblock: text, attempts: 2, nextAt: at(201) };
  return [
    {
      kind: 'overdue',
      entry: entrySaying(text),
      entitlements: [text],
      since: NOON,
      seconds: 9,
      hindrances: [hindrance],
    },
    { kind: 'quarantined', id: text, problem: text },
    { kind: 'stopped', stage: text, code: text, at: NOON },
    { kind: 'unseen', target: text, code: text, at: NOON },
    { kind: 'behind', seconds: 300, spooled: 2 },
    { kind: 'review', id: text, subject: text, pullRequest: 7, due: NOON, isLate: true },
    { kind: 'drift', target: text, count: 1 },
  ];
}

function viewSaying(text: string): DecisionView {
  const { decision } = entrySaying(text);
  return {
    pullRequest: 'request',
    requests: [{ request: requestSaying(text), requester: text, decision, entitlements: [] }],
    removals: [text as RequestId],
    issues: [
      {
        file: text,
        line: 1,
        column: 1,
        code: 'x',
        severity: 'error',
        message: text,
        fix: text,
      } as unknown as DecisionView['issues'][number],
    ],
    refusal: { message: text, unblock: text },
    broken: [],
    asked: [{ login: text, why: text }],
  };
}

const pendingSaying = (text: string) => [{ number: 9, view: viewSaying(text), at: NOON }];

function entitlementSaying(text: string): Entitlement {
  const one = entitlement({ id: text, title: text, grant: { [text]: text } });
  const owners = { teams: [text], users: [text as Login] };
  return { ...one, target: { ...one.target, id: text, kind: text, owners } };
}

function rulesSaying(text: string): readonly Rule[] {
  const group = { teams: [text], users: [text as Login] };
  const rule = { name: text, entitlements: ['*'], requesters: group } as unknown as Rule;
  return [
    { ...rule, effect: { kind: 'deny', message: text } },
    {
      ...rule,
      effect: {
        kind: 'approvals',
        groups: [{ from: group, count: 1, stage: 1, comment: 'optional' }],
      },
    },
    {
      ...rule,
      effect: {
        kind: 'break_glass',
        maxDuration: text as Duration,
        reviewWithin: text as Duration,
        reviewers: group,
      },
    },
  ];
}

function findingSaying(text: string, kind: DriftFinding['kind']): DriftFinding {
  return {
    kind,
    target: text,
    subject: text,
    login: text,
    entitlements: [text],
    grant: { [text]: text },
    id: text as RequestId,
    since: NOON,
    next: 'adopt_or_remove',
    owners: [],
  };
}

function targetsSaying(text: string): Page {
  const findings = (['unmanaged', 'orphaned', 'missing'] as const).map((kind) => findingSaying(text, kind));
  const hindrance = { id: text, entitlement: text, code: text, unblock: text, attempts: 2, nextAt: at(201) };
  return targetsPage(
    {
      lookedAt: NOON,
      targets: [
        {
          id: text,
          kind: text,
          abilities: { enumerates: false, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
          isConfigured: true,
          live: 1,
          hindrances: [hindrance],
          report: { target: text, looked: 'not', code: text, stopped: text, findings },
        },
      ],
    },
    SITE,
    NOW,
  );
}

/** Every page there is, with the given text wherever somebody else's may stand. */
export function everyPage(text: string): ReadonlyMap<string, string> {
  const model = {
    now: NOW,
    problems: problemsSaying(text),
    pending: pendingSaying(text),
    held: [entrySaying(text)],
    scheduled: [entrySaying(text)],
    ledgerAsOf: NOON,
    passAt: NOON,
  };
  const story = {
    id: text as RequestId,
    entry: entrySaying(text),
    request: requestSaying(text),
    hindrances: [{ entitlement: text, code: text, attempts: 1, nextAt: at(201) }],
    extendedBy: [text as RequestId],
  };
  const search = { who: text, entitlement: text, target: text, state: text, from: text, to: text };
  const past = answerSaying(text);
  const bars = [{ label: text, count: 3 }];
  const numbers = {
    days: 30,
    grants: 1,
    refused: 1,
    breakGlass: 1,
    endedLate: 1,
    medianLateSeconds: 1,
    mostLateSeconds: null,
    medianApprovalSeconds: 1,
    overTime: bars,
    approvalTimes: bars,
    lateness: [],
    gaps: past,
  };
  const pages: Readonly<Record<string, Page>> = {
    now: nowPage(model, SITE),
    grant: grantPage(story, SITE, NOW),
    'grant that cannot be read': grantPage({ id: text as RequestId, problem: text }, SITE, NOW),
    person: personPage(
      {
        login: text,
        identities: [[text, text]],
        problems: problemsSaying(text),
        live: [entrySaying(text)],
        pending: pendingSaying(text),
        asked: pendingSaying(text),
        past,
      },
      SITE,
      NOW,
    ),
    entitlement: entitlementPage(
      {
        id: text,
        entitlement: entitlementSaying(text),
        rules: rulesSaying(text),
        live: [entrySaying(text)],
        pending: pendingSaying(text),
        past,
      },
      SITE,
      NOW,
    ),
    history: historyPage({ search, mistakes: [text], page: 2, answer: past }, SITE, NOW),
    targets: targetsSaying(text),
    numbers: numbersPage(numbers, SITE),
    'sign in': signInPage(SITE, withQuery('/hallpass/sign-in/start', { return: text })),
    'sign in failed': signInFailedPage(SITE, 'refused'),
    'not found': notFoundPage(SITE, text),
  };
  const visitor = { id: 1, login: text, formToken: text };
  return new Map(
    Object.entries(pages).map(([name, page]) => [name, pageHtml(page, { site: SITE, now: NOW, visitor })]),
  );
}
