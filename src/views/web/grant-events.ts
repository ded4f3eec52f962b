import type { Entry, EventName, GrantEvent } from '../../core/grant.js';
import { dueEndOf, lateSeconds } from '../../core/lifecycle/lateness.js';
import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { personLink, pullRequestLink, reviewLink } from './links.js';
import { lateness } from './past.js';
import type { Tone } from './pieces.js';
import type { Site } from './site.js';
import { exactly, when } from './time.js';

interface Told {
  readonly at: Instant;
  readonly says: Markup;
  readonly tone: Tone;
}

/** The whole life of a grant, in the order in which it happened: from the pull request to what was read back at the end. */
export function storyMarkup(entry: Entry, site: Site, now: Instant): Markup {
  const before = [opened(entry, site), ...approved(entry, site)].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const after = entry.events.map((event) => toldOf(event, entry, site));
  const items = [...before, ...after].map(
    ({ at, says, tone }) =>
      html`<li class="${tone}"><p>${says}</p><p class="dim">${exactly(at, now)}</p></li>`,
  );
  return html`<ol class="story">${items}</ol>`;
}

function opened({ decision, requester, landing }: Entry, site: Site): Told {
  const { openedAt } = decision.evidence.pullRequest;
  const says = html`${personLink(site, requester?.login ?? null)} asked in ${pullRequestLink(site, landing.pullRequest)}`;
  return { at: openedAt, tone: 'plain', says };
}

function approved({ decision, landing }: Entry, site: Site): readonly Told[] {
  const byReview = new Map(decision.approvals.map((one) => [one.review, one]));
  return [...byReview.values()].map(({ account, at, review }) => ({
    at,
    tone: 'good',
    says: html`${personLink(site, account.login)} approved (${reviewLink(site, landing.pullRequest, review)})`,
  }));
}

const WORDS: Readonly<Record<EventName, readonly [says: string, tone: Tone]>> = {
  landed: ['Landed on the default branch, was decided once more, and approved', 'good'],
  refused: ['Landed on the default branch, was decided once more, and refused', 'warn'],
  scheduled: ['Waits for its start', 'plain'],
  intended: ['Recorded that it is about to be granted, before anything was touched', 'plain'],
  granted: ['Granted, and read back', 'good'],
  faulted: ['Could not be done', 'bad'],
  end_requested: ['The end was asked for', 'warn'],
  ending: ['Has to end, and could not yet', 'bad'],
  ended: ['Taken away, and read back as gone', 'plain'],
  voided: ['Never granted', 'warn'],
  review_due: ['A review is owed', 'warn'],
  reviewed: ['Reviewed', 'good'],
};

/** Ends that took nothing away, since something else goes on covering it. */
const CODES: Readonly<Record<string, string>> = {
  covered: 'another grant goes on covering it',
  preexisting: 'it was there before and was left as it was',
  standing_access_remains: 'standing access remains that is not ours to take',
  prolonged: 'prolonged by an extension',
};

function toldOf(event: GrantEvent, entry: Entry, site: Site): Told {
  const [says, tone] = WORDS[event.event];
  const about =
    event.entitlement === undefined ? html`` : html`: <code class="mono">${event.entitlement}</code>`;
  const by = event.by === undefined ? html`` : html` by ${personLink(site, event.by.login)}`;
  const why = [event.reason, codeText(event.code)].flatMap((one) => (one === undefined ? [] : [one]));
  const because = why.length === 0 ? html`` : html` (${why.join('; ')})`;
  const due = event.due === undefined ? html`` : html`, due ${when(event.due, event.at)}`;
  return {
    at: event.at,
    tone,
    says: html`${says}${about}${by}${because}${due} ${lateOf(event, entry)}`,
  };
}

function codeText(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  return Object.hasOwn(CODES, code) ? CODES[code] : code;
}

function lateOf(event: GrantEvent, entry: Entry): Markup {
  const due = event.event === 'ended' ? dueEndOf(entry, entry.events) : undefined;
  return due === undefined ? html`` : lateness(lateSeconds(due, event.at));
}
