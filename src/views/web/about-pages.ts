import { approvalFloor, type Entitlement, ownersOf } from '../../core/entitlement.js';
import type { Entry } from '../../core/grant.js';
import type { Group } from '../../core/identity.js';
import type { Rule } from '../../core/policy/policy.js';
import type { Instant } from '../../core/time.js';
import { endingOf } from '../entitlement-text.js';
import { html, type Markup } from '../report/markup.js';
import { heldTable } from './held.js';
import { personLink, targetLink } from './links.js';
import type { Page } from './page.js';
import { type HistoryAnswer, pastGaps, pastTable } from './past.js';
import { pendingTable, type SeenPullRequest } from './pending.js';
import { phraseMarkup } from './phrase-markup.js';
import { badge, commas, facts, plainList, section, table } from './pieces.js';
import type { Problem } from './problem.js';
import { problemSection } from './problem-text.js';
import { pathTo, type Site, withQuery } from './site.js';

export interface PersonModel {
  readonly login: string;
  /** Target to the name there, by the people document. */
  readonly identities: readonly (readonly [target: string, name: string])[];
  readonly problems: readonly Problem[];
  readonly live: readonly Entry[];
  /** What they asked for or would hold. */
  readonly pending: readonly SeenPullRequest[];
  /** What waits for their approval. */
  readonly asked: readonly SeenPullRequest[];
  readonly past: HistoryAnswer;
}

/** One person: what they hold, what waits for them, what was. */
export function personPage(model: PersonModel, site: Site, now: Instant): Page {
  const { login, identities, problems, live, pending, asked, past } = model;
  const names = facts(
    identities.map(([target, name]) => [target, html`<span class="mono">${name}</span>`] as const),
  );
  const main = html`<h1>${login}</h1>
${problemSection(problems, site, now)}${waiting('Waits for their approval', asked, site, now)}${section(
  'Holds now',
  live.length === 0 ? undefined : heldTable(live, site, now),
  { empty: 'Nothing.' },
)}${waiting('Open requests', pending, site, now)}${pastSection(past, site, now, withQuery(pathTo(site, 'history'), { who: login }))}${
  identities.length === 0 ? html`` : section('Names on targets', names)
}`;
  return { title: login, main, live: true };
}

export interface EntitlementModel {
  readonly id: string;
  /** `null`: the catalog no longer has it, or cannot be read. */
  readonly entitlement: Entitlement | null;
  /** Rules of the policy that name it; whether they apply hangs on the request. */
  readonly rules: readonly Rule[];
  readonly live: readonly Entry[];
  readonly pending: readonly SeenPullRequest[];
  readonly past: HistoryAnswer;
}

/** One entitlement: what it is, by whose leave, who has it. */
export function entitlementPage(model: EntitlementModel, site: Site, now: Instant): Page {
  const { id, entitlement, rules, live, pending, past } = model;
  const about =
    entitlement === null
      ? html`<p>The catalog of the default branch does not have it any more, or cannot be read.</p>`
      : catalogFacts(entitlement, site);
  const main = html`<h1>${entitlement?.title ?? id} <small class="mono">${id}</small></h1>
${section('In the catalog', about)}${section('Rules that name it', rules.length === 0 ? undefined : rulesTable(rules, site), { empty: 'None: nobody can have it.' })}${section(
  'Held now',
  live.length === 0 ? undefined : heldTable(live, site, now),
  { empty: 'By nobody.' },
)}${waiting('Open requests', pending, site, now)}${pastSection(past, site, now, withQuery(pathTo(site, 'history'), { entitlement: id }))}`;
  return { title: id, main, live: true };
}

function waiting(title: string, open: readonly SeenPullRequest[], site: Site, now: Instant): Markup {
  return open.length === 0 ? html`` : section(title, pendingTable(open, site, now));
}

function pastSection(past: HistoryAnswer, site: Site, now: Instant, all: string): Markup {
  const more = past.more ? html`<p><a href="${all}">All of it</a></p>` : html``;
  const rows = past.rows.length === 0 ? undefined : pastTable(past.rows, site, now);
  return section('History', rows && html`<div class="wide">${rows}</div>${pastGaps(past)}${more}`, {
    empty: 'Nothing is recorded.',
  });
}

function catalogFacts(entitlement: Entitlement, site: Site): Markup {
  const { target, tier, exclusive } = entitlement;
  const owners = ownersOf(entitlement);
  return facts([
    ['Target', html`${targetLink(site, target.id)} <span class="dim">${target.kind}</span>`],
    ['Tier', tier?.id ?? 'none'],
    ['Fewest approvers', String(approvalFloor(entitlement))],
    ['Longest', tier?.maxDuration],
    ['What ends it', phraseMarkup(endingOf([entitlement]))],
    ['Exclusive', exclusive ? badge('nobody may hold it but through a grant') : undefined],
    ['Owners', owners === undefined ? undefined : groupMarkup(owners, site)],
    ['What it is there', html`<span class="mono">${JSON.stringify(entitlement.grant)}</span>`],
  ]);
}

function rulesTable(rules: readonly Rule[], site: Site): Markup {
  return table(
    'Rules',
    [
      { title: 'Rule', cell: ({ name }) => html`<span class="mono">${name}</span>` },
      {
        title: 'For',
        cell: ({ requesters }) => (requesters === undefined ? 'everybody' : groupMarkup(requesters, site)),
      },
      { title: 'What it takes', cell: (rule) => effectOf(rule, site) },
      { title: 'Longest', cell: ({ maxDuration }) => maxDuration ?? '-' },
    ],
    rules,
  );
}

function effectOf({ effect }: Rule, site: Site): Markup {
  switch (effect.kind) {
    case 'approvals':
      return plainList(
        effect.groups.map(({ count, from }) => html`${count} from ${groupMarkup(from, site)}`),
      );
    case 'auto_approve':
      return html`nobody has to approve`;
    case 'deny':
      return html`${badge('denied', 'warn')} ${effect.message}`;
    case 'break_glass':
      return html`${badge('break-glass', 'warn')} at most ${effect.maxDuration}, reviewed by ${groupMarkup(effect.reviewers, site)} within ${effect.reviewWithin}`;
  }
}

function groupMarkup({ teams, users }: Group, site: Site): Markup {
  return commas([
    ...teams.map((team) => html`team ${team}`),
    ...users.map((login) => personLink(site, login)),
  ]);
}
