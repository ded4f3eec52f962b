import { type Oid, parseOid } from '../approval.js';
import { type Instant, parseInstant } from '../time.js';

/** The state of a ledger as somebody saw it, to be kept where those who could rewrite the ledger cannot reach (T113). */
export interface Checkpoint {
  readonly branch: string;
  readonly head: Oid;
  /** How many commits led up to the head, itself included. */
  readonly commits: number;
  readonly at: Instant;
}

/** What a signature over a checkpoint is good for, and nothing else: no signature over a commit can be taken for one. */
export const CHECKPOINT_NAMESPACE = 'hallpass-checkpoint';

/** The one spelling of a checkpoint: its bytes are signed. */
export function renderCheckpoint({ branch, head, commits, at }: Checkpoint): string {
  return `hallpass checkpoint 1\nbranch: ${branch}\nhead: ${head}\ncommits: ${commits}\nat: ${at}\n`;
}

const FORM =
  /^hallpass checkpoint 1\nbranch: (\S{1,200})\nhead: ([0-9a-f]+)\ncommits: ([1-9]\d{0,8})\nat: (\S+)\n$/;

/** @returns `undefined` for anything that we would not have written ourselves. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [, branch = '', headText = '', commits = '', atText = ''] = FORM.exec(text) ?? [];
  const head = parseOid(headText);
  const at = parseInstant(atText);
  if (head === undefined || at === undefined) return undefined;
  return { branch, head, commits: Number(commits), at };
}
