/** The access repository of the model test, and the same said once more as a table, for the model to go by. */

export const POLICY = `version: 1
rules:
  - name: data
    entitlements: [db-read]
    requesters: { teams: [engineering] }
    max_duration: 2h
    approvals:
      - { from: { teams: [dba] }, count: 1 }
      - { from: { teams: [security] }, count: 1 }
  - name: reports
    entitlements: [db-reports]
    requesters: { teams: [engineering] }
    max_duration: 2h
    approvals:
      - { from: { teams: [dba] }, count: 1 }
  - name: deployments
    entitlements: [ci-deploy]
    requesters: { teams: [engineering] }
    max_duration: 2h
    approvals:
      - { from: { teams: [security] }, count: 1 }
  - name: logs
    entitlements: [ci-logs]
    requesters: { teams: [engineering] }
    max_duration: 2h
    auto_approve: true
    auto_merge: true
  - name: emergency
    entitlements: [db-read, ci-deploy]
    requesters: { teams: [on-call] }
    break_glass: { max_duration: 1h, review_within: 24h, reviewers: { teams: [security] } }
`;

export const BROKEN_POLICY = `${POLICY}  - name: [this is no rule\n`;

export const CATALOG = `version: 1
targets:
  db: { kind: memory }
  ci: { kind: memory }
tiers:
  production: { min_approvals: 2, max_duration: 4h }
  internal: { min_approvals: 1, max_duration: 4h }
  open: { min_approvals: 0, max_duration: 4h }
entitlements:
  db-read: { title: Read the orders, target: db, tier: production, grant: { name: orders } }
  db-reports: { title: The same by another name, target: db, tier: internal, grant: { name: orders } }
  ci-deploy: { title: Deploy, target: ci, tier: internal, grant: { name: deployers } }
  ci-logs: { title: Read the logs, target: ci, tier: open, grant: { name: logs } }
`;

export const PEOPLE = `version: 1
people:
  alice: { id: 1001 }
  bob: { id: 1002 }
`;

export const TEAMS: Readonly<Record<string, readonly string[]>> = {
  engineering: ['alice', 'bob', 'dana'],
  dba: ['bob', 'dana'],
  security: ['carol', 'dana'],
  'on-call': ['alice', 'bob'],
};

export const HOUR = 3_600;

export type TargetId = 'db' | 'ci';

interface Rule {
  /** One distinct person from each. */
  readonly from: readonly string[];
  readonly longest: number;
  /** Who may ask for it and hold it. */
  readonly requesters: string;
}

export interface Thing {
  readonly target: TargetId;
  readonly name: string;
  readonly rule: Rule;
  readonly emergency?: Rule;
  /** Hallpass merges by itself what is approved; break-glass always. */
  readonly merges?: boolean;
}

const rule = (...from: readonly string[]): Rule => ({ from, longest: 2 * HOUR, requesters: 'engineering' });
const EMERGENCY: Rule = { from: [], longest: HOUR, requesters: 'on-call' };

export const THINGS: Readonly<Record<string, Thing>> = {
  'db-read': { target: 'db', name: 'orders', rule: rule('dba', 'security'), emergency: EMERGENCY },
  'db-reports': { target: 'db', name: 'orders', rule: rule('dba') },
  'ci-deploy': { target: 'ci', name: 'deployers', rule: rule('security'), emergency: EMERGENCY },
  'ci-logs': { target: 'ci', name: 'logs', rule: rule(), merges: true },
};

/** Who may be meant by a command, beside `root`. */
export const LOGINS = ['alice', 'bob', 'carol', 'dana'];
