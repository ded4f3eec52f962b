import type { Group } from '../core/identity.js';
import type { DriftFinding, DriftReport, NextStep, TargetReport } from '../core/reconcile/report.js';
import { list, name, names, type Phrase, phrase, strong, toMarkdown, toText } from './phrase.js';
import { utc } from './time-text.js';

/** So many stand in one text for a page; the command line shows all. */
const MOST = 100;

const KINDS: Readonly<Record<DriftFinding['kind'], (finding: DriftFinding) => Phrase>> = {
  overdue: (one) =>
    phrase`${strong('overdue')}: ${who(one)} may still have ${what(one)}, and its end has come`,
  orphaned: (one) =>
    phrase`${strong('orphaned')}: ${who(one)} has ${what(one)} from Hallpass, and no grant wants it`,
  unmanaged: (one) => phrase`${strong('standing privilege')}: ${who(one)} has ${what(one)} without a grant`,
  missing: (one) => phrase`${strong('missing')}: ${who(one)} should have ${what(one)} and does not`,
};

const NEXT: Readonly<Record<NextStep, Phrase>> = {
  restored: phrase`Hallpass gives it again. If it goes missing once more, find out who takes it away.`,
  removed: phrase`Hallpass removes it and records that in the ledger.`,
  tried_again: phrase`Hallpass goes on trying. Look into the entry of the grant for what is in the way.`,
  adopt_or_remove: phrase`Adopt or remove it: where policy has access reviews, its owners are asked in a pull request. Else remove it on the target, or have it asked for as a request and remove it then.`,
  removed_by_hand: phrase`Hallpass leaves it alone: too many would go at once. Look at each, and remove on the target what nobody needs.`,
  given_back_by_hand: phrase`It was there before the grant, so Hallpass does not give it back. Give it again on the target if it is still to be there.`,
};

/** Everything that differs, for a terminal. */
export function driftText({ targets }: DriftReport): string {
  const blocks = targets.map((target) => [
    toText(headOf(target)),
    ...target.findings.flatMap((finding) => [
      `  ${toText(phrase`${driftSentence(finding)}. ${ownersText(finding.owners)}`)}`,
      `    ${toText(driftNext(finding))}`,
    ]),
  ]);
  return blocks.length === 0
    ? 'No target can be looked at.'
    : blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** The same for an issue or a page. It holds no time of its own, so equal reports are equal texts. */
export function driftMarkdown({ targets }: DriftReport): string {
  const sections = targets.map((target) =>
    [toMarkdown(phrase`### ${headOf(target)}`), ...linesOf(target.findings)].join('\n\n'),
  );
  return sections.length === 0 ? 'No target can be looked at.' : sections.join('\n\n');
}

/** What some owners have to look at on one target. */
export function driftNotice(target: string, owners: Group | null, findings: readonly DriftFinding[]): string {
  const start = phrase`What ${name(target)} holds is not what grants want.`;
  const whose = ownersText(owners === null ? [] : [owners]);
  const end = phrase`This is edited as things change, and closed when nothing differs any more. For all of it run ${name('hallpass drift')}.`;
  return [toMarkdown(phrase`${start} ${whose}`), ...linesOf(findings), toMarkdown(end)].join('\n\n');
}

/** Ids only: the title of an issue is read where Markdown is not. */
export function driftTitle(target: string): string {
  return `Drift on ${target}`;
}

function linesOf(findings: readonly DriftFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, MOST)
    .map((finding) => `- ${toMarkdown(phrase`${driftSentence(finding)}. ${driftNext(finding)}`)}`);
  const more = findings.length - MOST;
  return [[...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')];
}

function headOf({ target, looked, code, stopped, findings }: TargetReport): Phrase {
  if (looked === 'not') return phrase`${name(target)}: could not be looked at (${name(code ?? 'unknown')})`;
  const count = findings.length === 0 ? phrase`nothing differs` : phrase`${findings.length} to look at`;
  const part = looked === 'part' ? phrase`, and only a part was shown` : [];
  const guard = stopped === null ? [] : phrase`. ${stopped}`;
  return phrase`${name(target)}: ${count}${part}${guard}`;
}

/** What comes of it, or has to. */
export function driftNext({ next }: DriftFinding): Phrase {
  return NEXT[next];
}

/** What is so, for every surface. */
export function driftSentence(finding: DriftFinding): Phrase {
  const since = finding.since === null ? [] : phrase`, since ${utc(finding.since)}`;
  const grant = finding.id === null ? [] : phrase` (grant ${name(finding.id)})`;
  return phrase`${KINDS[finding.kind](finding)}${grant}${since}`;
}

function who({ subject, login }: DriftFinding): Phrase {
  return login === null || login === subject ? name(subject) : phrase`${name(subject)} (${name(login)})`;
}

/** Ids are what people ask for; coordinates are all there is when the catalog has none for them. */
function what({ entitlements, grant }: DriftFinding): Phrase {
  if (entitlements.length > 0) return names(entitlements, 'or');
  return phrase`${name(JSON.stringify(grant))} (no entitlement of the catalog)`;
}

function ownersText(owners: readonly Group[]): Phrase {
  const all = owners.flatMap(({ teams, users }) => [
    ...teams.map((team) => phrase`team ${name(team)}`),
    ...users.map(name),
  ]);
  return all.length === 0 ? phrase`The catalog names no owners.` : phrase`Owners: ${list(all)}.`;
}
