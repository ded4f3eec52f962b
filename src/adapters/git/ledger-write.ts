import { createHash } from 'node:crypto';
import type { Oid } from '../../core/approval.js';
import type { Instant } from '../../core/time.js';
import { identityLine, signedCommit, unsignedCommit } from './commit.js';
import { type Mirror, oidOf } from './mirror.js';
import type { Signer } from './ssh-key.js';
import { signSsh } from './ssh-signature.js';

/** New bytes for a path, or `null` to remove it. */
export type Writes = ReadonlyMap<string, Uint8Array | null>;

const DRAFT = 'refs/hallpass/draft';

/**
 * Writes blobs and trees in one `git fast-import`, however many files change: it touches only the folders on their paths.
 * @returns the tree. The unsigned draft commit that fast-import insists on stays local and is collected some day.
 */
export async function writeTree(mirror: Mirror, base: Oid | null, writes: Writes): Promise<Oid> {
  const parts: Uint8Array[] = [];
  const say = (text: string) => parts.push(Buffer.from(text, 'latin1'));
  say(`feature done\ncommit ${DRAFT}\ncommitter ${identityLine(DRAFT_DATE)}\ndata 0\n\n`);
  if (base !== null) say(`from ${base}\n`);
  for (const [path, bytes] of writes) {
    if (bytes === null) {
      say(`D ${path}\n`);
      continue;
    }
    say(`M 100644 inline ${path}\ndata ${bytes.length}\n`);
    parts.push(bytes);
    say('\n');
  }
  say('ls ""\n\ndone\n');
  const { bytes } = await mirror.git(['fast-import', '--quiet', '--force', '--date-format=raw'], {
    input: Buffer.concat(parts),
  });
  const line = bytes.toString('latin1');
  return oidOf(Buffer.from(line.slice('040000 tree '.length, line.indexOf('\t'))));
}

const DRAFT_DATE = '1970-01-01T00:00:00Z' as Instant;

export interface CommitRequest {
  readonly tree: Oid;
  readonly parent: Oid | null;
  readonly subject: string;
  readonly at: Instant;
}

/** Signs and stores a commit object. */
export async function writeCommit(mirror: Mirror, request: CommitRequest, signer: Signer): Promise<Oid> {
  const unsigned = unsignedCommit(request);
  const signed = signedCommit(unsigned, await signSsh(unsigned, signer));
  const { bytes } = await mirror.git(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: signed });
  return oidOf(bytes);
}

/** The id git gives an object of these bytes. */
export function objectId(type: 'blob' | 'commit', bytes: Uint8Array): Oid {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex') as Oid;
}
