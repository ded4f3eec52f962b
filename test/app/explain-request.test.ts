import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { explainRequest } from '../../src/app/explain-request.js';
import type { Evidence } from '../../src/core/policy/evidence.js';
import type { RequestId } from '../../src/core/request.js';
import { missingOf } from '../../src/views/missing.js';
import { toText } from '../../src/views/phrase.js';
import { at, NOON } from './entries.js';

const ID = '2026/11/alice-orders-db' as RequestId;

/** The worked example of this repository, with one request of our own. */
function explain(request: string, changes: Readonly<Record<string, string | undefined>> = {}, now = NOON) {
  const files = new Map(Object.entries({ [`access-requests/${ID}.yaml`]: request, ...changes }));
  return explainRequest(
    {
      kinds: providerKinds,
      clock: { now: () => now },
      async read(path) {
        if (files.has(path))
          return files.get(path) === undefined ? undefined : Buffer.from(files.get(path) ?? '');
        return readFileSync(new URL(`../../${path}`, import.meta.url));
      },
    },
    ID,
  );
}

function asks(changes: Readonly<Record<string, string>> = {}): string {
  const request = {
    version: '1',
    subject: 'alice',
    entitlements: '[orders-db-readonly]',
    duration: '2h',
    justification: '"INC-1: look"',
    ticket: 'INC-1',
    ...changes,
  };
  return Object.entries(request)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

describe('a request nobody has opened yet', () => {
  it('tells who could approve, and that nothing else is missing', async () => {
    const explained = await explain(asks());
    if (!('view' in explained)) throw new Error(JSON.stringify(explained));
    expect(explained.evidence).toBe('assumed');
    expect(explained.view.decision.outcome).toBe('pending');
    expect(JSON.stringify(explained.view.decision.findings)).not.toContain('not enough');
    expect(missingOf(explained.view).map(toText)).toEqual([
      '1 approval from team dba: whoever is in it and has no part in the request can give it',
      '1 approval from team security or dana: whoever is in it and has no part in the request can give it',
    ]);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    ['over the limit of the rule', { duration: '3h' }, 'denied', 'duration'],
    ['without the ticket', { ticket: 'CHG-1' }, 'denied', 'ticket'],
    ['of an unknown entitlement', { entitlements: '[nothing]' }, 'invalid', 'entitlement'],
    [
      'break-glass nobody allows',
      { break_glass: 'true', entitlements: '[orders-db-writer]' },
      'denied',
      'rule',
    ],
    ['far ahead', { start: '2026-12-22T00:00:00Z' }, 'invalid', 'start'],
    ['of somebody people does not know', { subject: 'eve' }, 'denied', 'identity'],
  ])('is told what policy already forbids: %s', async (_name, changes, outcome, code) => {
    const explained = await explain(asks(changes));
    if (!('view' in explained)) throw new Error(JSON.stringify(explained));
    const { decision } = explained.view;
    const failed = decision.findings
      .filter(({ status }) => status !== 'satisfied')
      .map((finding) => finding.code);
    expect(decision.outcome).toBe(outcome);
    expect(failed).toContain(code);
  });

  it.each([
    ['what approves itself', { entitlements: '[orders-deployers]', duration: '8h' }],
    ['break-glass', { break_glass: 'true', duration: '1h' }],
    ['an extension, as if its grant were live', { extends: '2026/11/earlier' }],
  ])('assumes in its favour: %s', async (_name, changes) => {
    const explained = await explain(asks(changes as Record<string, string>));
    if (!('view' in explained)) throw new Error(JSON.stringify(explained));
    const failed = explained.view.decision.findings.filter(({ status }) => status !== 'satisfied');
    expect(failed.filter(({ otherwise }) => otherwise !== 'pending')).toEqual([]);
  });

  it('does not assume membership of a team that is forbidden to ask', async () => {
    const policy = `version: 1
rules:
  - { name: all, entitlements: ["*"], requesters: { teams: [staff] }, auto_approve: true }
  - { name: not-guests, entitlements: ["*"], requesters: { teams: [guests] }, deny: No guests. }
`;
    const explained = await explain(asks({ entitlements: '[orders-deployers]' }), {
      '.github/access/policy.yaml': policy,
    });
    expect('view' in explained && explained.view.decision.outcome).toBe('approved');
  });

  it('knows freezes by the clock', async () => {
    const explained = await explain(asks(), {}, '2026-12-25T00:00:00Z' as typeof NOON);
    expect('view' in explained && explained.view.decision.outcome).toBe('denied');
  });
});

describe('documents that cannot be used', () => {
  it('are all named at once', async () => {
    const explained = await explain('version: 2\n', { '.github/access/people.yaml': undefined });
    expect('issues' in explained && explained.issues.map(({ file, code }) => `${file} ${code}`)).toEqual([
      '.github/access/people.yaml document_missing',
      `access-requests/${ID}.yaml unknown_version`,
    ]);
  });
});

describe('given evidence', () => {
  it('is taken as it is, and what is wrong with it is said', async () => {
    const deps = {
      kinds: providerKinds,
      clock: { now: () => NOON },
      read: async (path: string) =>
        path.startsWith('access-requests/')
          ? Buffer.from(asks())
          : readFileSync(new URL(`../../${path}`, import.meta.url)),
    };
    const evidence: Evidence = {
      now: at(5),
      pullRequest: { number: 1, openedAt: NOON },
      requester: null,
      requesterType: 'User',
      subject: null,
      head: '0'.repeat(40) as Evidence['head'],
      epoch: null,
      reviews: [],
      contributors: null,
      pushers: null,
      teams: [],
      live: [],
      openRequests: null,
      held: null,
      owedReviews: [],
    };
    const explained = await explainRequest(deps, ID, () => ({ value: evidence, warnings: [] }));
    expect(explained).toMatchObject({
      evidence: 'given',
      view: { requester: null, window: { startsAt: at(5) } },
    });
    expect('view' in explained && explained.view.teamsUnknown).toBeUndefined();

    const issue = {
      file: 'e.yaml',
      line: 1,
      column: 1,
      code: 'unknown_key',
      severity: 'error',
      message: 'm',
      fix: 'f',
    } as const;
    expect(await explainRequest(deps, ID, () => ({ issues: [issue] }))).toEqual({ issues: [issue] });
  });
});
