import { type Instant, secondsBetween } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';

const DAY_SECONDS = 86_400;

/** `14:00 UTC` of the day of `now`, and with its date of any other day. */
export function shortUtc(at: Instant, now: Instant): string {
  const isToday = at.slice(0, 10) === now.slice(0, 10);
  return isToday ? `${at.slice(11, 16)} UTC` : `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** `in 23 min`, `2 h 5 min ago`, `just now`. */
export function relative(at: Instant, now: Instant): string {
  const seconds = secondsBetween(now, at);
  if (seconds === 0) return 'just now';
  return seconds > 0 ? `in ${rough(seconds)}` : `${rough(seconds)} ago`;
}

/** Of what is more than a day, nobody wants the minutes; of what is more than a minute, nobody wants the seconds. */
function rough(seconds: number): string {
  const length = Math.abs(seconds);
  if (length >= 2 * DAY_SECONDS) return span(length - (length % DAY_SECONDS));
  return span(length < 60 ? length : length - (length % 60));
}

/** When, for eyes and for programs, and how far that is. */
export function when(at: Instant | null, now: Instant): Markup {
  if (at === null) return html`<span class="dim">-</span>`;
  return html`<span class="when"><time datetime="${at}">${shortUtc(at, now)}</time> <span class="dim">${relative(at, now)}</span></span>`;
}

/** To the second, where several things follow on each other. */
export function exactly(at: Instant, now: Instant): Markup {
  return html`<span class="when"><time datetime="${at}">${at.slice(0, 10) === now.slice(0, 10) ? '' : `${at.slice(0, 10)} `}${at.slice(11, 19)} UTC</time> <span class="dim">${relative(at, now)}</span></span>`;
}

/** The moment alone, to the second. */
export function clockOf(at: Instant): Markup {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`;
}
