import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openHistory } from '../../../src/adapters/git/history.js';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { auditReport, type ReportOptions } from '../../../src/app/auditing/audit-report.js';
import { POLICY_PATH } from '../../../src/core/pull-request.js';
import type { EvidenceReport } from '../../../src/core/report/report.js';
import { totalsOf } from '../../../src/core/report/totals.js';
import { epochSeconds, type Instant } from '../../../src/core/time.js';
import { reportCsv } from '../../../src/views/report/csv.js';
import { reportHtml } from '../../../src/views/report/html.js';
import { reportJson } from '../../../src/views/report/json.js';
import { reportMarkdown } from '../../../src/views/report/markdown.js';
import { jsonText } from '../../../src/views/untrusted-text.js';
import { commit } from '../../adapters/git/world.js';
import { story } from './audit-edits.js';
import { copyOf, SIGNERS } from './audit-pages.js';
import { at, IDS, POLICY } from './audit-story.js';

const MIDNIGHT = '2026-11-23T00:00:00Z' as Instant;

async function reportOn(repo: string, options: Partial<ReportOptions> = {}): Promise<EvidenceReport> {
  const history = await openHistory(repo);
  try {
    const reported = await auditReport({
      history,
      kinds: providerKinds,
      ledgerBranch: 'access-ledger',
      defaultBranch: 'main',
      period: { from: null, to: MIDNIGHT },
      ...options,
    });
    if (reported.kind === 'unable') throw new Error(reported.message);
    return reported.report;
  } finally {
    await history.close();
  }
}

const ids = ({ grants }: EvidenceReport) => grants.map(({ id }) => id);
const URL_OF_REPOSITORY = 'https://github.com/acme/access';

describe('a report on the afternoon of the story', () => {
  it.each<readonly [string, (report: EvidenceReport) => string]>([
    ['md', (report) => reportMarkdown(report, URL_OF_REPOSITORY)],
    ['csv', reportCsv],
    ['json', (report) => `${jsonText(reportJson(report))}\n`],
    ['html', (report) => reportHtml(report, URL_OF_REPOSITORY)],
  ])('is this, as %s', async (format, render) => {
    const period = { from: at(-60), to: MIDNIGHT };
    const text = settled(render(await reportOn(story.repo, { period, signers: SIGNERS })));
    const file = new URL(`../../golden/report/story.${format}`, import.meta.url);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it.each<readonly [string, Instant | null, Instant, readonly string[]]>([
    ['before anything', null, at(0), []],
    ['the first minutes', null, at(6), [IDS.alice, IDS.dave]],
    ['ended or given in it', at(90), MIDNIGHT, [IDS.glass, IDS.longer]],
    ['what lives on', at(91), MIDNIGHT, [IDS.longer]],
  ])('takes what lies in the period: %s', async (_name, from, to, expected) => {
    expect(ids(await reportOn(story.repo, { period: { from, to } }))).toEqual(expected);
  });

  it('tells of a period as it was at its end, whatever came later', async () => {
    const report = await reportOn(story.repo, { period: { from: null, to: at(30) } });
    const [alice, dave, glass] = report.grants;
    expect(alice?.holdings).toMatchObject([{ state: 'active', endedAt: null, lateSeconds: null }]);
    expect(dave).toMatchObject({ endRequest: { reason: 'reverted' }, holdings: [{ lateSeconds: 60 }] });
    expect(glass).toMatchObject({ review: { at: null, by: null, verdict: null } });
    expect(totalsOf(report)).toMatchObject({ live: 2, overdue: 0, reviewsLate: 0, endedLate: 0, refused: 1 });
  });

  it('leaves refusals and violations to their own period', async () => {
    const { refused, violations } = await reportOn(story.repo, { period: { from: at(60), to: MIDNIGHT } });
    expect({ refused, violations }).toEqual({ refused: [], violations: [] });
  });

  it('says that nothing was proved when nobody said who may sign', async () => {
    const { verification } = await reportOn(story.repo);
    expect(verification).toEqual({ kind: 'not_verified', why: 'nobody said who may sign the ledger' });
  });

  it('says what of a forged ledger does not hold', async () => {
    const repo = copyOf(story.repo);
    commit(repo, { 'violations/2026/11/x.yaml': 'x', cursor: 'x' }, { branch: 'access-ledger' });
    const { verification, unread } = await reportOn(repo, { signers: SIGNERS });
    expect(verification).toMatchObject({ kind: 'verified' });
    expect('findings' in verification && verification.findings.map(({ code }) => code)).toContain('unsigned');
    expect(unread).toEqual(['violations/2026/11/x.yaml']);
  });
});

describe('changes of the control documents', () => {
  const CHANGED = '2026-11-23T08:00:00Z' as Instant;
  const SECONDS = epochSeconds(CHANGED);
  const LATER = '2026-12-01T00:00:00Z' as Instant;

  function changed(env: Record<string, string>) {
    const repo = copyOf(story.repo);
    const oid = commit(repo, { [POLICY_PATH]: `${POLICY}# x\n` }, { message: 'Loosen it\n\nmore', env });
    return { repo, oid };
  }

  it('are told with what the commit says of itself', async () => {
    const { repo, oid } = changed({ GIT_COMMITTER_DATE: `${SECONDS} +0100`, GIT_AUTHOR_NAME: 'Eve O. <b' });
    const { changes } = await reportOn(repo, { period: { from: CHANGED, to: LATER } });
    expect(changes).toEqual([
      { commit: oid, at: CHANGED, author: 'Eve O. b', subject: 'Loosen it', paths: [POLICY_PATH] },
    ]);
  });

  it('belong to the period in which they say they were made', async () => {
    const { repo } = changed({ GIT_COMMITTER_DATE: `${SECONDS} +0000` });
    expect((await reportOn(repo, { period: { from: at(0), to: CHANGED } })).changes).toEqual([]);
    expect((await reportOn(repo, { period: { from: null, to: CHANGED } })).changes).toHaveLength(1);
  });
});

/** Ids of commits hang on the key, which is another each time. */
function settled(text: string): string {
  return text.replace(/\b(?:[0-9a-f]{40}|[0-9a-f]{12})\b/g, '(commit)');
}
