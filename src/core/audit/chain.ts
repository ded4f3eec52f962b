import type { Oid } from '../approval.js';
import { type AuditFinding, failures, finding } from './finding.js';
import { isLedgerSubject, rotatedKey } from './subject.js';

/** A commit of the ledger, as its object says. */
export interface ChainLink {
  readonly commit: Oid;
  readonly parents: readonly Oid[];
  readonly ownHeaders: boolean;
  readonly subject?: string;
  readonly key?: string;
  /** Whether it changes any file. */
  readonly changesFiles: boolean;
}

/** Where the chain stands: the commit before and the key that is valid now; both `null` before the first. */
export interface ChainPosition {
  readonly head: Oid | null;
  readonly key: string | null;
}

export const CHAIN_START: ChainPosition = { head: null, key: null };

/**
 * One parent each, which is the commit before. Signed by the key that is valid there: the first commit pins its key, which the
 * auditor must know, and another is valid only after a rotation that the one before signed, whatever the auditor's list says.
 */
export function checkLink(
  link: ChainLink,
  before: ChainPosition,
  signers: ReadonlySet<string>,
): { readonly findings: readonly AuditFinding[]; readonly after: ChainPosition } {
  const { commit, parents, key, subject = '' } = link;
  const first = before.head === null;
  const follows = parents.length === (first ? 0 : 1) && (parents[0] ?? null) === before.head;
  const next = rotatedKey(subject);
  const findings = failures({ commit }, [
    [
      follows,
      'not_linear',
      first ? 'The first commit has a parent.' : 'It does not have the commit before as its only parent.',
    ],
    [link.ownHeaders, 'foreign_header', 'It has headers the app does not write.'],
    [isLedgerSubject(subject), 'foreign_message', 'Its message is none the app writes.'],
    [
      next === undefined || !link.changesFiles,
      'bad_rotation',
      'It hands the ledger over and changes files in one.',
    ],
    [next !== undefined || link.changesFiles, 'commit_empty', 'It changes nothing.'],
  ]);
  const valid = before.key ?? key ?? null;
  const signed = signatureFinding(link, before, signers);
  const trusted = signed === undefined;
  return {
    findings: signed === undefined ? findings : [...findings, signed],
    // A rotation by somebody who may not rotate changes nothing.
    after: { head: commit, key: trusted && next !== undefined ? next : valid },
  };
}

function signatureFinding(
  { commit, key }: ChainLink,
  before: ChainPosition,
  signers: ReadonlySet<string>,
): AuditFinding | undefined {
  if (key === undefined) return finding('unsigned', { commit }, 'It carries no good signature.');
  if (before.key === null && !signers.has(key)) {
    return finding(
      'unknown_signer',
      { commit },
      'The ledger begins with a key that is not among the signers.',
    );
  }
  if (before.key !== null && key !== before.key) {
    return finding('foreign_key', { commit }, 'It is signed by a key that is not valid there.');
  }
  return undefined;
}
