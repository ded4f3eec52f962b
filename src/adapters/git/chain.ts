import type { Oid } from '../../core/approval.js';
import { isLedgerSubject, rotatedKey } from '../../core/audit/subject.js';
import { parseCommit, type RawCommit } from './commit.js';
import { type PublicKeyLine, parsePublicKey } from './ssh-key.js';
import { signedBy } from './ssh-signature.js';

/** A commit of the ledger as far as trusting it goes. */
export interface ChainCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parent: Oid | null;
  readonly subject: string;
  /** The key that signed it. */
  readonly key: PublicKeyLine;
  /** The key that is valid after it. */
  readonly nextKey: PublicKeyLine;
}

/** Where trust stands before a commit: `key` is `null` before the first one, which pins its own. */
export interface ChainState {
  readonly head: Oid | null;
  readonly key: PublicKeyLine | null;
}

/** What is wrong with a commit. */
export interface ChainProblem {
  readonly code:
    | 'unreadable'
    | 'merge'
    | 'not_linear'
    | 'foreign_header'
    | 'foreign_message'
    | 'unsigned'
    | 'foreign_key'
    | 'bad_rotation';
  readonly commit: Oid;
  readonly problem: string;
}

const HEADERS = 'tree parent author committer gpgsig';
const ROOT_HEADERS = 'tree author committer gpgsig';

/**
 * Judges one commit after another: exactly one parent, which is the commit before; exactly our headers; a subject of the fixed
 * grammar; signed by the key that is valid there. The first commit pins its key, and only `rotate-key` signed by it changes it.
 * @returns what is not so.
 */
export function checkCommit(oid: Oid, bytes: Buffer, before: ChainState): ChainCommit | ChainProblem {
  const raw = parseCommit(bytes);
  if (raw === undefined) return problem('unreadable', oid, 'cannot be read');
  const [parent = null] = raw.parents;
  const subject = raw.message.slice(0, -1);
  const key = raw.signature && signedBy(raw.signature.payload, raw.signature.armor);
  const next = rotatedKey(subject);
  const wrong = SHAPE.find(({ holds }) => !holds(raw, before));
  if (wrong !== undefined) return problem(wrong.code, oid, wrong.says);
  if (key === undefined) return problem('unsigned', oid, 'has no good signature');
  if (before.key !== null && key !== before.key)
    return problem('foreign_key', oid, 'is signed by a key not valid there');
  if (next !== undefined && parsePublicKey(next) === undefined) {
    return problem('bad_rotation', oid, 'hands over to something that is no key');
  }
  return { oid, tree: raw.tree, parent, subject, key, nextKey: (next as PublicKeyLine | undefined) ?? key };
}

interface ShapeRule {
  readonly code: ChainProblem['code'];
  readonly says: string;
  holds(raw: RawCommit, before: ChainState): boolean;
}

const SHAPE: readonly ShapeRule[] = [
  { code: 'merge', says: 'is a merge', holds: (raw) => raw.parents.length <= 1 },
  {
    code: 'not_linear',
    says: 'does not follow the commit before',
    holds: (raw, before) => (raw.parents[0] ?? null) === before.head,
  },
  {
    code: 'foreign_header',
    says: 'has headers we do not write',
    holds: (raw) => raw.headers.join(' ') === (raw.parents.length === 0 ? ROOT_HEADERS : HEADERS),
  },
  {
    code: 'foreign_message',
    says: 'has a message we do not write',
    holds: (raw) => raw.message.endsWith('\n') && isLedgerSubject(raw.message.slice(0, -1)),
  },
];

function problem(code: ChainProblem['code'], oid: Oid, says: string): ChainProblem {
  return { code, commit: oid, problem: `commit ${oid} ${says}` };
}
