import type { Oid } from '../../core/approval.js';
import type { Instant } from '../../core/time.js';
import { signedCommit, unsignedCommit } from './commit.js';
import type { Mirror } from './mirror.js';
import { newObject } from './new-object.js';
import type { Signer } from './ssh-key.js';
import { signSsh } from './ssh-signature.js';
import { editTree, type Writes } from './tree-edit.js';

export interface CommitRequest {
  readonly parent: Oid | null;
  /** The tree that the writes change; default that of the parent. */
  readonly base?: Oid | null;
  readonly writes: Writes;
  readonly subject: string;
  readonly at: Instant;
}

/** Puts a signed commit and all that is new in it into the mirror, in one go. No ref leads to it yet. */
export async function writeCommit(mirror: Mirror, request: CommitRequest, signer: Signer): Promise<Oid> {
  const { parent, base = parent, writes, subject, at } = request;
  const before = base === null ? undefined : await mirror.trees.rootOf(base);
  const { tree, objects } = await editTree(mirror.trees, before, writes);
  const unsigned = unsignedCommit({ tree, parent, subject, at });
  const commit = newObject('commit', signedCommit(unsigned, await signSsh(unsigned, signer)));
  await mirror.write([...objects, commit]);
  return commit.oid;
}
