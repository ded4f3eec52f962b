import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';
import { entitlementsOf } from './held.js';
import { grantLink, personLink, pullRequestLink, targetLink } from './links.js';
import { badge, section, type Tone } from './pieces.js';
import { type Hindrance, isUrgent, type Problem, type ProblemKind } from './problem.js';
import { pathTo, type Site } from './site.js';
import { when } from './time.js';

type Of<K extends ProblemKind> = Extract<Problem, { kind: K }>;
type Words = { readonly [K in ProblemKind]: (problem: Of<K>, site: Site, now: Instant) => Markup };

/** What is so, where, and what to do. */
const WORDS: Words = {
  overdue: ({ entry, entitlements, since, seconds, hindrances }, site, now) =>
    html`<p>${badge(`overdue by ${span(seconds)}`, 'bad')} ${personLink(site, entry.subject?.login ?? null)} may still have ${entitlementsOf(entitlements, site)}. It should have ended ${when(since, now)}. ${grantLink(site, entry.id)}</p>${hindrances.map((one) => hindranceText(one, now))}${hindrances.length === 0 ? html`<p class="dim">Hallpass is about to try.</p>` : html``}`,
  quarantined: ({ id, problem }, site) =>
    html`<p>${badge('entry not readable', 'bad')} The entry of ${grantLink(site, id)} cannot be read (${problem}), so it counts as ended and Hallpass cannot tell what to take away. Run <code class="mono">hallpass audit verify</code>, and look at the target.</p>`,
  stopped: ({ stage, code, at }, _, now) =>
    html`<p>${badge('pass stopped', 'warn')} The last pass, ${when(at, now)}, did not get through the stage <code class="mono">${stage}</code>: <code class="mono">${code}</code>. It is tried again by itself; the server’s log says more.</p>`,
  unseen: ({ target, code, at }, site, now) =>
    html`<p>${badge('target not seen', 'warn')} ${targetLink(site, target)} could not be looked at ${when(at, now)}: <code class="mono">${code ?? 'unknown'}</code>. <code class="mono">hallpass targets check</code> says what to do.</p>`,
  behind: ({ seconds, spooled }) =>
    html`<p>${badge('ledger behind', 'warn')} ${spooled} ${spooled === 1 ? 'event waits' : 'events wait'} to be recorded, the oldest for ${span(seconds)}. Access still ends; nothing new is granted before the ledger can be written.</p>`,
  review: ({ id, subject, pullRequest, due, isLate }, site, now) =>
    html`<p>${isLate ? badge('review late', 'warn') : badge('review owed')} ${personLink(site, subject)} broke the glass (${grantLink(site, id)}). A review is due ${due === null ? html`now` : when(due, now)} on ${pullRequestLink(site, pullRequest)}.</p>`,
  drift: ({ target, count }, site) =>
    html`<p>${badge('drift', 'warn')} ${targetLink(site, target)} holds something else than grants want: ${count} to look at. <a href="${pathTo(site, 'targets')}">See targets</a>.</p>`,
};

function hindranceText({ entitlement, code, unblock, attempts, nextAt }: Hindrance, now: Instant): Markup {
  const what = unblock === undefined ? html`` : html` ${unblock}`;
  return html`<p><code class="mono">${entitlement}</code>: tried ${times(attempts)}, <code class="mono">${code}</code>; again ${when(nextAt, now)}.${what}</p>`;
}

function wordsOf<K extends ProblemKind>(problem: Of<K>, site: Site, now: Instant): Markup {
  const words: Words[K] = WORDS[problem.kind];
  return words(problem, site, now);
}

/** How often something was tried. */
export function times(count: number): string {
  return count === 1 ? '1 time' : `${count} times`;
}

const MOST = 50;

/** Everything wrong, the worst first; nothing when all is well. */
export function problemSection(problems: readonly Problem[], site: Site, now: Instant): Markup {
  if (problems.length === 0) return html``;
  const items = problems.slice(0, MOST).map((problem) => html`<li>${wordsOf(problem, site, now)}</li>`);
  const rest = problems.length > MOST ? html`<p>And ${problems.length - MOST} more.</p>` : html``;
  return section(
    html`Needs somebody <small>${problems.length}</small>`,
    html`<ul class="plain">${items}</ul>${rest}`,
    { tone: problems.some(isUrgent) ? 'bad' : problems.some(isPressing) ? 'warn' : 'plain' },
  );
}

/** In one second: is it well or not, and what is the worst. */
export function stateBanner(problems: readonly Problem[], passAt: Instant | null, now: Instant): Markup {
  const overdue = problems.filter((one) => one.kind === 'overdue');
  const unreadable = problems.filter((one) => one.kind === 'quarantined');
  const [worst] = overdue;
  if (worst !== undefined) {
    const many =
      overdue.length === 1 ? '1 grant is past its end' : `${overdue.length} grants are past their end`;
    return banner('bad', many, `The longest for ${span(worst.seconds)}.`);
  }
  if (unreadable.length > 0)
    return banner('bad', 'Entries cannot be read', 'Hallpass cannot tell what they would take away.');
  if (passAt === null)
    return banner(
      'warn',
      'May be out of date',
      'No pass has ended in this process; this is the last ledger it knows.',
    );
  if (problems.some(isPressing)) return banner('warn', 'Needs a look', 'Nothing is past its end.');
  return html`<div class="state good"><h1>All is well</h1><p>Nothing is past its end. Last pass ${when(passAt, now)}.</p></div>`;
}

/** A review that is not late yet waits for its time. */
const isPressing = (problem: Problem): boolean => problem.kind !== 'review' || problem.isLate;

function banner(tone: Tone, title: string, says: string): Markup {
  return html`<div class="state ${tone}"><h1>${title}</h1><p>${says}</p></div>`;
}
