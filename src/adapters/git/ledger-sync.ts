import type { Oid } from '../../core/approval.js';
import { Blocked, Retry } from '../../ports/fault.js';
import { type ChainCommit, type ChainState, checkCommit } from './chain.js';
import { parseCommit } from './commit.js';
import type { HeadFile } from './head-file.js';
import { branchRef, type Mirror } from './mirror.js';
import { fingerprint, type PublicKeyLine, parsePublicKey } from './ssh-key.js';

const FETCHED = 'refs/hallpass/ledger';
/** Keeps the last verified commit alive here, also when the remote has gone back behind it. */
const VERIFIED = 'refs/hallpass/ledger-verified';

export interface SyncDeps {
  readonly mirror: Mirror;
  readonly branch: string;
  readonly seen: HeadFile;
  /** The key this installation signs with. */
  readonly ownKey: () => PublicKeyLine;
}

/**
 * Fetches the branch and judges every commit since the last one judged.
 * @param named where somebody who has just asked says that it is
 * @throws Blocked, Retry
 */
export async function syncLedger(deps: SyncDeps, named?: Oid): Promise<ChainState> {
  const { mirror } = deps;
  const seen = await deps.seen.read();
  const tracked = { remote: branchRef(deps.branch), local: FETCHED };
  const there = await mirror.fetch([named === undefined ? tracked : { ...tracked, at: named }]);
  const head = there ? await mirror.ref(FETCHED) : undefined;
  if (head === undefined) {
    if (seen !== undefined) throw rewritten(`the branch is gone; it was at ${seen.head}`);
    return { head: null, key: null };
  }
  if (head === seen?.head) return seen;
  const after = await judge(mirror, seen ?? { head: null, key: null }, head);
  // The first commit pins its key. Without an older trust of our own, a branch that somebody else began is not ours.
  if (seen === undefined && after.key !== deps.ownKey()) throw foreignKey(after.key, deps.ownKey());
  await remember(deps, after);
  return after;
}

/** Notes how far the ledger is verified, durably, before anybody acts on it. */
export async function remember(deps: SyncDeps, state: ChainState): Promise<void> {
  const { head, key } = state;
  if (head === null || key === null) return;
  // What was pushed from here need not be fetched again.
  await deps.mirror.setRefs(new Map([VERIFIED, FETCHED].map((name) => [name, head])));
  await deps.seen.write({ head, key });
}

async function judge(mirror: Mirror, from: ChainState, head: Oid): Promise<ChainState> {
  let state = from;
  let tree = from.head === null ? null : await treeOf(mirror, from.head);
  for (const oid of await newCommits(mirror, from.head, head)) {
    const checked = await judgeOne(mirror, state, oid);
    if (checked.nextKey !== checked.key && checked.tree !== tree) {
      throw forged(`commit ${oid} changes files beside the key`);
    }
    tree = checked.tree;
    state = { head: oid, key: checked.nextKey };
  }
  if (state.head !== head) throw forged('the history does not lead to the head');
  return state;
}

async function judgeOne(mirror: Mirror, before: ChainState, oid: Oid): Promise<ChainCommit> {
  const object = await mirror.objects.read(oid);
  if (object?.type !== 'commit') throw mirror.missing(oid);
  const checked = checkCommit(oid, object.content, before);
  if ('problem' in checked) throw forged(checked.problem);
  return checked;
}

async function treeOf(mirror: Mirror, commit: Oid): Promise<Oid> {
  const object = await mirror.objects.read(commit);
  const tree = object && parseCommit(object.content)?.tree;
  if (tree !== undefined) return tree;
  if (mirror.damaged()) throw new Retry('mirror_damaged', 'the local copy is damaged');
  throw rewritten(`commit ${commit} was there and is not any more`);
}

/** Oldest first. */
async function newCommits(mirror: Mirror, from: Oid | null, head: Oid): Promise<readonly Oid[]> {
  if (from !== null) {
    const { code } = await mirror.git(['merge-base', '--is-ancestor', from, head], { codes: [0, 1] });
    if (code === 1) throw rewritten(`commit ${from} is no longer part of it`);
  }
  const exclude = from === null ? [] : [`^${from}`];
  const { bytes } = await mirror.git(['rev-list', '--first-parent', '--reverse', head, ...exclude]);
  return bytes.toString('latin1').split('\n').filter(Boolean) as Oid[];
}

function rewritten(what: string): Blocked {
  return new Blocked(
    'ledger_rewritten',
    `The ledger was set back or rewritten: ${what}.`,
    'Find out who did it and put the branch back to the commit named here.',
  );
}

function forged(what: string): Blocked {
  return new Blocked(
    'ledger_forged',
    `The ledger holds what this app did not write: ${what}.`,
    'Find out who did it and put the branch back to the commit before.',
  );
}

/** @param valid the key that may write now. */
export function foreignKey(valid: PublicKeyLine | null, own: PublicKeyLine): Blocked {
  return new Blocked(
    'ledger_key',
    `The ledger takes commits of ${keyName(valid)}, and this app signs with ${keyName(own)}.`,
    'Configure the key the ledger takes, or rotate to the new one with the old one at hand.',
  );
}

/** A key as people compare it. */
export function keyName(key: PublicKeyLine | null): string {
  const raw = key === null ? undefined : parsePublicKey(key);
  return raw === undefined ? 'no key' : fingerprint(raw);
}
