const PASTS = [10_000, 100_000];
const LARGE = 1_000_000;

/** How many grants there were before, so that growth shows. */
export function pastsOf({ large }: { readonly large: boolean }): readonly number[] {
  return large ? [...PASTS, LARGE] : PASTS;
}

export function sizeInWords(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}M` : `${count / 1_000}k`;
}
