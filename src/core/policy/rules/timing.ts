import { addSeconds, durationSeconds, secondsBetween } from '../../time.js';
import { type RequestCheck, type RuleCheck, satisfied, unsatisfied } from './check.js';

/** Whoever approves today cannot know who is who next week (T091). */
const MAX_AHEAD_SECONDS = 72 * 3_600;

export const start: RequestCheck = {
  about: 'request',
  code: 'start',
  otherwise: 'invalid',
  concerns: ({ request }) => request.start !== undefined,
  judge({ request, evidence: { now } }) {
    const at = request.start ?? now;
    if (at <= now) return satisfied('The start has come, so the access begins at once.');
    if (secondsBetween(now, at) <= MAX_AHEAD_SECONDS) return satisfied(`The access begins at ${at}.`);
    return unsatisfied(
      `The start ${at} is more than 72h ahead.`,
      'Ask again when it is nearer, in a new request.',
    );
  },
};

export const lapsed: RuleCheck = {
  about: 'rule',
  code: 'lapsed',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.lapsesAfter !== undefined,
  judge({ rule }, { evidence: { now, pullRequest } }) {
    const after = rule.lapsesAfter;
    const end = after === undefined ? now : addSeconds(pullRequest.openedAt, durationSeconds(after));
    if (now <= end) return satisfied(`The request can be approved until ${end}.`);
    return unsatisfied(
      `The request was opened more than ${after} ago and has lapsed under rule ${rule.name}.`,
      'Close it and open a new one.',
    );
  },
};
