import type { Oid } from '../../core/approval.js';
import {
  accessReviewPath,
  CURSOR_PATH,
  entryPath,
  markerPath,
  orphansPath,
  README_PATH,
  renderCursor,
  violationPath,
} from '../../core/audit/layout.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import type { Clock } from '../../ports/clock.js';
import { Retry } from '../../ports/fault.js';
import type { LedgerBatch } from '../../ports/ledger.js';
import type { ChainState } from './chain.js';
import type { LedgerCodec } from './ledger-codec.js';
import { LEDGER_README } from './ledger-readme.js';
import { foreignKey } from './ledger-sync.js';
import { objectId, type Writes, writeCommit, writeTree } from './ledger-write.js';
import type { Mirror } from './mirror.js';
import type { PublicKeyLine, Signer } from './ssh-key.js';

/** What goes into one commit. */
export interface Change {
  readonly subject: string;
  readonly writes: Writes;
  /** Documents that the writer knows from a later commit than the base: its own. */
  readonly since?: ReadonlyMap<string, Oid>;
  /** Documents that have to be as the writer knows them. */
  readonly reliesOn?: readonly string[];
  /** The key that is valid afterwards, when this commit hands the ledger over. */
  readonly nextKey?: PublicKeyLine;
}

export interface AppendDeps {
  readonly mirror: Mirror;
  readonly branch: string;
  readonly clock: Clock;
  readonly signer: () => Signer;
  /** Where the ledger stands as far as is known here; `undefined` before the first look. */
  readonly state: () => ChainState | undefined;
  readonly sync: () => Promise<ChainState>;
  readonly landed: (state: ChainState) => Promise<void>;
}

const ATTEMPTS = 8;

/** Markers follow from the entries. */
export function writesOf(batch: LedgerBatch, codec: LedgerCodec): Writes {
  const writes = new Map<string, Uint8Array | null>();
  for (const entry of batch.entries) {
    writes.set(entryPath(entry.id), Buffer.from(codec.renderEntry(entry)));
    writes.set(markerPath(entry.id), isLiveEntry(entry) ? new Uint8Array() : null);
  }
  for (const violation of batch.violations) {
    writes.set(violationPath(violation), Buffer.from(codec.renderViolation(violation)));
  }
  for (const record of batch.orphans ?? []) {
    writes.set(orphansPath(record), Buffer.from(codec.renderOrphans(record)));
  }
  for (const record of batch.accessReviews ?? []) {
    writes.set(accessReviewPath(record), Buffer.from(codec.renderAccessReview(record)));
  }
  if (batch.cursor !== undefined) writes.set(CURSOR_PATH, Buffer.from(renderCursor(batch.cursor)));
  return writes;
}

/** Lands a change on the branch, again on a new head when somebody else was faster, but never over their documents. */
export async function appendChange(deps: AppendDeps, base: Oid | null, change: Change): Promise<Oid> {
  const tried: Oid[] = [];
  let now = deps.state() ?? (await deps.sync());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const outcome = await attemptOn(deps, { now, base, change, tried });
    if (typeof outcome === 'string') return outcome;
    now = await deps.sync();
    // The push may have arrived although the answer did not. If it has not, trying again at once would only be refused again.
    if (outcome.failed === undefined) continue;
    const landed = now.head === null ? undefined : await landedOf(deps.mirror, now.head, tried);
    if (landed === undefined) throw outcome.failed;
    return landed;
  }
  throw moved();
}

interface Attempt {
  readonly now: ChainState;
  readonly base: Oid | null;
  readonly change: Change;
  /** Commits pushed before with an unknown outcome. */
  readonly tried: Oid[];
}

/** One has to look again: somebody else was faster, or the push failed in a way that tells nothing of what became of it. */
interface Again {
  readonly failed?: Retry;
}

async function attemptOn(deps: AppendDeps, { now, base, change, tried }: Attempt): Promise<Oid | Again> {
  const { mirror } = deps;
  const signer = deps.signer();
  const { head, key } = now;
  const landed = head === null ? undefined : await landedOf(mirror, head, tried);
  if (landed !== undefined) return landed;
  if (key !== null && key !== signer.publicKey) throw foreignKey(key, signer.publicKey);
  const known = (path: string): Oid | null => change.since?.get(path) ?? base;
  const pending = await pendingWrites(mirror, { known, head }, change);
  if (head !== null && pending.size === 0 && change.nextKey === undefined) return head;

  const tree = await writeTree(mirror, head, head === null ? withReadme(pending) : pending);
  const request = { tree, parent: head, subject: change.subject, at: deps.clock.now() };
  const commit = await writeCommit(mirror, request, signer);
  tried.push(commit);
  const outcome = await mirror.push(commit, deps.branch, head).catch(failedOf);
  if (outcome instanceof Retry) return { failed: outcome };
  if (outcome === 'moved') return {};
  await deps.landed({ head: commit, key: change.nextKey ?? signer.publicKey });
  return commit;
}

function failedOf(error: unknown): Retry {
  if (error instanceof Retry) return error;
  throw error;
}

function withReadme(writes: Writes): Writes {
  return new Map([...writes, [README_PATH, Buffer.from(LEDGER_README)]]);
}

/** The commit by which the writer knows a document, and the one it would be written on. */
interface Between {
  readonly known: (path: string) => Oid | null;
  readonly head: Oid | null;
}

/**
 * What of the changes is not at the head yet.
 * @throws Retry when a document they touch or go by was changed by somebody else since they were computed.
 */
async function pendingWrites(
  mirror: Mirror,
  between: Between,
  { writes, reliesOn = [] }: Change,
): Promise<Writes> {
  for (const path of reliesOn) if (await isMoved(mirror, between, path)) throw moved();
  const pending = new Map<string, Uint8Array | null>();
  for (const [path, bytes] of writes) {
    const wanted = bytes === null ? undefined : objectId('blob', bytes);
    if ((await oidAt(mirror, between.head, path)) === wanted) continue;
    if (await isMoved(mirror, between, path)) throw moved();
    pending.set(path, bytes);
  }
  return pending;
}

async function isMoved(mirror: Mirror, { known, head }: Between, path: string): Promise<boolean> {
  const base = known(path);
  return base !== head && (await oidAt(mirror, head, path)) !== (await oidAt(mirror, base, path));
}

async function oidAt(mirror: Mirror, commit: Oid | null, path: string): Promise<Oid | undefined> {
  return commit === null ? undefined : (await mirror.trees.file(commit, path))?.oid;
}

/** The attempt that arrived after all. Not the head: what others have written on it since is not known to the writer. */
async function landedOf(mirror: Mirror, head: Oid, commits: readonly Oid[]): Promise<Oid | undefined> {
  for (const commit of commits) {
    const { code } = await mirror.git(['merge-base', '--is-ancestor', commit, head], { codes: [0, 1] });
    if (code === 0) return commit;
  }
  return undefined;
}

function moved(): Retry {
  return new Retry('ledger_moved', 'the ledger was changed by another writer meanwhile');
}
