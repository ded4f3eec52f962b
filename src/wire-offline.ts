import { openCloneEntries } from './adapters/git/clone-entries.js';
import { documentCodec } from './adapters/git/document-codec.js';
import { openHistory } from './adapters/git/history.js';
import type { LedgerEntries } from './ports/ledger-entries.js';
import type { LedgerHistory } from './ports/ledger-history.js';

/**
 * Adapters for what works on a folder or a clone alone. Apart from `wire.ts`, so that a command that reads a few files does not
 * load a server first.
 */
export { providerKinds } from './adapters/providers/index.js';
export { systemClock } from './adapters/system/clock.js';
export { listFolder, openFolder } from './adapters/system/folder.js';

/** The ledger of a clone, for listing. */
export function openLedgerClone(directory: string, branch: string): Promise<LedgerEntries> {
  return openCloneEntries({ directory, branch, codec: documentCodec });
}

/** The whole history of a clone, for proving. */
export function openLedgerHistory(directory: string): Promise<LedgerHistory> {
  return openHistory(directory);
}
