/** Removals that nobody asked for one by one: orphans, and people whose grants a changed policy would end. */
export interface Removal {
  readonly removals: number;
  /** How many managed holdings there are on the same target, or people who have some. */
  readonly managed: number;
}

export type Verdict = { readonly verdict: 'go' } | { readonly verdict: 'stop'; readonly message: string };

const MOST = 5;
const SHARE = 0.3;

/**
 * Stops when more than 5 and more than 30 % would go at once: then a mistake is likelier than a clean-up. Ends that are due
 * never pass here; past its end is past its end (DESIGN section 6).
 */
export function guard({ removals, managed }: Removal): Verdict {
  const small = removals <= MOST || removals <= managed * SHARE;
  if (small) return { verdict: 'go' };
  return {
    verdict: 'stop',
    message: `${removals} of ${managed} managed holdings would be removed at once; nothing was. Look at the plan and remove them by hand or in smaller parts.`,
  };
}
