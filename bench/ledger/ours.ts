import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { type GitLedger, openLedger } from '../../src/adapters/git/ledger.js';
import { type Mirror, openMirror } from '../../src/adapters/git/mirror.js';
import { type Instant, instantOf } from '../../src/core/time.js';
import { copyOf, type LaidOut } from './lay-out.js';

export interface Ours {
  readonly ledger: GitLedger;
  readonly mirror: Mirror;
  readonly gitDir: string;
}

export interface OursOptions {
  /** Takes every push at once, so that what is left is what is done here; default: pushes go to the ledger that was laid out. */
  readonly pushes?: 'nowhere';
}

const NOW: Instant = instantOf(Date.UTC(2026, 10, 22, 20) / 1_000);

/** Our ledger on a copy of one that was laid out, once it has looked where it stands. */
export async function openOurs(folder: string, from: LaidOut, { pushes }: OursOptions = {}): Promise<Ours> {
  mkdirSync(folder, { recursive: true });
  const gitDir = copyOf(from.gitDir, join(folder, 'mirror.git'));
  const opened = await openMirror({ url: from.gitDir, directory: folder });
  const mirror: Mirror = pushes === 'nowhere' ? { ...opened, push: async () => 'pushed' } : opened;
  const clock = { now: () => NOW };
  const ledger = openLedger({ mirror, signer: from.signer, codec: documentCodec, clock });
  await ledger.keys();
  return { ledger, mirror, gitDir };
}
