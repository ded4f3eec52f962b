import type { Entry } from '../core/grant.js';
import type { NoticeAbout } from '../core/notice.js';
import type { RequestId } from '../core/request.js';
import type { DecisionView } from './decision-view.js';
import type { NoticeSubject } from './notices.js';

/** What a notice of a grant is about. @param entitlements the part of it; absent for all. */
export function aboutGrant(entry: Entry, entitlements?: readonly string[]): NoticeAbout {
  const concerned = entry.holdings.filter(
    ({ entitlement }) => entitlements === undefined || entitlements.includes(entitlement),
  );
  return {
    grant: entry.id,
    subject: entry.subject?.login ?? null,
    entitlements: concerned.map(({ entitlement }) => entitlement),
    targets: distinct(concerned.map(({ holding }) => holding.target)),
    rules: entry.decision.rules,
    pullRequest: entry.landing.pullRequest,
  };
}

/** What a notice of a pull request is about while it is open. One of several requests: no grant in particular. */
export function aboutRequests({ requests }: DecisionView, pullRequest: number): NoticeAbout {
  const ids = distinct(requests.map(({ request }) => request.id));
  const subjects = distinct(requests.map(({ request }) => request.subject));
  return {
    grant: only(ids),
    subject: only(subjects),
    entitlements: distinct(requests.flatMap(({ request }) => request.entitlements)),
    targets: distinct(requests.flatMap(({ entitlements }) => entitlements.map(({ target }) => target.id))),
    rules: distinct(requests.flatMap(({ decision }) => decision.rules)),
    pullRequest,
  };
}

/** Nothing anybody asked for. */
export const ABOUT_NOTHING: NoticeAbout = {
  grant: null,
  subject: null,
  entitlements: [],
  targets: [],
  rules: [],
  pullRequest: null,
};

/** The same as sentences need it. */
export function subjectOf({ grant, subject, entitlements }: NoticeAbout): NoticeSubject {
  return { id: (grant ?? '') as RequestId, subject: subject ?? 'nobody', entitlements };
}

const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

const only = <T>(items: readonly T[]): T | null => (items.length === 1 ? (items[0] ?? null) : null);
