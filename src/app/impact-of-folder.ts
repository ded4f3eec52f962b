import { type Impact, impactOf } from '../core/policy/impact.js';
import type { Issue } from '../documents/issue.js';
import type { LedgerEntries } from '../ports/ledger-entries.js';
import type { ProviderKind } from '../ports/provider.js';
import { recordedCases } from './policy-impact.js';
import { type ReadDocument, readControl } from './read-control.js';

interface Deps {
  /** The documents as they were. */
  readonly before: ReadDocument;
  /** The documents as they lie in the folder. */
  readonly after: ReadDocument;
  readonly ledger: Pick<LedgerEntries, 'entries'>;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
}

export type FolderImpact =
  | {
      readonly impacts: readonly Impact[];
      readonly looked: number;
      /** Entries that could not be read, so that nothing is said about them. */
      readonly problems: readonly { readonly path: string; readonly problem: string }[];
    }
  | { readonly side: 'before' | 'after'; readonly issues: readonly Issue[] };

/** What changed documents would make of everything the ledger ever decided, with the facts recorded then. */
export async function impactOfFolder({ before, after, ledger, kinds }: Deps): Promise<FolderImpact> {
  const was = await readControl(before, kinds);
  if ('issues' in was) return { side: 'before', issues: was.issues };
  const is = await readControl(after, kinds);
  if ('issues' in is) return { side: 'after', issues: is.issues };
  const read = await ledger.entries('all');
  const cases = recordedCases(read.flatMap((one) => ('entry' in one ? [one.entry] : [])));
  return {
    impacts: impactOf(cases, was.value, is.value),
    looked: cases.length,
    problems: read.flatMap((one) => ('entry' in one ? [] : [one])),
  };
}
