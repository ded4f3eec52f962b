import type { Oid } from '../../core/approval.js';
import { renderCheckpoint } from '../../core/audit/checkpoint.js';
import { addSeconds, type Instant, parseInstant } from '../../core/time.js';
import type { CheckpointStore } from '../../ports/checkpoint-store.js';
import type { Clock } from '../../ports/clock.js';
import type { Note } from '../../ports/note.js';

export interface AnchorOptions {
  /** How many commits lead up to it. */
  readonly length: (head: Oid) => Promise<number>;
  readonly branch: string;
  /** As far as the ledger was verified. */
  readonly head: Oid;
  readonly everySeconds: number;
  readonly sign: (text: string) => Promise<string>;
  readonly stores: readonly CheckpointStore[];
  /** What was written down last, and when. */
  readonly note: Note;
  readonly clock: Clock;
}

/**
 * Writes down how far the ledger is, when that is due and there is something new. Everywhere, and only then is it noted as done: what a
 * crash leaves half done is written again under another name, which harms nobody.
 * @returns whether it did.
 */
export async function anchorLedger(options: AnchorOptions): Promise<boolean> {
  const { length, branch, head, everySeconds, sign, stores, note, clock } = options;
  const last = parseNote((await note.read()) ?? '');
  const at = clock.now();
  if (last !== undefined && (last.head === head || at < addSeconds(last.at, everySeconds))) return false;
  const text = renderCheckpoint({ branch, head, commits: await length(head), at });
  const signature = await sign(text);
  const name = `checkpoint-${at.replaceAll(/[-:]/g, '').toLowerCase()}.txt`;
  for (const store of stores) await store.put({ name, text, signature });
  await note.write(`${at} ${head}\n`);
  return true;
}

/** A note that cannot be read is none: then it is written down once too often. */
function parseNote(text: string): { readonly at: Instant; readonly head: string } | undefined {
  const [atText = '', head = ''] = text.trim().split(' ');
  const at = parseInstant(atText);
  return at === undefined ? undefined : { at, head };
}
