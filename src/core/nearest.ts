/** How many characters may still be compared. Names and what they are compared with both come from outside. */
export interface Patience {
  left: number;
}

/** Some thousand names with a typo each; a document of nothing else must not keep everybody waiting. */
export const patience = (): Patience => ({ left: 5_000_000 });

/** The name that was most likely meant; `undefined`: none is near. */
export function nearestOf(
  name: string,
  names: Iterable<string>,
  whole: Patience = patience(),
): string | undefined {
  let nearest: { readonly other: string; readonly far: number } | undefined;
  for (const other of names) {
    whole.left -= Math.min(name.length, LONGEST) * Math.min(other.length, LONGEST) + 1;
    if (whole.left < 0) return nearest?.other;
    const far = distance(name.toLowerCase(), other.toLowerCase());
    const isNear = far <= Math.floor((Math.min(name.length, other.length) + 1) / 3);
    if (isNear && far < (nearest?.far ?? Number.POSITIVE_INFINITY)) nearest = { other, far };
  }
  return nearest?.other;
}

const LONGEST = 64;

/** Edits from one name to another, a swap of neighbours being one (optimal string alignment). */
export function distance(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return a === b ? 0 : Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(before, j - 2) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
