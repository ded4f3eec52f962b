import { describe, expect, it } from 'vitest';
import { missingOf } from '../../src/views/missing.js';
import { toText } from '../../src/views/phrase.js';
import { account, entitlement, PENDING, requestView } from './decisions.js';

function said(...args: Parameters<typeof requestView>): readonly string[] {
  return missingOf(requestView(...args)).map(toText);
}

const [DBA, SECURITY] = PENDING.groups as [(typeof PENDING.groups)[0], (typeof PENDING.groups)[0]];

describe('what is missing', () => {
  it('says places group by group, and other findings as they are', () => {
    expect(said(PENDING)).toEqual([
      'erin asked for changes, and has a say under rule production-data. erin can approve instead, or the review can be dismissed.',
      '1 approval from team security or dana: carol or dana can give it',
    ]);
  });

  it('keeps the finding when the groups have too few people between them', () => {
    const only = [account('carol', 1003)];
    const groups = [
      { ...DBA, filledBy: [], candidates: only },
      { ...SECURITY, candidates: only },
    ];
    expect(said({ ...PENDING, groups })).toContain(
      '1 of 2 approvals for rule production-data; missing: 1 from team security or dana. carol or dana can approve.',
    );
  });

  it('keeps the finding when nobody can fill a group', () => {
    expect(said({ ...PENDING, groups: [{ ...SECURITY, candidates: [] }] })).toEqual([
      expect.stringContaining('1 of 2 approvals'),
      expect.stringContaining('erin'),
      '1 approval from team security or dana: nobody can give it now',
    ]);
  });

  it('says the floor of a tier that asks for more than the groups', () => {
    const strict = entitlement({ tier: { id: 'vault', minApprovals: 3, nativeExpiry: 'optional' } });
    expect(said(PENDING, { entitlements: [strict] })).toContainEqual(
      expect.stringContaining('1 of at least 2 people'),
    );
    expect(said(PENDING, { entitlements: [] })).toContainEqual(
      expect.stringContaining('1 of at least 2 people'),
    );
  });

  it('names nobody where nobody looked into the teams', () => {
    const groups = [{ ...SECURITY, candidates: [], reached: false }];
    expect(said({ ...PENDING, groups }, { teamsUnknown: true }).at(-1)).toBe(
      '1 approval from team security or dana: whoever is in it and has no part in the request can give it, after the stages before it',
    );
  });

  it('says the same thing once', () => {
    const twice = [...PENDING.findings, ...PENDING.findings];
    expect(said({ ...PENDING, findings: twice })).toEqual(said(PENDING));
  });

  it('keeps what could not be judged', () => {
    const findings = PENDING.findings.map((finding) => ({ ...finding, status: 'errored' as const }));
    expect(said({ ...PENDING, findings })).toHaveLength(findings.length + 1);
  });
});
