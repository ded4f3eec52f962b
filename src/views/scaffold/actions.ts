import { FIRST_TARGETS, type ScaffoldAnswers } from '../../core/scaffold.js';
import type { Scaffold } from './documents.js';

/** What a kind of target needs beside Hallpass itself. */
const PEERS: Readonly<Record<string, string>> = { ldap: 'ldapts@8' };

export const ACTIONS_PATHS = {
  run: '.github/workflows/hallpass.yaml',
  review: '.github/workflows/hallpass-review.yaml',
} as const;

const WHEN = `# Hallpass without a server. It checks out nothing and runs no code of a pull request: everything it goes by is read from GitHub.
# What it needs and what it cannot do: docs/without-a-server.md of Hallpass.
name: hallpass
on:
  # Of the default branch, whatever a pull request makes of this file.
  pull_request_target:
    branches: [main]
    types: [opened, reopened, synchronize, ready_for_review, converted_to_draft, edited, closed]
  issue_comment:
    types: [created]
  # A review itself would run the file of the pull request; the workflow below only says that there was one.
  workflow_run:
    workflows: [hallpass review]
    types: [completed]
  push:
    branches: [main]
  schedule:
    - cron: "*/5 * * * *"
  workflow_dispatch:

# The token of the workflow may do nothing: Hallpass acts as its own app.
permissions: {}

# One at a time. GitHub keeps one waiting and drops the others, which is no loss: each run looks at everything.
concurrency:
  group: hallpass
  cancel-in-progress: false

`;

/**
 * Runs what a server does, once, whenever something may have happened. Nothing of an event goes into it: what there is to do is read
 * from GitHub and git, and the documents are data. The job is bound to an environment, so that its secrets are for this file on the
 * default branch alone.
 */
export function actionsYaml({ answers }: Scaffold): string {
  const { kind, version } = answers;
  const packages = [`hallpass@${version}`, PEERS[kind]].filter((one) => one !== undefined);
  return `${WHEN}jobs:
  pass:
    # The app's own comments start no run.
    if: github.event_name != 'issue_comment' || startsWith(github.event.comment.body, '/hallpass ')
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    environment: hallpass
    steps:
      # What notices a ledger that was set back and a team that was made anew outlives the run.
      - uses: actions/cache/restore@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
        with:
          path: data
          key: hallpass-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: hallpass-
      # The package has to be on the registry that npm asks here; NPM_CONFIG_REGISTRY in an \`env:\` names one of your own.
      - run: npm install --prefix tool --ignore-scripts --no-audit --no-fund ${packages.join(' ')}
      - run: |
          umask 077
          printf '%s\\n' "$SETTINGS" > hallpass.yaml
          # Nothing listens for webhooks here, but settings want a secret for them.
          HALLPASS_WEBHOOK_SECRET="$(openssl rand -hex 32)"
          export HALLPASS_WEBHOOK_SECRET
          tool/node_modules/.bin/hallpass reconcile --once --sweep --settings hallpass.yaml
        env:
          # They say where secrets go, so they stand in this file, which code owners look after. To change a variable, GitHub's API asks
          # for no more than collaborator access.
          SETTINGS: |
${settingsYaml(answers)}
          HALLPASS_APP_KEY: \${{ secrets.HALLPASS_APP_KEY }}
          HALLPASS_SIGNING_KEY: \${{ secrets.HALLPASS_SIGNING_KEY }}
      - uses: actions/cache/save@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
        if: always()
        with:
          path: data
          key: hallpass-\${{ github.run_id }}-\${{ github.run_attempt }}
`;
}

/** To be filled in; there is no secret in it. */
function settingsYaml({ organization, kind }: ScaffoldAnswers): string {
  return `version: 1
github:
  app_id: 123456
  private_key: { env: HALLPASS_APP_KEY }
  webhook_secret: { env: HALLPASS_WEBHOOK_SECRET }
repository: { owner: ${organization}, name: access, id: 987654321, installation_id: 12345678 }
data_dir: data
signing_key: { env: HALLPASS_SIGNING_KEY }
targets:
  ${FIRST_TARGETS[kind]?.target ?? kind}: { kind: ${kind} } # and how to reach it: docs/providers/${kind}.md of Hallpass`.replaceAll(
    /^/gm,
    ' '.repeat(12),
  );
}

/** Runs from the pull request's own copy, so it may do nothing and says nothing but that it ran. */
export const REVIEW_YAML = `# Somebody reviewed. This runs what a pull request makes of it, so it has no rights and no secrets, and nothing it says is read.
name: hallpass review
on:
  pull_request_review:
    types: [submitted, edited, dismissed]

permissions: {}

jobs:
  hint:
    runs-on: ubuntu-24.04
    timeout-minutes: 2
    steps:
      - run: "true"
`;
