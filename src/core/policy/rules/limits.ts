import { durationSeconds, later, secondsBetween } from '../../time.js';
import { liveGrantsOf } from '../live.js';
import type { Situation } from '../situation.js';
import { counted, listed, spelled } from '../wording.js';
import { errored, type RuleCheck, satisfied, unsatisfied } from './check.js';

const TRY_AGAIN = 'Check the request again; if this stays, tell the people who run Hallpass.';

/** How many requests one person may have open, this one included. */
export const openRequests: RuleCheck = {
  about: 'rule',
  code: 'open_requests',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.limits?.openRequests !== undefined,
  judge({ rule }, { evidence: { openRequests: open, requester } }) {
    const limit = rule.limits?.openRequests ?? 0;
    const who = requester?.login ?? 'The requester';
    if (open === null) return errored('How many requests are open is not known.', TRY_AGAIN);
    if (open <= limit) return satisfied(`${who} has ${counted(open, 'open request')}, of at most ${limit}.`);
    return unsatisfied(
      `${who} has ${counted(open, 'open request')}; rule ${rule.name} allows ${limit}.`,
      'Close or finish other requests first.',
    );
  },
};

/**
 * Seconds of one entitlement that count against a week: what was held in the last seven days, what live grants still give, and
 * what this request adds. `null`: not known. Times that overlap count each for itself.
 */
function weekWith(id: string, situation: Situation): number | null {
  const { request, evidence } = situation;
  const held = evidence.held?.find(({ entitlement }) => entitlement === id)?.seconds;
  if (held === undefined) return null;
  const ahead = liveGrantsOf(situation)
    .filter(({ entitlements }) => entitlements.includes(id))
    .map(({ from, until }) => Math.max(0, secondsBetween(later(from, evidence.now), until)));
  return ahead.reduce((sum, seconds) => sum + seconds, held + durationSeconds(request.duration));
}

/** How long one person may hold one entitlement within seven days (I-24). */
export const heldPerWeek: RuleCheck = {
  about: 'rule',
  code: 'held_per_week',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.limits?.heldPerWeek !== undefined,
  judge({ rule, entitlements }, situation) {
    const limit = rule.limits?.heldPerWeek;
    const seconds = limit === undefined ? 0 : durationSeconds(limit);
    const weeks = entitlements.map(({ id }) => ({ id, week: weekWith(id, situation) }));
    const unknown = weeks.filter(({ week }) => week === null).map(({ id }) => id);
    if (unknown.length > 0)
      return errored(`How long ${listed(unknown)} was held lately is not known.`, TRY_AGAIN);
    const over = weeks.filter(({ week }) => !(week !== null && week <= seconds));
    const [first] = over;
    if (first === undefined) return satisfied(`Held within the ${limit} a week of rule ${rule.name}.`);
    return unsatisfied(
      `With this request ${situation.request.subject} would hold ${first.id} for ${spelled(first.week ?? 0)} within seven days; rule ${rule.name} allows ${limit}.`,
      'Ask for less, or wait until the week has moved on.',
    );
  },
};
