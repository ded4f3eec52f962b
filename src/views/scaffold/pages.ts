import type { Scaffold } from './documents.js';

export function readmeMd({ answers: { organization } }: Scaffold): string {
  return `# Who may have what, for how long

Access in ${organization} is asked for here, by pull request, and ends by itself.

- [Ask for access](access-requests/README.md)
- What can be held: [catalog](.github/access/catalog.yaml). Who has to agree: [policy](.github/access/policy.yaml)
- The branch \`access-ledger\` records what was granted and when it ended. Only the app writes there.
`;
}

/** For the people who ask; what can be copied asks for what the first rule allows. */
export function requestersMd({ first, answers }: Scaffold): string {
  const login = answers.person?.login ?? 'your-login';
  return `# Ask for access

On a command line, from a clone of this repository:

\`\`\`sh
hallpass request --watch
\`\`\`

Or by hand, also in the browser:

1. Add one file below this folder: \`access-requests/<year>/<month>/<any-name>.yaml\`, with the year and month of today (UTC), such as
   \`access-requests/2026/01/${login.toLowerCase()}-${first.entitlement}.yaml\`. Names are lower case: letters, digits, \`.\`, \`_\` and \`-\`.

   \`\`\`yaml
   version: 1
   subject: ${login}                     # the GitHub login of whoever will hold the access
   entitlements: [${first.entitlement}]   # ids from .github/access/catalog.yaml
   duration: 1h                           # minutes, hours or days: 30m, 2h, 1d; counts from the merge
   justification: "What you need it for"
   \`\`\`

2. Open a pull request with nothing else in it. The check \`hallpass\` and a comment say what is missing, and who can approve.
   Commit with an address that is verified on GitHub, or nobody's approval counts.
3. Access starts with the merge and ends after the duration, whatever happens.

| you want | do |
|---|---|
| more time | a new request with \`extends: <year>/<month>/<name of the first>\`, before the first one ends |
| to give it back early | \`/hallpass revoke\` as the first line of a comment on the merged pull request, or its *Revert* button |
| to withdraw the request | \`/hallpass cancel\` as the first line of a comment, or close the pull request |
| another look at an open pull request | \`/hallpass recheck\` as the first line of a comment |

Files here are never changed. A name is used once; for the same thing again, take a new one.

${toCopy(login, first.entitlement)}`;
}

function toCopy(login: string, entitlement: string): string {
  return `## To copy

Later, at most 72 hours ahead:

\`\`\`yaml
version: 1
subject: ${login}
entitlements: [${entitlement}]
duration: 2h
start: 2026-01-05T14:00:00Z
justification: "Maintenance window"
\`\`\`

Longer, while it still runs, without a gap:

\`\`\`yaml
version: 1
subject: ${login}
entitlements: [${entitlement}]
duration: 1h
extends: 2026/01/${login.toLowerCase()}-${entitlement}
justification: "The repair takes longer"
\`\`\`
`;
}

export const PULL_REQUEST_TEMPLATE = `<!--
Asking for access? This pull request adds request files below access-requests/ and nothing else; see access-requests/README.md.
The comment of the app says what is missing and who can approve. You can delete this text.
-->
`;

/** Only the owners may change what decides; requests need no code owner, or every one would wait for them. */
export function codeOwners({ answers: { organization, approvers } }: Scaffold): string {
  const owner = `@${organization}/${approvers.at(-1) ?? ''}`;
  return `# Who may change what decides. Requests stand in no row: the app says who has to agree to those.
# .gitattributes need not be there; whoever added one could change how files read.
/.github/ ${owner}
/.gitattributes ${owner}
`;
}

/**
 * It can only read, and runs no code of the pull request: the program comes from npm in the version that wrote this file. The app
 * says the same and more; this also says it while the app is down.
 */
export function workflowYaml({ answers: { version } }: Scaffold): string {
  const run = `npx --yes --ignore-scripts hallpass@${version}`;
  return `# Checks the documents on every pull request. It can write nothing; what counts is the check of the app.
name: documents
on:
  pull_request:

permissions:
  contents: read

jobs:
  validate:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          path: access
          persist-credentials: false
      # The package has to be on the registry that npm asks here. Where it is not, have it on one of your own (NPM_CONFIG_REGISTRY in an
      # \`env:\`), or leave these two steps out: the app does the same.
      # Beside the checkout, so that no file of the pull request can say how npm works or what is run.
      - run: ${run} validate --repo access --format github
      - run: ${run} policy test --repo access
`;
}

/** What a YAML editor needs to know the schema of a request, which would not say it itself. */
export const EDITOR_SETTINGS = `{
  "yaml.schemas": {
    ".github/access/schemas/access-request.schema.json": "access-requests/**/*.yaml"
  }
}
`;
