import type { Oid } from '../../core/approval.js';
import { isLedgerSubject, rotatedKey } from '../../core/audit/subject.js';
import { parseCommit } from './commit.js';
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

/** A commit object as far as the ledger's rules look at it. */
export interface LedgerObject {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly ownHeaders: boolean;
  /** Absent when the message is not one line and nothing after it. */
  readonly subject?: string;
  /** The key of a good signature. */
  readonly key?: PublicKeyLine;
}

export function readLedgerObject(bytes: Buffer): LedgerObject | undefined {
  const raw = parseCommit(bytes);
  if (raw === undefined) return undefined;
  const subject = /^([^\n]+)\n$/.exec(raw.message)?.[1];
  const key = raw.signature && signedBy(raw.signature.payload, raw.signature.armor);
  return {
    tree: raw.tree,
    parents: raw.parents,
    ownHeaders: raw.headers.join(' ') === (raw.parents.length === 0 ? ROOT_HEADERS : HEADERS),
    ...(subject === undefined ? {} : { subject }),
    ...(key === undefined ? {} : { key }),
  };
}

/**
 * Judges one commit after another: exactly one parent, which is the commit before; exactly our headers; a subject of the fixed
 * grammar; signed by the key that is valid there. The first commit pins its key, and only `rotate-key` signed by it changes it.
 * @returns what is not so.
 */
export function checkCommit(oid: Oid, bytes: Buffer, before: ChainState): ChainCommit | ChainProblem {
  const object = readLedgerObject(bytes);
  if (object === undefined) return problem('unreadable', oid, 'cannot be read');
  const { tree, parents, key, subject = '' } = object;
  const wrong = RULES.find(({ holds }) => !holds(object, before));
  if (wrong !== undefined || key === undefined) {
    return problem(wrong?.code ?? 'unsigned', oid, wrong?.says ?? 'has no good signature');
  }
  const nextKey = (rotatedKey(subject) as PublicKeyLine | undefined) ?? key;
  return { oid, tree, parent: parents[0] ?? null, subject, key, nextKey };
}

interface Rule {
  readonly code: ChainProblem['code'];
  readonly says: string;
  holds(object: LedgerObject, before: ChainState): boolean;
}

const RULES: readonly Rule[] = [
  { code: 'merge', says: 'is a merge', holds: ({ parents }) => parents.length <= 1 },
  {
    code: 'not_linear',
    says: 'does not follow the commit before',
    holds: ({ parents }, before) => (parents[0] ?? null) === before.head,
  },
  { code: 'foreign_header', says: 'has headers we do not write', holds: ({ ownHeaders }) => ownHeaders },
  {
    code: 'foreign_message',
    says: 'has a message we do not write',
    holds: ({ subject = '' }) => isLedgerSubject(subject),
  },
  { code: 'unsigned', says: 'has no good signature', holds: ({ key }) => key !== undefined },
  {
    code: 'foreign_key',
    says: 'is signed by a key that is not valid there',
    holds: ({ key }, before) => before.key === null || key === before.key,
  },
  {
    code: 'bad_rotation',
    says: 'hands over to something that is no key',
    holds: ({ subject = '' }) => {
      const next = rotatedKey(subject);
      return next === undefined || parsePublicKey(next) !== undefined;
    },
  },
];

function problem(code: ChainProblem['code'], oid: Oid, says: string): ChainProblem {
  return { code, commit: oid, problem: `commit ${oid} ${says}` };
}
