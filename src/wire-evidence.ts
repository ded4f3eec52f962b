import { join } from 'node:path';
import { openHistory } from './adapters/git/history.js';
import type { Signer } from './adapters/git/ssh-key.js';
import { signSsh } from './adapters/git/ssh-signature.js';
import { streamWebhook } from './adapters/notifier/stream-webhook.js';
import { checkpointCommand } from './adapters/providers/exec/checkpoint-command.js';
import { checkpointFolder } from './adapters/system/checkpoint-folder.js';
import { noteIn } from './adapters/system/durable-file.js';
import { lineFile } from './adapters/system/line-file.js';
import { anchorLedger } from './app/auditing/anchor-ledger.js';
import { type StreamFormat, streamLedger } from './app/auditing/stream-ledger.js';
import type { Oid } from './core/approval.js';
import { CHECKPOINT_NAMESPACE } from './core/audit/checkpoint.js';
import type { Clock } from './ports/clock.js';
import type { LedgerHistory } from './ports/ledger-history.js';
import type { Sink } from './ports/sink.js';

/** A stream, secrets already read; exactly one of `file` and `url`. */
export interface StreamTo {
  readonly name: string;
  readonly format: StreamFormat;
  readonly file?: string;
  readonly url?: string;
  readonly secrets: readonly string[];
}

export interface CheckpointPlan {
  readonly everySeconds: number;
  readonly folder?: string;
  /** The absolute path of a program, and its arguments. */
  readonly command?: readonly string[];
}

/** Something that follows the ledger and holds up nothing. */
export interface Follower {
  /** What it is called in the queue. */
  readonly key: string;
  /** @param head as far as the ledger was verified. */
  follow(head: Oid): Promise<void>;
}

export interface EvidenceOptions {
  readonly streams?: readonly StreamTo[];
  readonly checkpoints?: CheckpointPlan;
  readonly mirrorDir: string;
  readonly dataDir: string;
  readonly repository: { readonly owner: string; readonly name: string; readonly ledgerBranch: string };
  readonly signer: Signer;
  readonly clock: Clock;
  readonly gitEnvironment?: Readonly<Record<string, string>>;
}

/** What keeps evidence elsewhere: streams for a SIEM, and checkpoints for whoever wants to know that nothing was rewritten. */
export function wireEvidence(options: EvidenceOptions): readonly Follower[] {
  const { streams = [], checkpoints } = options;
  return [
    ...streams.map((stream) => streaming(stream, options)),
    ...(checkpoints === undefined ? [] : [anchoring(checkpoints, options)]),
  ];
}

function streaming(stream: StreamTo, options: EvidenceOptions): Follower {
  const { dataDir } = options;
  const { owner, name, ledgerBranch } = options.repository;
  const repository = `${owner}/${name}`;
  const cursor = noteIn(join(dataDir, 'streams', stream.name));
  const sink = sinkOf(stream, options);
  const { format } = stream;
  let done: Oid | undefined;
  return {
    key: `stream ${stream.name}`,
    async follow(head) {
      if (head === done) return;
      await withHistory(options, (history) =>
        streamLedger({ history, ledgerBranch, head, repository, format, sink, cursor }),
      );
      done = head;
    },
  };
}

function sinkOf({ file, url = '', secrets }: StreamTo, { clock }: EvidenceOptions): Sink {
  return file === undefined ? streamWebhook({ url, secrets, clock }) : lineFile(file);
}

function anchoring({ everySeconds, folder, command }: CheckpointPlan, options: EvidenceOptions): Follower {
  const { repository, dataDir, signer, clock, gitEnvironment = {} } = options;
  const stores = [
    ...(folder === undefined ? [] : [checkpointFolder(folder)]),
    ...(command === undefined ? [] : [checkpointCommand(command, gitEnvironment.PATH ?? USUAL_PATH)]),
  ];
  const note = noteIn(join(dataDir, 'checkpoint'));
  const sign = (text: string) => signSsh(Buffer.from(text), signer, CHECKPOINT_NAMESPACE);
  return {
    key: 'checkpoint',
    async follow(head) {
      const length = (at: Oid) => withHistory(options, (history) => history.length(at));
      await anchorLedger({
        length,
        branch: repository.ledgerBranch,
        head,
        everySeconds,
        sign,
        stores,
        note,
        clock,
      });
    },
  };
}

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

async function withHistory<T>(
  { mirrorDir, gitEnvironment }: EvidenceOptions,
  work: (history: LedgerHistory) => Promise<T>,
): Promise<T> {
  const history = await openHistory(mirrorDir, gitEnvironment);
  try {
    return await work(history);
  } finally {
    await history.close();
  }
}
