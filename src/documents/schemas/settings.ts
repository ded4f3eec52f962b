import { NOTICE_EVENTS } from '../../core/notice.js';
import {
  dictionary,
  documentSchema,
  flag,
  integer,
  list,
  mapping,
  pattern,
  type Schema,
  text,
  word,
} from '../schema.js';
import { DURATION, ENTITLEMENT_PATTERN, GROUP, ID, LOGIN, NUMERIC_ID, VERSION } from './words.js';

/** Secrets are never in the document itself: it says where they are. */
export const SECRET = mapping(
  {
    env: pattern('^[A-Za-z_][A-Za-z0-9_]{0,127}$', 'the name of an environment variable'),
    file: text(1, 390, 'the path of a file'),
    command: list(
      text(1, 390, 'the absolute path of a program, or an argument'),
      'a program and its arguments',
      {
        minItems: 1,
        maxItems: 32,
      },
    ),
  },
  {
    optional: ['env', 'file', 'command'],
    description: 'where the secret is: { env: NAME }, { file: PATH } or { command: [PROGRAM, ARGUMENT] }',
    minProperties: 1,
    maxProperties: 1,
  },
);

const HOST = pattern(
  '^(?:api\\.github\\.com|https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*|http://(?:127\\.0\\.0\\.1|localhost)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*)$',
  'api.github.com or the https address of an API such as https://github.example.com/api/v3, without a slash at the end',
);

const BRANCH = pattern(
  '^[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*$',
  'the name of a branch',
);

const SCHEDULE = pattern(
  '^[0-9A-Za-z*/,-]+(?: [0-9A-Za-z*/,-]+){4,5}$',
  'a cron expression of five or six fields such as "* * * * *"',
);

/** Every other key belongs to the kind, whose own schema is closed. */
const TARGET: Schema = {
  type: 'object',
  description: 'a target: its kind, and how to reach it',
  properties: { kind: ID },
  required: ['kind'],
};

const SOME = { minItems: 1, maxItems: 100, uniqueItems: true } as const;

/** A receiver of notices. That `secrets` belong to a webhook, and only there, is checked besides. */
const RECEIVER = mapping(
  {
    name: ID,
    kind: word({ slack: true, webhook: true }),
    url: SECRET,
    secrets: list(SECRET, 'a list of secrets to sign with', { minItems: 1, maxItems: 4 }),
    events: list(word(allTrue(NOTICE_EVENTS)), 'a list of events', SOME),
    entitlements: list(ENTITLEMENT_PATTERN, 'a list of ids or prefixes with a trailing *', SOME),
    targets: list(ID, 'a list of targets', SOME),
    rules: list(ID, 'a list of names of rules', SOME),
  },
  {
    optional: ['secrets', 'events', 'entitlements', 'targets', 'rules'],
    description: 'a receiver of notices',
  },
);

function allTrue<W extends string>(table: Readonly<Record<W, unknown>>): Readonly<Record<W, true>> {
  return Object.fromEntries(Object.keys(table).map((key) => [key, true])) as Record<W, true>;
}

/** That a stream has one place, and that `secrets` belong to an address, is checked besides. */
const STREAM = mapping(
  {
    name: ID,
    format: word({ ocsf: true, json: true }),
    file: text(1, 390, 'the path of a file'),
    url: SECRET,
    secrets: list(SECRET, 'a list of secrets to sign with', { minItems: 1, maxItems: 4 }),
  },
  { optional: ['file', 'url', 'secrets'], description: 'where a stream of the ledger goes' },
);

const CHECKPOINTS = mapping(
  {
    every: DURATION,
    folder: text(1, 390, 'the path of a folder'),
    command: list(
      text(1, 390, 'the absolute path of a program, or an argument'),
      'a program and its arguments',
      { minItems: 1, maxItems: 32 },
    ),
  },
  {
    optional: ['folder', 'command'],
    description: 'where and how often the state of the ledger is written down',
  },
);

export const SETTINGS = documentSchema(
  'settings',
  'Settings of the server',
  mapping(
    {
      version: VERSION,
      github: mapping(
        { host: HOST, app_id: NUMERIC_ID, private_key: SECRET, webhook_secret: SECRET },
        { optional: ['host'] },
      ),
      repository: mapping(
        {
          owner: LOGIN,
          name: pattern('^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}$', 'the name of a repository'),
          id: NUMERIC_ID,
          installation_id: NUMERIC_ID,
          branch: BRANCH,
          ledger_branch: BRANCH,
        },
        { optional: ['branch', 'ledger_branch'] },
      ),
      server: mapping(
        {
          host: pattern('^[A-Za-z0-9.:_-]{1,255}$', 'an address to listen on'),
          port: integer(0, 65_535, 'a port'),
          metrics: flag(),
        },
        { optional: ['host', 'port', 'metrics'] },
      ),
      data_dir: text(1, 390, 'the path of a folder'),
      signing_key: SECRET,
      schedule: SCHEDULE,
      revokers: GROUP,
      targets: dictionary(ID, TARGET),
      public_url: pattern(
        '^(?:https://[A-Za-z0-9.-]+|http://(?:127\\.0\\.0\\.1|localhost))(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*$',
        'an https address without a slash at the end',
      ),
      allow_forks: flag(),
      drift_issue: flag(),
      notify: list(RECEIVER, 'a list of receivers of notices', { maxItems: 20 }),
      dashboard: mapping(
        {
          client_id: pattern('^[A-Za-z0-9._-]{1,100}$', 'the client id of the GitHub App'),
          client_secret: SECRET,
        },
        {
          description:
            'pages for people who sign in with GitHub; the app whose client this is has the callback',
        },
      ),
      alert_after: DURATION,
      streams: list(STREAM, 'a list of streams', { maxItems: 10 }),
      checkpoints: CHECKPOINTS,
    },
    {
      optional: [
        'server',
        'schedule',
        'revokers',
        'public_url',
        'allow_forks',
        'drift_issue',
        'notify',
        'dashboard',
        'alert_after',
        'streams',
        'checkpoints',
      ],
    },
  ),
);
