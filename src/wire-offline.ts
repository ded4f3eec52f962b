import type { LedgerEntries } from './ports/ledger-entries.js';
import type { LedgerHistory } from './ports/ledger-history.js';
import type { Sink } from './ports/sink.js';

/**
 * Adapters for what works on a folder or a clone alone. Apart from `wire.ts`, so that a command that reads a few files does not
 * load a server first; git is loaded by who asks for it.
 */
export { providerKinds } from './adapters/providers/index.js';
export { systemClock } from './adapters/system/clock.js';
export { listFolder, openFolder } from './adapters/system/folder.js';
export { newFilesIn } from './adapters/system/new-files.js';

/** The ledger of a clone, for listing. */
export async function openLedgerClone(directory: string, branch: string): Promise<LedgerEntries> {
  const { openCloneEntries } = await import('./adapters/git/clone-entries.js');
  const { documentCodec } = await import('./adapters/git/document-codec.js');
  return openCloneEntries({ directory, branch, codec: documentCodec });
}

/** The whole history of a clone, for proving. */
export async function openLedgerHistory(directory: string): Promise<LedgerHistory> {
  const { openHistory } = await import('./adapters/git/history.js');
  return openHistory(directory);
}

/** The documents of one commit of a clone. */
export async function openCommit(directory: string, revision: string) {
  const { openCloneFiles } = await import('./adapters/git/clone-files.js');
  return openCloneFiles(directory, revision);
}

/** A note in a file, such as how far a stream was delivered. */
export { noteIn } from './adapters/system/durable-file.js';
/** Where a stream may go. */
export { lineFile } from './adapters/system/line-file.js';

export async function openStreamWebhook(url: string, secrets: readonly string[]): Promise<Sink> {
  const { streamWebhook } = await import('./adapters/notifier/stream-webhook.js');
  const { systemClock } = await import('./adapters/system/clock.js');
  return streamWebhook({ url, secrets, clock: systemClock });
}

/** Signs a text for one purpose with an OpenSSH private key. @returns what `ssh-keygen -Y verify` takes. */
export async function signText(text: string, privateKey: string, namespace: string): Promise<string> {
  const { signerFromPrivateKey } = await import('./adapters/git/ssh-key.js');
  const { signSsh } = await import('./adapters/git/ssh-signature.js');
  return signSsh(Buffer.from(text), signerFromPrivateKey(privateKey), namespace);
}

/** The public key that signed exactly this text for that purpose, or `undefined`. */
export async function signerOfText(
  text: string,
  signature: string,
  namespace: string,
): Promise<string | undefined> {
  const { signedBy } = await import('./adapters/git/ssh-signature.js');
  return signedBy(Buffer.from(text), signature.trimEnd(), namespace);
}
