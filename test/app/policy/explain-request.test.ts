import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { explainRequest } from '../../../src/app/policy/explain-request.js';
import type { RequestId } from '../../../src/core/request.js';
import { missingOf } from '../../../src/views/missing.js';
import { toText } from '../../../src/views/phrase.js';
import { at, NOON } from '../entries.js';

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
        return readFileSync(new URL(`../../../${path}`, import.meta.url));
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
  const deps = {
    kinds: providerKinds,
    clock: { now: () => NOON },
    read: async (path: string) =>
      path.startsWith('access-requests/')
        ? Buffer.from(asks())
        : readFileSync(new URL(`../../../${path}`, import.meta.url)),
  };
  const given = (text: string) => explainRequest(deps, ID, { file: 'facts.yaml', bytes: Buffer.from(text) });

  it('decides with the facts of a case, and the rest as usual', async () => {
    const explained = await given(`teams: { engineering: [alice], dba: [bob], security: [carol, erin] }
now: ${at(5)}
reviews:
  - { by: bob, state: approved }
  - { by: carol, state: approved, commit: stale }
`);
    if (!('view' in explained)) throw new Error(JSON.stringify(explained));
    expect(explained.evidence).toBe('given');
    expect(explained.view).toMatchObject({ requester: 'alice', window: { startsAt: at(5) } });
    expect(explained.view.teamsUnknown).toBeUndefined();
    expect(explained.view.decision.dismissals).toMatchObject([{ reason: 'stale_commit' }]);
    expect(missingOf(explained.view).map(toText)).toEqual([
      '1 approval from team security or dana: carol, dana or erin can give it',
    ]);
  });

  it('takes JSON, and the clock when it says no time', async () => {
    const explained = await given('{"requester": "bob", "teams": {"engineering": ["alice", "bob"]}}');
    expect(explained).toMatchObject({ view: { requester: 'bob', window: { startsAt: NOON } } });
  });

  it.each([
    ['reveiws: []\n', 'unknown_key'],
    ['now: yesterday\n', 'invalid_value'],
    ['', 'empty_document'],
    ['teams: [\n', 'yaml_syntax'],
  ])('says what is wrong with it: %j', async (text, code) => {
    expect(await given(text)).toMatchObject({ issues: [{ file: 'facts.yaml', code }] });
  });
});
