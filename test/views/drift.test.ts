import { describe, expect, it } from 'vitest';
import type { Drift } from '../../src/core/reconcile/drift.js';
import { type DriftFinding, type DriftReport, reportOf } from '../../src/core/reconcile/report.js';
import type { RequestId } from '../../src/core/request.js';
import { addSeconds, instantOf } from '../../src/core/time.js';
import { driftMarkdown, driftNotice, driftText } from '../../src/views/drift.js';
import { driftJson } from '../../src/views/drift-json.js';
import { outsideCode } from './markdown.js';

const now = instantOf(1_790_000_000);
const EVIL = '@all <b> ``` \n# x \u001b[31m https://example.com #1';

function report(drift: readonly Drift[], more: Partial<DriftFinding> = {}): DriftReport {
  const looks = [
    { target: 'orders-db', looked: 'whole', drift, managed: drift.length },
    { target: 'vpn', looked: 'not', code: 'unreachable', drift: [], managed: 0 },
    { target: 'wiki', looked: 'part', drift: [], managed: 0 },
  ] as const;
  const { at, targets } = reportOf(looks, { now, firstSeen: new Map() });
  return {
    at,
    targets: targets.map((target) => ({
      ...target,
      findings: target.findings.map((finding) => ({ ...finding, ...more })),
    })),
  };
}

const holding = (subject: string) => ({ target: 'orders-db', subject, grant: { role: 'app_readonly' } });
const ALL: readonly Drift[] = [
  {
    kind: 'overdue',
    holding: holding('alice_ro'),
    id: '2026/11/a' as RequestId,
    entitlement: 'read',
    since: now,
  },
  { kind: 'orphaned', holding: holding('mallory') },
  { kind: 'unmanaged', holding: holding('eve') },
  {
    kind: 'missing',
    holding: holding('bob'),
    id: '2026/11/b' as RequestId,
    entitlement: 'read',
    preexisting: true,
  },
];

describe('drift', () => {
  it('as text and as Markdown', async () => {
    await expect(`${driftText(report(ALL))}\n`).toMatchFileSnapshot('../golden/drift/all.txt');
    await expect(`${driftMarkdown(report(ALL))}\n`).toMatchFileSnapshot('../golden/drift/all.md');
  });

  it('as the issue of its owners', async () => {
    const owners = { teams: ['dba'], users: [] };
    const findings = report(ALL).targets[0]?.findings ?? [];
    await expect(`${driftNotice('orders-db', owners, findings)}\n`).toMatchFileSnapshot(
      '../golden/drift/issue.md',
    );
  });

  it('says the same whenever it is looked at, so that an issue is edited only when something changed', () => {
    const later = { ...report(ALL), at: addSeconds(now, 60) };
    expect(driftMarkdown(later)).toBe(driftMarkdown(report(ALL)));
  });

  it('lets no name do anything, whoever chose it', () => {
    const hostile = report([
      { kind: 'unmanaged', holding: { target: 'orders-db', subject: EVIL, grant: { role: EVIL } } },
    ]);
    expect(outsideCode(driftMarkdown(hostile))).not.toMatch(/@|<b>|https:|#1/);
    expect(driftText(hostile)).not.toContain('\u001b');
    expect(
      driftText(hostile)
        .split('\n')
        .filter((line) => line.startsWith('# x')),
    ).toEqual([]);
  });

  it('bounds what stands in one issue and says how much is left out', () => {
    const many = Array.from(
      { length: 130 },
      (_, index): Drift => ({ kind: 'unmanaged', holding: holding(`s${index}`) }),
    );
    const text = driftNotice('orders-db', null, report(many).targets[0]?.findings ?? []);
    expect(text.match(/^- /gm)).toHaveLength(101);
    expect(text).toContain('and 30 more');
  });

  it('as JSON with the keys the page of it lists', () => {
    const { targets } = driftJson(report(ALL)) as { targets: { findings: object[] }[] };
    expect(Object.keys(targets[0] ?? {})).toEqual(['target', 'looked', 'code', 'stopped', 'findings']);
    expect(Object.keys(targets[0]?.findings[0] ?? {})).toEqual([
      'kind',
      'subject',
      'login',
      'entitlements',
      'grant',
      'id',
      'since',
      'next',
      'owners',
    ]);
  });
});
