import { type Impact, impactOf } from '../../core/policy/impact.js';
import type { Issue } from '../../documents/issue.js';
import type { LedgerEntries } from '../../ports/ledger-entries.js';
import type { ProviderKind } from '../../ports/provider.js';
import { type ReadDocument, readControl } from '../control/read-control.js';
import { recordedCases } from './policy-impact.js';
import { issuesOfSuite, runSuites } from './run-suites.js';

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
      readonly kind: 'compared';
      readonly impacts: readonly Impact[];
      readonly looked: number;
      /** Entries that could not be read, so that nothing is said about them. */
      readonly problems: readonly { readonly path: string; readonly problem: string }[];
      /** What the suites have against the documents in the folder. */
      readonly issues: readonly Issue[];
    }
  /** The documents of one side cannot be used, so there is nothing to compare. */
  | { readonly kind: 'unusable'; readonly side: 'before' | 'after'; readonly issues: readonly Issue[] };

/**
 * What changed documents would make of everything the ledger ever decided, with the facts recorded then, and what the suites say
 * of them: offline, what the app says of a pull request that changes them.
 * @param suites paths of the suites in the folder.
 */
export async function impactOfFolder(
  { before, after, ledger, kinds }: Deps,
  suites: readonly string[],
): Promise<FolderImpact> {
  const was = await readControl(before, kinds);
  if ('issues' in was) return { kind: 'unusable', side: 'before', issues: was.issues };
  const is = await readControl(after, kinds);
  if ('issues' in is) return { kind: 'unusable', side: 'after', issues: is.issues };
  const read = await ledger.entries('all');
  const cases = recordedCases(read.flatMap((one) => ('entry' in one ? [one.entry] : [])));
  return {
    kind: 'compared',
    impacts: impactOf(cases, was.value, is.value),
    looked: cases.length,
    problems: read.flatMap((one) => ('entry' in one ? [] : [one])),
    issues: (await runSuites({ read: after, kinds }, suites)).flatMap(issuesOfSuite),
  };
}
