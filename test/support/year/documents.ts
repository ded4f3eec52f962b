import { providerKinds } from '../../../src/adapters/providers/index.js';
import type { Account } from '../../../src/core/identity.js';
import type { Control } from '../../../src/core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../../src/core/pull-request.js';
import { parseCatalog } from '../../../src/documents/catalog.js';
import type { Parsed } from '../../../src/documents/issue.js';
import { parsePeople } from '../../../src/documents/people.js';
import { parsePolicy } from '../../../src/documents/policy.js';

/** Who asks in a year, and who says yes. */
export const ASKERS: readonly Account[] = Array.from({ length: 60 }, (_, index) =>
  account(`asker-${index}`, 2_000 + index),
);
export const BOB = account('bob', 1_002);
export const CAROL = account('carol', 1_003);

function account(login: string, id: number): Account {
  return { login: login as Account['login'], id };
}

export const CATALOG = `version: 1
targets:
  orders-db: { kind: memory }
  warehouse: { kind: memory }
tiers:
  production: { min_approvals: 2, max_duration: 8h }
  staging: { min_approvals: 0 }
entitlements:
  orders-db-readonly: { title: Read orders, target: orders-db, tier: production, grant: { name: app_readonly } }
  orders-db-write: { title: Write orders, target: orders-db, tier: production, grant: { name: app_write } }
  warehouse-staging: { title: Warehouse in staging, target: warehouse, tier: staging, grant: { name: staging } }
`;

export const PEOPLE = `version: 1
people:
${ASKERS.map(({ login, id }) => `  ${login}: { id: ${id}, identities: { orders-db: "${login}", warehouse: "${login}" } }`).join('\n')}
`;

/** The policy after it was changed so and so many times: limits, tickets, conditions and approvers come and go. */
export function policyText(version: number): string {
  const hours = 2 + (version % 4);
  const ticket = version % 3 === 0 ? '    ticket: { pattern: "INC-[0-9]{1,8}" }\n' : '';
  const when =
    version % 5 === 0
      ? `    when: 'entitlement.tier == "production" && request.duration < duration("${hours + 1}h")'\n`
      : '';
  const approvers = version % 7 === 0 ? '[carol, erin, frank]' : '[carol, erin]';
  return `version: 1
# Version ${version}.
rules:
  - name: production-data
    entitlements: ["orders-db-*"]
    max_duration: ${hours}h
    max_total: 12h
${ticket}${when}    approvals:
      - { from: { users: [bob] }, count: 1 }
      - { from: { users: ${approvers} }, count: 1 }
    veto: { users: [dana] }
    approval_ttl: ${version % 2 === 0 ? '24h' : '8h'}
  - name: staging
    entitlements: ["warehouse-*"]
    max_duration: 1d
    auto_approve: true
  - name: on-call
    entitlements: ["orders-db-readonly"]
    break_glass: { max_duration: 1h, review_within: 24h, reviewers: { users: [carol] } }
`;
}

const catalog = certain(parseCatalog(Buffer.from(CATALOG), CATALOG_PATH, providerKinds));
const people = certain(parsePeople(Buffer.from(PEOPLE), PEOPLE_PATH));

export function controlOf(policy: string): Control {
  return { catalog, people, policy: certain(parsePolicy(Buffer.from(policy), POLICY_PATH)) };
}

export function certain<T>(parsed: Parsed<T>): T {
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}
