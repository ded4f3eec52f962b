import { randomBytes } from 'node:crypto';
import type { Oid } from '../../core/approval.js';
import type { CanaryFacts } from '../../core/doctor/facts.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked } from '../../ports/fault.js';
import { writeCommit } from './ledger-write.js';
import { branchRef, type Mirror, type PushOutcome } from './mirror.js';
import type { Signer } from './ssh-key.js';

export interface CanaryOptions {
  readonly mirror: Mirror;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ledgerBranch: string;
}

const FETCHED = 'refs/hallpass/canary';

/**
 * Rules of branches are tried where nothing can be spoilt: on a branch beside the ledger that a ruleset for `access-ledger*` covers as
 * well. It grows by compare-and-swap, then a push that expects an older state and one that drops a commit have to be refused.
 */
export async function flyCanary(options: CanaryOptions): Promise<CanaryFacts> {
  const { mirror } = options;
  const branch = `${options.ledgerBranch}-canary`;
  const there = await mirror.fetch([{ remote: branchRef(branch), local: FETCHED }]);
  const start = there ? ((await mirror.ref(FETCHED)) ?? null) : null;
  const first = await commitOn(options, start);
  const second = await commitOn(options, first);
  for (const [commit, expected] of [
    [first, start],
    [second, first],
  ] as const) {
    const said = await push(mirror, branch, { commit, expected });
    if (said.outcome !== 'pushed')
      return { branch, pushed: false, staleRefused: true, forceRefused: true, problem: said.problem };
  }
  const stale = await push(mirror, branch, { commit: await commitOn(options, first), expected: first });
  const forced = await push(mirror, branch, { commit: await commitOn(options, start), expected: second });
  await mirror.remove(branch);
  return {
    branch,
    pushed: true,
    staleRefused: stale.outcome !== 'pushed',
    forceRefused: forced.outcome !== 'pushed',
    problem: null,
  };
}

/** Never the same commit twice, whatever the clock shows. */
async function commitOn({ mirror, signer, clock }: CanaryOptions, parent: Oid | null): Promise<Oid> {
  const mark = Buffer.from(`${randomBytes(8).toString('hex')}\n`);
  const writes = new Map([['canary', mark]]);
  return writeCommit(mirror, { base: null, parent, writes, subject: 'canary: 1', at: clock.now() }, signer);
}

interface Said {
  readonly outcome: PushOutcome | 'refused';
  readonly problem: string;
}

/** How a push that rules of the repository forbid comes back. */
const REFUSED = 'remote_refused';

/** Refused is an answer; away is none. */
async function push(
  mirror: Mirror,
  branch: string,
  { commit, expected }: { readonly commit: Oid; readonly expected: Oid | null },
): Promise<Said> {
  try {
    return { outcome: await mirror.push(commit, branch, expected), problem: 'somebody else wrote to it' };
  } catch (error) {
    if (error instanceof Blocked && error.code === REFUSED)
      return { outcome: 'refused', problem: error.message };
    throw error;
  }
}
