import type { Entry } from '../core/grant.js';
import { isLive } from '../core/lifecycle/grant.js';
import { name, names, type Phrase, phrase, toText } from './phrase.js';
import { utc } from './time-text.js';

/** What would be ended, one line a grant. */
export function endingText(entries: readonly Entry[]): string {
  return entries.map((entry) => toText(lineOf(entry))).join('\n');
}

function lineOf({ id, subject, holdings, window }: Entry): Phrase {
  const held = holdings.filter(isLive);
  const until = window === undefined ? [] : phrase` until ${utc(window.expiresAt)}`;
  const scheduled = held.every(({ state }) => state === 'scheduled') ? phrase`, not begun` : [];
  const what = names(held.map(({ entitlement }) => entitlement));
  const where = names([...new Set(held.map(({ holding }) => holding.target))]);
  return phrase`${name(id)}: ${name(subject?.login ?? 'nobody')}, ${what} on ${where}${until}${scheduled}`;
}
