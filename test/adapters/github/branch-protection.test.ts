import { describe, expect, it } from 'vitest';
import { protectionRules } from '../../../src/adapters/github/branch-protection.js';

const APP = 4711;
const kinds = (protection: Parameters<typeof protectionRules>[0]) =>
  protectionRules(protection, APP).map(({ kind }) => kind);

describe('the older branch protection', () => {
  it('blocks force pushes and deletion unless it says otherwise', () => {
    expect(kinds({})).toEqual(['blocks_force_push', 'blocks_deletion']);
    expect(kinds({ allow_force_pushes: { enabled: true }, allow_deletions: { enabled: true } })).toEqual([]);
  });

  it('holds administrators only when it says so', () => {
    const [lax] = protectionRules({}, APP);
    expect(lax?.bypass).toEqual([{ who: 'repository admins', isThisApp: false, pullRequestsOnly: false }]);
    const [strict] = protectionRules({ enforce_admins: { enabled: true } }, APP);
    expect(strict?.bypass).toEqual([]);
  });

  it('tells whose check is required, and who may push', () => {
    const rules = protectionRules(
      {
        enforce_admins: { enabled: true },
        required_status_checks: { contexts: ['hallpass'], checks: [{ context: 'hallpass', app_id: APP }] },
        restrictions: { users: [{ id: 7 }], teams: [], apps: [{ id: APP }, null] },
        required_pull_request_reviews: { dismiss_stale_reviews: true, require_code_owner_reviews: false },
      },
      APP,
    );
    expect(rules).toMatchObject([
      { kind: 'blocks_force_push' },
      { kind: 'blocks_deletion' },
      {
        kind: 'restricts_updates',
        bypassedByThisApp: true,
        bypass: [{ who: 'user 7' }, { who: `app ${APP}` }, { who: 'app unknown' }],
      },
      { kind: 'requires_checks', checks: [{ name: 'hallpass', app: APP }] },
      { kind: 'requires_pull_request', approvals: 0, dismissesStale: true, lastPushApproval: false },
    ]);
    const [, , unbound] = protectionRules({ required_status_checks: { contexts: ['hallpass'] } }, APP);
    expect(unbound).toMatchObject({ checks: [{ name: 'hallpass', app: null }] });
  });
});
