import type { Abilities } from '../../core/entitlement.js';
import type { DriftFinding, TargetReport } from '../../core/reconcile/report.js';
import type { Instant } from '../../core/time.js';
import { driftNext, driftSentence } from '../drift.js';
import { html, type Markup } from '../report/markup.js';
import { grantLink } from './links.js';
import type { Page } from './page.js';
import { phraseMarkup } from './phrase-markup.js';
import { badge, facts, section } from './pieces.js';
import type { Hindrance } from './problem.js';
import { times } from './problem-text.js';
import type { Site } from './site.js';
import { when } from './time.js';

/** One target that the settings, the catalog or a live grant names. */
export interface TargetHealth {
  readonly id: string;
  readonly kind: string | null;
  readonly abilities: Abilities | null;
  /** Whether the settings say how to reach it. */
  readonly isConfigured: boolean;
  /** Entitlements of live grants on it. */
  readonly live: number;
  readonly hindrances: readonly (Hindrance & { readonly id: string })[];
  /** What the last look at it came to; `null`: nobody has looked since this process began. */
  readonly report: TargetReport | null;
}

export interface TargetsModel {
  readonly targets: readonly TargetHealth[];
  readonly lookedAt: Instant | null;
}

/** How targets are, the troubled first, and what they hold that no grant wants. */
export function targetsPage({ targets, lookedAt }: TargetsModel, site: Site, now: Instant): Page {
  const standing = targets.flatMap(({ report }) => report?.findings ?? []).filter(isStanding);
  const sorted = targets.toSorted((a, b) => weightOf(b) - weightOf(a));
  // What does not end is more urgent than what was never begun.
  const failing = sorted.filter(({ hindrances }) => hindrances.length > 0);
  const others = sorted.filter(({ hindrances }) => hindrances.length === 0);
  const draw = (target: TargetHealth): Markup => targetSection(target, site, now);
  const main = html`<h1>Targets</h1>
<p class="dim">${lookedAt === null ? html`Nobody has looked at them since this process began.` : html`Looked at ${when(lookedAt, now)}.`}</p>
${failing.map(draw)}${standing.length === 0 ? html`` : section(html`Standing privileges <small>${standing.length}</small>`, findingList(standing), { tone: 'warn' })}${others.map(draw)}${targets.length === 0 ? html`<p>No target is configured.</p>` : html``}`;
  return { title: 'Targets', at: '/targets', main, live: true };
}

const isStanding = ({ kind }: DriftFinding): boolean => kind === 'unmanaged';

function weightOf({ hindrances, report, isConfigured }: TargetHealth): number {
  const unseen = report?.looked === 'not' || !isConfigured;
  return (hindrances.length > 0 ? 4 : 0) + (unseen ? 2 : 0) + ((report?.findings.length ?? 0) > 0 ? 1 : 0);
}

const EXPIRY: Readonly<Record<Abilities['nativeExpiry'], string>> = {
  enforced: 'the target ends access by itself, also if Hallpass is down',
  'login-only': 'the target stops new logins by itself; only Hallpass ends what is open',
  none: 'only Hallpass ends it',
};

function targetSection(target: TargetHealth, site: Site, now: Instant): Markup {
  const { id, kind, abilities, live, hindrances, report } = target;
  const others = (report?.findings ?? []).filter((finding) => !isStanding(finding));
  const rows = facts([
    ['Live', `${live} ${live === 1 ? 'entitlement' : 'entitlements'} of grants`],
    ['Ends', abilities === null ? undefined : EXPIRY[abilities.nativeExpiry]],
    [
      'Sessions',
      abilities === null
        ? undefined
        : abilities.endsSessions
          ? 'ended with the access'
          : 'may outlive the access',
    ],
    [
      'Standing privileges',
      abilities === null || abilities.enumerates
        ? undefined
        : 'cannot be seen: it does not list who holds what',
    ],
  ]);
  const stuck = hindrances.map(
    (one) =>
      html`<p>${badge(one.code, 'bad')} ${grantLink(site, one.id)} does not end: tried ${times(one.attempts)}, again ${when(one.nextAt, now)}. ${one.unblock ?? ''}</p>`,
  );
  const drift = others.length === 0 ? html`` : html`<h3>Drift</h3>${findingList(others)}`;
  const guard = report?.stopped ? html`<p>${report.stopped}</p>` : html``;
  return html`<section id="target-${id}" class="${hindrances.length > 0 ? 'bad' : 'plain'}"><h2>${id} <small>${kind ?? 'not in the catalog'}</small> ${healthBadge(target)}</h2>${stuck}${rows}${drift}${guard}</section>\n`;
}

function healthBadge({ isConfigured, hindrances, report }: TargetHealth): Markup {
  if (!isConfigured) return badge('not in the settings', 'warn');
  if (hindrances.length > 0) return badge('ends fail', 'bad');
  if (report === null) return badge('not looked at yet');
  if (report.looked === 'not') return badge(`not seen: ${report.code ?? 'unknown'}`, 'warn');
  if (report.findings.length > 0) return badge(`${report.findings.length} to look at`, 'warn');
  return report.looked === 'part' ? badge('seen in part', 'warn') : badge('well', 'good');
}

const MOST = 100;

function findingList(findings: readonly DriftFinding[]): Markup {
  const items = findings
    .slice(0, MOST)
    .map(
      (finding) =>
        html`<li><p>${phraseMarkup(driftSentence(finding))}. <span class="dim">${phraseMarkup(driftNext(finding))}</span></p></li>`,
    );
  const more = findings.length > MOST ? html`<p class="dim">And ${findings.length - MOST} more.</p>` : html``;
  return html`<ul class="plain">${items}</ul>${more}`;
}
