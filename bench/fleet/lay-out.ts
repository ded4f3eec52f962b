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
import { addSeconds, type Instant } from '../../src/core/time.js';

const NOON = '2026-11-22T12:00:00Z' as Instant;
/** Before any grant ends; no longer before than a heartbeat, so that what was read then is still good. */
export const NOW = '2026-11-22T12:59:30Z' as Instant;
/** Grants end in waves, a heartbeat apart. */
export const endOf = (wave: number): Instant => addSeconds('2026-11-22T13:00:00Z' as Instant, wave * 60);

/** How many grants of a repository end in each wave. */
export type Waves = readonly number[];

/** Access repositories that differ in nothing but their names. @returns the names */
export async function layOut(
  folder: string,
  { repositories, waves, signingKey }: { repositories: number; waves: Waves; signingKey: string },
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
    entries: waves
      .flatMap((grants, wave) => Array.from({ length: grants }, () => endOf(wave)))
      .map((expiresAt, n) => grantOf(n, expiresAt)),
    violations: [],
    cursor: git(['rev-parse', 'main']) as Oid,
  });
  mirror.close();
  const names = Array.from({ length: repositories }, (_, n) => `access-${n + 1}.git`);
  for (const name of names.slice(1)) cpSync(first, join(folder, name), { recursive: true });
  return names;
}

const oid = (digit: string): Oid => digit.repeat(40) as Oid;
const ABOUT = { entitlement: 'orders-db-readonly', at: NOON };

/** One that runs from noon. */
function grantOf(n: number, expiresAt: Instant): Entry {
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
    window: { startsAt: NOON, expiresAt },
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
