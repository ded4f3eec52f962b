/** What is asked of a metric. `atMost` and `atLeast` hold for its value as it is. */
export type Target =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly exactly: number };

/** One figure of the bench. */
export interface Figure {
  /** The metric's name, with the size measured at where there are several: `ledger.commit1@100k`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured below, in words and numbers: "`node` on an empty file, 41 ms". */
  readonly floor: string;
  /** `undefined`: reported for its growth, nothing is asked of it. */
  readonly target?: Target;
  /** The smallest and the largest value seen. */
  readonly spread?: readonly [number, number];
}

/** How much is asked of a run. */
export interface Scale {
  /** The sizes that take minutes to make as well. */
  readonly large: boolean;
  /** Where a metric may keep what it lays out; emptied afterwards. */
  readonly folder: string;
}

/** One metric, or several that share what they lay out. */
export interface Metric {
  readonly name: string;
  measure(scale: Scale): Promise<readonly Figure[]>;
}

/** Whether a figure is what is asked of it; what is no number never is. */
export function holds({ value, target }: Figure): boolean {
  if (target === undefined) return Number.isFinite(value);
  if ('exactly' in target) return value === target.exactly;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** A target in words: `≤ 1.5`. */
export function inWords(target: Target | undefined): string {
  if (target === undefined) return '–';
  if ('exactly' in target) return `= ${target.exactly}`;
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}
