import { nodeId, userOrNull } from '../accounts/shape.js';
import { reads } from '../auth/access.js';
import { type Answer, type Call, ok } from '../http/call.js';
import { linkTo, pageSize } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import type { Hub } from '../hub.js';
import { invalid } from '../refusal.js';
import type { Schema } from '../schemas.js';
import { type Activity, accountNamed } from '../state.js';

export const activityRoutes: readonly RouteRow[] = [
  ['GET', '/repos/{owner}/{repo}/activity', reads('contents'), listActivity],
];

const DAY = 24 * 3600 * 1000;
const PERIODS: Readonly<Record<string, number>> = {
  day: DAY,
  week: 7 * DAY,
  month: 31 * DAY,
  quarter: 92 * DAY,
  year: 366 * DAY,
};

function shape(hub: Hub, activity: Activity): Schema<'activity'> {
  return {
    id: activity.id,
    node_id: nodeId('PushActivity', activity.id),
    before: activity.before,
    after: activity.after,
    ref: activity.ref,
    timestamp: activity.at,
    activity_type: activity.type,
    actor: userOrNull(hub, activity.actorId),
  };
}

const cursor = (activity: Activity): string => Buffer.from(`activity:${activity.id}`).toString('base64url');

/** Pages by cursor, not by number: only the `Link` header says how to go on. */
function listActivity(call: Call): Answer {
  const all = chosen(call);
  const { after, before } = Object.fromEntries(call.query) as { after?: string; before?: string };
  const size = pageSize(call);
  const from = after === undefined ? 0 : position(all, after) + 1;
  const start = before === undefined ? from : Math.max(0, position(all, before) - size);
  const items = all.slice(start, start + size);
  const [first, last] = [items[0], items.at(-1)];
  const link = [
    ...(last !== undefined && start + size < all.length
      ? [pageLink(call, { after: cursor(last) }, 'next')]
      : []),
    ...(first !== undefined && start > 0 ? [pageLink(call, { before: cursor(first) }, 'prev')] : []),
  ];
  return {
    ...ok(items.map((each) => shape(call.hub, each))),
    headers: link.length > 0 ? { link: link.join(', ') } : {},
  };
}

function pageLink(call: Call, to: Readonly<Record<string, string>>, rel: string): string {
  const url = new URL(call.url);
  url.searchParams.delete('after');
  url.searchParams.delete('before');
  return linkTo({ ...call, url }, to, rel);
}

function position(all: readonly Activity[], asked: string): number {
  const at = all.findIndex((each) => cursor(each) === asked);
  if (at < 0) throw invalid({ field: 'cursor', code: 'invalid' });
  return at;
}

/** Newest first unless asked otherwise; a branch may be named with or without `refs/heads/`. */
function chosen({ hub, query }: Call): Activity[] {
  const ref = query.get('ref');
  const type = query.get('activity_type');
  const actor = query.get('actor');
  const actorId = actor === null ? undefined : (accountNamed(hub.state, actor)?.id ?? 0);
  const period = PERIODS[query.get('time_period') ?? ''];
  const since = period === undefined ? 0 : hub.options.now().getTime() - period;
  const found = hub.state.activities.filter(
    (each) =>
      (ref === null || each.ref === ref || each.ref === `refs/heads/${ref}`) &&
      (type === null || each.type === type) &&
      (actorId === undefined || each.actorId === actorId) &&
      Date.parse(each.at) >= since,
  );
  return query.get('direction') === 'asc' ? found : found.reverse();
}
