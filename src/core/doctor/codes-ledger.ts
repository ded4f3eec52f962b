import { type Code, row } from './code.js';

const NO_GRANTS = 'No intent can be recorded, so nothing is granted.';

/** What can be wrong with the ledger's branch and with webhooks. */
export const LEDGER_CODES = {
  // Rules of the ledger's branch.
  ledger_open: row(
    'critical',
    'Others than the app can write to the ledger. Their commits are noticed and stop all new access.',
    'Add a ruleset for `{ledger}*` that restricts creations, updates and deletions, with this app as the only bypass: {rules}.',
  ),
  ledger_force_push: row(
    'critical',
    'The record of who had access can be rewritten. It is noticed here, and by an audit only with a commit to compare with.',
    'Add a second ruleset for `{ledger}*` with "Block force pushes" and an empty bypass list: {rules}.',
  ),
  ledger_deletion: row(
    'critical',
    'The record of who had access can be removed.',
    'Restrict deletions of `{ledger}*`: {rules}.',
  ),
  ledger_locked: row(
    'critical',
    NO_GRANTS,
    'Let this app bypass the ruleset that restricts updates of `{ledger}*`: {rules}.',
  ),
  ledger_rules_in_the_way: row(
    'critical',
    NO_GRANTS,
    'The ledger is pushed, signed with a key GitHub does not know: require neither pull requests nor checks nor signatures on `{ledger}*`: {rules}.',
  ),
  ledger_bypass: row(
    'critical',
    'Others than the app can write to the ledger. Their commits are noticed and stop all new access.',
    'Leave this app alone on the bypass list: {rules}.',
  ),
  ledger_unusable: row('critical', NO_GRANTS, 'Do what it says; docs/spec/ledger.md explains each code.'),
  ledger_key_differs: row(
    'critical',
    NO_GRANTS,
    'Name the key the ledger takes as signing_key in the settings, or hand the ledger over with it: hallpass ledger rotate-key.',
  ),
  canary_refused: row('critical', NO_GRANTS, 'Let this app write to `{ledger}*`: {rules}.'),
  canary_not_compared: row(
    'critical',
    'Two processes could overwrite what the other has recorded.',
    'Report it: git or the server ignores the state a push expects.',
  ),
  canary_forced: row(
    'warning',
    'Who steals the key of the app can rewrite the record of who had access.',
    'Add a second ruleset for `{ledger}*` with "Block force pushes" and an empty bypass list: {rules}.',
  ),
  // Webhooks.
  webhook_secret_weak: row(
    'critical',
    'The secret can be guessed, and webhooks be forged. They are only hints, but they cost work.',
    'Make one with `openssl rand -hex 32`, and set it on GitHub ({app_settings}) and in the settings.',
  ),
  webhook_url_missing: row(
    'warning',
    'Hallpass learns of everything only by its sweeps.',
    'Set it: {app_settings}.',
  ),
  webhook_url_differs: row(
    'warning',
    'Webhooks go somewhere else.',
    'Set it to {webhook_url}: {app_settings}.',
  ),
  webhook_insecure: row(
    'warning',
    'Others on the way can read and hold back webhooks.',
    'Use https and switch on SSL verification: {app_settings}.',
  ),
  webhook_unsigned: row(
    'critical',
    'GitHub signs no webhook, so all are refused.',
    'Set the secret: {app_settings}.',
  ),
  webhook_form: row(
    'warning',
    'Webhooks come in a form that Hallpass refuses.',
    'Choose application/json: {app_settings}.',
  ),
  deliveries_failing: row(
    'warning',
    'Hallpass learns of things only by its sweeps.',
    'See what was answered under {app_advanced}, then check the proxy before Hallpass.',
  ),
} as const satisfies Readonly<Record<string, Code>>;
