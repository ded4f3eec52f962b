import type { Impact, ImpactKind } from '../core/policy/impact.js';
import { name, type Phrase, phrase, toText } from './phrase.js';

const TITLES: Readonly<Record<ImpactKind, string>> = {
  self_approving: 'would approve themselves',
  gains: 'would be approved and were not',
  loses: 'would not be approved any more',
  unreachable: 'could not be approved by anybody any more',
  voided: 'would lose approvals they have',
  unknown: 'cannot be judged: the new rules ask for facts that were not recorded',
};

/** What loosens stands first. */
const ORDER: readonly ImpactKind[] = ['self_approving', 'gains', 'loses', 'unreachable', 'voided', 'unknown'];
const MOST_NAMED = 20;

/** A line, and how deep it stands below the one before. */
export interface ImpactLine {
  readonly depth: 0 | 1;
  readonly text: Phrase;
}

/** One line a kind of change with how many requests, and below it one a request. Nothing changes: one line that says so. */
export function impactLines(impacts: readonly Impact[], looked: number): readonly ImpactLine[] {
  if (impacts.length === 0)
    return [
      {
        depth: 0,
        text: phrase`Of ${String(looked)} open, live and recent requests, none would be decided otherwise.`,
      },
    ];
  return ORDER.flatMap((kind) => {
    const of = impacts.filter((impact) => impact.kind === kind);
    if (of.length === 0) return [];
    const more = of.length > MOST_NAMED ? [phrase`and ${String(of.length - MOST_NAMED)} more`] : [];
    const below = [...of.slice(0, MOST_NAMED).map(lineOf), ...more];
    return [
      { depth: 0, text: phrase`${String(of.length)} of ${String(looked)} requests ${TITLES[kind]}:` },
      ...below.map((text): ImpactLine => ({ depth: 1, text })),
    ];
  });
}

function lineOf(impact: Impact): Phrase {
  const because = impact.because === undefined ? [] : phrase`. ${impact.because}`;
  return phrase`${name(impact.name)} (${impact.standing}): ${impact.before}, then ${impact.after}${because}`;
}

export function impactText(impacts: readonly Impact[], looked: number): string {
  return impactLines(impacts, looked)
    .map(({ depth, text }) => `${'  '.repeat(depth)}${toText(text)}\n`)
    .join('');
}
