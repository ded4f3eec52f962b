/** The access repository that the sandbox starts with. */
export const POLICY = `version: 1
rules:
  - name: production-data
    entitlements: ["orders-db-*"]
    requesters: { teams: [engineering] }
    max_duration: 2h
    ticket: { pattern: "INC-[0-9]{1,8}" }
    approvals:
      - { from: { teams: [dba] }, count: 1 }
      - { from: { teams: [security] }, count: 1 }
    approval_ttl: 24h
  - name: staging-self-service
    entitlements: [orders-deployers]
    requesters: { teams: [engineering] }
    max_duration: 8h
    auto_approve: true
    auto_merge: true
  - name: on-call-break-glass
    entitlements: [orders-db-readonly]
    requesters: { teams: [on-call] }
    break_glass: { max_duration: 1h, review_within: 24h, reviewers: { teams: [security] } }
`;

export const CATALOG = `version: 1
targets:
  orders-db: { kind: postgres }
  teams: { kind: github-team }
tiers:
  production: { min_approvals: 2, max_duration: 4h }
  staging: { min_approvals: 0, max_duration: 8h }
entitlements:
  orders-db-readonly:
    title: Read the orders database
    target: orders-db
    tier: production
    grant: { role: app_readonly }
    exclusive: true
  orders-deployers:
    title: Deploy the orders service to staging
    target: teams
    tier: staging
    grant: { team: orders-deployers }
`;

export const PEOPLE = `version: 1
people:
  alice: { id: 1001, identities: { orders-db: alice_ro } }
  bob: { id: 1002, identities: { orders-db: bob_dba } }
  carol: { id: 1003 }
`;

const INBOX = `# Access requests

Add a file \`<year>/<month>/<name>.yaml\` in a pull request to ask for access:

    version: 1
    subject: your-login
    entitlements: [orders-db-readonly]
    duration: 1h
    justification: "INC-1: why"
    ticket: INC-1
`;

/** Path to content of the first commit on \`main\`. */
export const FIRST_FILES: Readonly<Record<string, string>> = {
  'README.md': '# Who may have what, for how long\n',
  '.github/access/policy.yaml': POLICY,
  '.github/access/catalog.yaml': CATALOG,
  '.github/access/people.yaml': PEOPLE,
  'access-requests/README.md': INBOX,
};

export const USERS = [
  { login: 'alice', id: 1001, permission: 'write' },
  { login: 'bob', id: 1002, permission: 'write' },
  { login: 'carol', id: 1003, permission: 'write' },
  { login: 'dana', id: 1004, permission: 'write' },
  { login: 'root', id: 1005, permission: 'admin' },
] as const;

/** Approvals count only where every commit has an author with an account, and the machine's own user has none here. */
export function gitIdentity(login: string): string {
  const id = USERS.find((user) => user.login === login)?.id;
  return `-c user.name=${login} -c user.email=${id}+${login}@users.noreply.github.com`;
}

export const TEAMS: Readonly<Record<string, readonly string[]>> = {
  engineering: ['alice', 'bob'],
  dba: ['bob', 'dana'],
  security: ['carol'],
  'on-call': ['alice'],
  'orders-deployers': [],
};
