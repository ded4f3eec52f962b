import type { Entry } from '../../core/grant.js';
import { isEndRequested, isLiveEntry } from '../../core/lifecycle/grant.js';
import type { AccessRequest, RequestId } from '../../core/request.js';
import { hasEnded, type Instant, secondsBetween } from '../../core/time.js';
import { explanationOf } from '../explanation.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';
import { storyMarkup } from './grant-events.js';
import { commitLink, entitlementLink, grantLink, personLink, pullRequestLink, targetLink } from './links.js';
import type { Page } from './page.js';
import { explanationMarkup } from './phrase-markup.js';
import { badge, commas, facts, quoted, section, type Tone, table } from './pieces.js';
import type { Hindrance } from './problem.js';
import { problemSection } from './problem-text.js';
import type { Site } from './site.js';
import { clockOf, when } from './time.js';

/** One grant, or one landing that was refused. */
export type GrantModel =
  | {
      readonly id: RequestId;
      readonly entry: Entry;
      /** `null`: the request it quotes cannot be read. */
      readonly request: AccessRequest | null;
      readonly hindrances: readonly Hindrance[];
      readonly extendedBy: readonly RequestId[];
    }
  | { readonly id: RequestId; readonly problem: string };

type Readable = Extract<GrantModel, { entry: Entry }>;

/** Everything about one grant: what was asked, how it was decided, how it went. */
export function grantPage(model: GrantModel, site: Site, now: Instant): Page {
  if ('problem' in model) {
    const problems = [{ kind: 'quarantined', ...model }] as const;
    return { title: model.id, main: html`<h1>${model.id}</h1>${problemSection(problems, site, now)}` };
  }
  const { id, entry, request } = model;
  const main = html`${bannerOf(model, now)}
<p class="dim mono">${id}</p>
${section('What was asked for', askedFor(model, site, now))}${section('What happened', storyMarkup(entry, site, now))}${
  entry.holdings.length === 0 ? html`` : section('On the targets', holdingsOf(model, site))
}${section('How it was decided', decisionOf(entry, request))}${section('Where it is written', placesOf(entry, site))}`;
  return { title: id, main, live: isLiveEntry(entry) };
}

function bannerOf({ entry, hindrances }: Readable, now: Instant): Markup {
  const { window } = entry;
  const who = entry.subject?.login ?? '(account gone)';
  if (window === undefined)
    return banner('warn', 'Refused', `It landed without what policy asks for, so ${who} was given nothing.`);
  if (!isLiveEntry(entry)) return banner('plain', 'Over', endWords(entry, now));
  const left = secondsBetween(now, window.expiresAt);
  if (hasEnded(window.expiresAt, now) || isEndRequested(entry)) {
    const what = hindrances.length === 0 ? 'It is being taken away.' : 'Something keeps it from ending.';
    return banner('bad', left <= 0 ? `Overdue by ${span(left)}` : 'Has to end now', what);
  }
  if (window.startsAt > now)
    return banner('plain', `Starts in ${span(secondsBetween(now, window.startsAt))}`, `For ${who}.`);
  return banner('good', `${span(left)} left`, `${who} holds it.`);
}

function banner(tone: Tone, title: string, says: string): Markup {
  return html`<div class="state ${tone}"><h1>${title}</h1><p>${says}</p></div>`;
}

function endWords({ holdings, events }: Entry, now: Instant): string {
  const end = events.findLast(({ event }) => event === 'ended' || event === 'voided');
  const reasons = [...new Set(holdings.flatMap(({ reason }) => reason ?? []))].join(', ');
  const ago = end === undefined ? '' : ` ${span(secondsBetween(end.at, now))} ago`;
  return holdings.every(({ state }) => state === 'void')
    ? `It was never granted (${reasons}).`
    : `It ended${ago} (${reasons}).`;
}

function askedFor({ entry, request, extendedBy }: Readable, site: Site, now: Instant): Markup {
  const { subject, requester, window } = entry;
  const isForOther = requester?.login !== subject?.login;
  const rows = facts([
    ['Who', personLink(site, subject?.login ?? request?.subject ?? null)],
    ['Asked for by', isForOther ? personLink(site, requester?.login ?? null) : undefined],
    ['What', commas((request?.entitlements ?? []).map((one) => entitlementLink(site, one)))],
    ['How long', request?.duration],
    ['From', window === undefined ? undefined : when(window.startsAt, now)],
    ['Until', window === undefined ? undefined : when(window.expiresAt, now)],
    ['Ticket', request?.ticket],
    ['Prolongs', entry.extends === undefined ? undefined : grantLink(site, entry.extends)],
    [
      'Prolonged by',
      extendedBy.length === 0 ? undefined : commas(extendedBy.map((one) => grantLink(site, one))),
    ],
    ['Break-glass', entry.breakGlass ? badge('granted first, reviewed afterwards', 'warn') : undefined],
  ]);
  const why =
    request === null
      ? html`<p>The request it quotes cannot be read.</p>`
      : html`${quoted(request.justification)}`;
  return html`${why}${rows}`;
}

function holdingsOf({ entry, hindrances }: Readable, site: Site): Markup {
  return table(
    'Holdings',
    [
      { title: 'Entitlement', cell: ({ entitlement }) => entitlementLink(site, entitlement) },
      { title: 'Target', cell: ({ holding }) => targetLink(site, holding.target) },
      { title: 'Subject there', cell: ({ holding }) => html`<span class="mono">${holding.subject}</span>` },
      {
        title: 'What it is there',
        cell: ({ holding }) => html`<span class="mono">${JSON.stringify(holding.grant)}</span>`,
      },
      {
        title: 'State',
        cell: ({ state, preexisting, entitlement }) => {
          const stuck = hindrances.find((one) => one.entitlement === entitlement);
          return html`${state} ${preexisting === true ? badge('held before') : html``} ${stuck === undefined ? html`` : badge(stuck.code, 'bad')}`;
        },
      },
    ],
    entry.holdings,
  );
}

/** The tree that the comment and `hallpass explain` draw. */
function decisionOf({ decision, requester }: Entry, request: AccessRequest | null): Markup {
  const rules = html`<p>Decided ${clockOf(decision.at)}: ${badge(decision.outcome, decision.outcome === 'approved' ? 'good' : 'warn')}</p>`;
  if (request === null) return rules;
  const view = { request, requester: requester?.login ?? null, decision, entitlements: [] };
  return html`${rules}<ul class="tree">${explanationMarkup(explanationOf(view))}</ul>`;
}

function placesOf({ id, landing, request, decision }: Entry, site: Site): Markup {
  const { repositoryUrl, ledgerBranch } = site;
  const file = `grants/${id}.yaml`;
  return facts([
    ['Pull request', pullRequestLink(site, landing.pullRequest)],
    ['Landed as', commitLink(site, landing.commit)],
    [
      'Request',
      html`<a class="mono" href="${repositoryUrl}/blob/${landing.commit}/access-requests/${id}.yaml">access-requests/${id}.yaml</a> <span class="dim">blob ${request.blob.slice(0, 12)}</span>`,
    ],
    [
      'Entry',
      html`<a class="mono" href="${repositoryUrl}/blob/${ledgerBranch}/${file}">${file}</a>, <a href="${repositoryUrl}/commits/${ledgerBranch}/${file}">every commit of it</a>`,
    ],
    [
      'Decided by',
      html`<span class="dim">policy ${decision.control.policy.slice(0, 12)}, catalog ${decision.control.catalog.slice(0, 12)}, people ${decision.control.people.slice(0, 12)}</span>`,
    ],
  ]);
}
