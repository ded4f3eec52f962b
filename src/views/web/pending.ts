import type { Instant } from '../../core/time.js';
import type { Issue } from '../../documents/issue.js';
import { type DecisionView, standingOf } from '../decision-view.js';
import { missingOf } from '../missing.js';
import { nextText } from '../next-step-text.js';
import { html, type Markup } from '../report/markup.js';
import { headlineOf } from '../standing-text.js';
import { entitlementsOf } from './held.js';
import { personLink, pullRequestLink } from './links.js';
import { phraseMarkup } from './phrase-markup.js';
import { badge, commas, plainList, said, type Tone, table } from './pieces.js';
import type { Site } from './site.js';
import { relative } from './time.js';

/** An open pull request as it was when somebody looked at it last. */
export interface SeenPullRequest {
  readonly number: number;
  readonly view: DecisionView;
  readonly at: Instant;
}

/** What is open, and what each of it waits for: the same sentences as in its comment. */
export function pendingTable(open: readonly SeenPullRequest[], site: Site, now: Instant): Markup {
  return table(
    'Open pull requests',
    [
      {
        title: 'Pull request',
        cell: ({ number, view }) => html`${pullRequestLink(site, number)} ${standingBadge(view)}`,
      },
      { title: 'Who', cell: ({ view }) => whoOf(view, site) },
      { title: 'What', cell: ({ view }) => whatOf(view, site) },
      { title: 'Waits for', cell: ({ view }) => waitsFor(view) },
      { title: 'Why', cell: ({ view }) => whyOf(view) },
      { title: 'Looked at', cell: ({ at }) => html`<span class="dim">${relative(at, now)}</span>` },
    ],
    open,
  );
}

const TONES: { readonly [standing in ReturnType<typeof standingOf>]?: Tone } = {
  approved: 'good',
  pending: 'plain',
  invalid: 'warn',
  denied: 'warn',
  refused: 'warn',
  broken: 'bad',
};

function standingBadge(view: DecisionView): Markup {
  return badge(headlineOf(view), TONES[standingOf(view)] ?? 'plain');
}

function whoOf({ requests }: DecisionView, site: Site): Markup {
  const logins = [...new Set(requests.map(({ request }) => request.subject))];
  return commas(logins.map((login) => personLink(site, login)));
}

function whatOf({ requests, removals }: DecisionView, site: Site): Markup {
  return plainList([
    ...requests.map(
      ({ request }) =>
        html`${entitlementsOf(request.entitlements, site)} <span class="dim">for ${request.duration}</span>`,
    ),
    ...removals.map((id) => html`the end of <span class="mono">${id}</span>`),
  ]);
}

const MOST_LINES = 8;

/** What is wrong before what is missing; when neither is, what happens next. */
function waitsFor(view: DecisionView): Markup {
  const { refusal, issues, broken, requests } = view;
  const refused = refusal === undefined ? [] : [html`${refusal.message} ${refusal.unblock}`];
  const wrong = [...issues, ...broken].filter(({ severity }) => severity === 'error').map(issueText);
  const missing = requests.flatMap(missingOf).map(phraseMarkup);
  const lines = [...refused, ...wrong, ...missing];
  return plainList(lines.length === 0 ? [phraseMarkup(nextText(view))] : lines.slice(0, MOST_LINES));
}

function issueText({ file, line, message, fix }: Issue): Markup {
  return html`<span class="mono">${file}:${line}</span> ${message}, ${fix}`;
}

function whyOf({ requests }: DecisionView): Markup {
  return plainList(requests.map(({ request }) => said(request.justification)));
}
