import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { openLedger } from '../../src/adapters/git/ledger.js';
import { openMirror } from '../../src/adapters/git/mirror.js';
import { signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import type { Oid } from '../../src/core/approval.js';
import type { Entry } from '../../src/core/grant.js';
import { applyEvent } from '../../src/core/lifecycle/grant.js';
import type { RequestId } from '../../src/core/request.js';
import type { Instant } from '../../src/core/time.js';

export const NOW = '2026-11-22T12:30:00Z';
const NOON = '2026-11-22T12:00:00Z' as Instant;

/** Access repositories that differ in nothing but where they lie. @returns where they lie */
export async function layOut(
  folder: string,
  { repositories, grants, signingKey }: { repositories: number; grants: number; signingKey: string },
): Promise<readonly string[]> {
  const first = join(folder, 'access-1.git');
  const git = (argv: readonly string[], input?: string): string =>
    execFileSync('git', ['-C', first, ...argv], { input, encoding: 'utf8' }).trim();
  mkdirSync(first, { recursive: true });
  git(['init', '--quiet', '--bare', '--initial-branch=main']);
  git(
    ['fast-import', '--quiet'],
    'commit refs/heads/main\ncommitter x <x@example.com> 1700000000 +0000\ndata 0\n\n',
  );
  const mirror = await openMirror({
    url: first,
    directory: join(folder, 'writer'),
    credentials: async () => ({ username: 'x', password: 'x' }),
  });
  const ledger = openLedger({
    mirror,
    signer: signerFromPrivateKey(signingKey),
    clock: { now: () => NOW as Instant },
    branch: 'access-ledger',
    codec: documentCodec,
  });
  const { head } = await ledger.read();
  await ledger.append({
    base: head,
    subject: 'grant: grants',
    entries: Array.from({ length: grants }, (_, n) => grantOf(n)),
    violations: [],
    cursor: git(['rev-parse', 'main']) as Oid,
  });
  mirror.close();
  const urls = [first];
  for (let n = 2; n <= repositories; n += 1) {
    const copy = join(folder, `access-${n}.git`);
    cpSync(first, copy, { recursive: true });
    urls.push(copy);
  }
  return urls;
}

const oid = (digit: string): Oid => digit.repeat(40) as Oid;
const ABOUT = { entitlement: 'orders-db-readonly', at: NOON };

/** One that runs from noon for an hour. */
function grantOf(n: number): Entry {
  const alice = { login: 'alice', id: 1_001 } as NonNullable<Entry['subject']>;
  const blank: Entry = {
    version: 1,
    id: `2026/11/ask-${n}` as RequestId,
    request: { blob: oid('1'), content: 'version: 1\n' },
    landing: { commit: oid('2'), parent: oid('3'), pullRequest: n + 1, mergedAt: NOON },
    requester: alice,
    subject: alice,
    decision: {
      outcome: 'approved',
      findings: [],
      rules: ['all'],
      unsatisfied: [],
      approvals: [],
      dismissals: [],
      groups: [],
      vetoes: [],
      autoMerge: false,
      at: NOON,
      control: { policy: oid('4'), catalog: oid('5'), people: oid('6') },
      evidence: {
        now: NOON,
        pullRequest: { number: n + 1, openedAt: NOON },
        requester: alice,
        requesterType: 'User',
        subject: alice,
        head: oid('7'),
        epoch: NOON,
        reviews: [],
        contributors: [],
        pushers: [],
        teams: [],
        live: [],
        openRequests: null,
        held: null,
        owedReviews: [],
      },
    },
    window: { startsAt: NOON, expiresAt: '2026-11-22T13:00:00Z' as Instant },
    breakGlass: false,
    holdings: [
      {
        entitlement: ABOUT.entitlement,
        holding: { target: 'orders-db', subject: `person-${n}`, grant: { name: 'readonly' } },
        state: 'intended',
        preexisting: false,
      },
    ],
    events: [],
  };
  const events = [
    { event: 'landed' as const, at: NOON },
    { event: 'intended' as const, ...ABOUT },
    { event: 'granted' as const, ...ABOUT },
  ];
  return events.reduce((grown, event) => applyEvent(grown, event), blank);
}
