import { generateKeyPairSync } from 'node:crypto';
import { kind } from '../../../../src/adapters/providers/gcp-iam/kind.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { KEY } from './fake.js';
import {
  ALICE,
  BOB,
  CUSTOM,
  FOLDER,
  holding,
  now,
  PROJECT,
  providerFor,
  ROLE,
  startFurnished,
} from './world.js';

const PLACES = [
  [PROJECT, ROLE],
  [FOLDER, ROLE],
  [PROJECT, CUSTOM],
] as const;

const makeHarness = (first: number, second: number) => async (): Promise<ProviderHarness> => {
  const google = await startFurnished();
  const { state } = google;
  const provider = await providerFor(google);
  return {
    kind,
    provider,
    now,
    holding: (person, thing) =>
      holding([ALICE, BOB][person], ...(PLACES[thing === 0 ? first : second] ?? [])),
    holds: async ({ subject, grant }) =>
      google.allows(String(grant.resource), String(grant.role), `user:${subject}`),
    addStanding: async ({ subject, grant }) =>
      google.edit(String(grant.resource), (all) => [
        ...all,
        { role: String(grant.role), members: [`user:${subject}`] },
      ]),
    unknown: holding('nobody@example.com'),
    hostile: [
      ...HOSTILE.flatMap((text) => [
        { what: `resource ${JSON.stringify(text)}`, holding: holding(ALICE, text) },
        { what: `role ${JSON.stringify(text)}`, holding: holding(ALICE, PROJECT, text) },
        { what: `subject ${JSON.stringify(text)}`, holding: holding(text) },
      ]),
      ...SUBJECTS.map((text) => ({ what: `subject ${JSON.stringify(text)}`, holding: holding(text) })),
    ],
    snapshot: async () =>
      JSON.stringify([...state.policies].map(([name, { policy }]) => [name, policy.bindings])),
    async hanging() {
      state.hanging = true;
      return providerFor(google, { timeout_seconds: 0.05 });
    },
    async refused() {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const other = { ...KEY, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
      return providerFor(google, { key: JSON.stringify(other) });
    },
    async partial() {
      state.forbidden.add(FOLDER);
      return provider;
    },
    loseAnswer: async () => {
      state.losing = true;
    },
    advance: async (to) => {
      state.now = to;
    },
    close: async () => google.close(),
  };
};

const HOSTILE = [
  '',
  ' ',
  '../projects/orders-prod',
  'projects/orders-prod:setIamPolicy?',
  'projects/orders-prod ',
  'projects/Orders-Prod',
  'projects/-',
  'projects/123456789012',
  'folders/orders-prod',
  'roles/owner',
  'roles/',
  'roles/bigquery.dataViewer\n',
  'roles/bigquery.dataViewer_withcond_1234 ',
  'user:alice@example.com',
  'x'.repeat(5_000),
];

const SUBJECTS = [
  'Alice@example.com',
  'allUsers',
  'allAuthenticatedUsers',
  'group:eng@example.com',
  'alice@example.com\u0000',
  'alice@example.com,user:bob@example.com',
  'deleted:user:alice@example.com?uid=1',
  'аlice@example.com',
  'alice@localhost',
];

for (const [name, first, second] of [
  ['a project and a folder', 0, 1],
  ['two roles of a project', 0, 2],
] as const) {
  providerContract(`gcp-iam, ${name}`, {
    makeHarness: makeHarness(first, second),
    except: {
      ...(second === 1
        ? {}
        : { 'says when it saw only a part': 'one resource is read as a whole or not at all' }),
      'ends the sessions of what it revoked, and no others':
        'every call is decided by the policy as it is then',
      'leaves the sessions of standing access alone': 'no session is ended',
    },
  });
}
