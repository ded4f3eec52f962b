import type { RequestView } from './decision-view.js';
import { endingOf, riskOf, whatAndWhere } from './entitlement-text.js';
import { list, name, type Phrase, phrase, strong } from './phrase.js';
import { utc } from './time-text.js';
import { clip } from './untrusted-text.js';

// The whole text is in the file; five lines have to fit on a phone.
const MOST_JUSTIFICATION = 300;
const MOST_ENTITLEMENTS = 10;

/** The five lines everybody reads: who and when last, what and where, how long, why, and how risky with what ends it. */
export function requestLines(view: RequestView): readonly (readonly [label: string, text: Phrase])[] {
  return [
    ['Who', whoOf(view)],
    ['Gets', whatOf(view)],
    ['How long', howLong(view)],
    ['Why', whyOf(view)],
    ['Risk and end', riskAndEnd(view)],
  ];
}

function whoOf(view: RequestView): Phrase {
  const { request, requester } = view;
  const subject = name(request.subject);
  const isOwn = requester === null || requester.toLowerCase() === request.subject.toLowerCase();
  const asked = isOwn ? subject : phrase`${subject}, asked for by ${name(requester)}`;
  const before = beforeOf(view);
  return before.length === 0 ? asked : phrase`${asked}; ${before}`;
}

/** As a time and not as an age, which would be edited for ever. */
function beforeOf({ request, lastHeld = [] }: RequestView): Phrase {
  // A prolonged grant is told of with how long it goes on.
  const told = lastHeld.filter(({ isOver }) => isOver || request.extends === undefined);
  const shown = told.slice(0, MOST_ENTITLEMENTS).map(({ entitlement, until, isOver }) => {
    const what = request.entitlements.length === 1 ? phrase`it` : name(entitlement);
    return isOver
      ? phrase`had ${what} last until ${utc(until)}`
      : phrase`has ${what} now, until ${utc(until)}`;
  });
  return list(shown);
}

function whatOf({ request, entitlements }: RequestView): Phrase {
  const known = new Map(entitlements.map((entitlement) => [entitlement.id, entitlement]));
  const shown = request.entitlements.slice(0, MOST_ENTITLEMENTS).map((id) => {
    const entitlement = known.get(id);
    return entitlement === undefined
      ? phrase`${name(id)}, which is not in the catalog`
      : whatAndWhere(entitlement);
  });
  const rest = request.entitlements.length - shown.length;
  return list(rest > 0 ? [...shown, phrase`${rest} more`] : shown);
}

/** The end is said only where it does not hang on the time of the merge: what changes by itself would be edited for ever. */
function howLong({ request, window }: RequestView): Phrase {
  const length = phrase`${request.duration}`;
  if (window !== undefined && request.extends !== undefined)
    return phrase`${length} more after ${name(request.extends)}, until ${utc(window.expiresAt)}`;
  if (window !== undefined && request.start === window.startsAt)
    return phrase`${length}, from ${utc(window.startsAt)} until ${utc(window.expiresAt)}`;
  return phrase`${length}, counted from the merge`;
}

function whyOf({ request }: RequestView): Phrase {
  const ticket = request.ticket === undefined ? [] : phrase` (ticket ${name(request.ticket)})`;
  return phrase`${clip(request.justification, MOST_JUSTIFICATION)}${ticket}`;
}

function riskAndEnd({ request, entitlements }: RequestView): Phrase {
  const urgent = request.breakGlass
    ? phrase`${strong('break-glass')}, granted without approval and reviewed afterwards; `
    : [];
  if (entitlements.length === 0) return phrase`${urgent}unknown`;
  return phrase`${urgent}${riskOf(entitlements)}; ${endingOf(entitlements)}`;
}
