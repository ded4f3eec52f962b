import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/github/kind.js';
import { createProvider } from '../../../../src/adapters/providers/github/provider.js';
import type { Coordinates, Holding } from '../../../../src/core/grant.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { now, startOrganization } from '../../../support/organization.js';

const ROLE = 8_132;
const PUSH: Coordinates = { repository: 'orders', permission: 'push' };
const AUDIT: Coordinates = { organization_role: ROLE };

function open(url: string, token: string, connection: Connection = {}): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider(
    { organization: 'acme', token, url, ...connection },
    { target: 'acme', clock: { now: () => now }, log },
  );
}

const holding = (subject: string, grant: Coordinates): Holding => ({ target: 'acme', subject, grant });

/** The stand-in has one repository; here it is one that a catalog names. */
async function makeHarness(): Promise<ProviderHarness> {
  const { github, root, admin, close } = await startOrganization('none', {
    repo: 'orders',
    teams: {},
    roles: { [ROLE]: 'audit' },
  });
  const at = { owner: 'acme', repo: 'orders' };
  const collaborators = async () =>
    (
      await admin.request('GET /repos/{owner}/{repo}/collaborators', { ...at, affiliation: 'direct' })
    ).data.map(({ login, role_name }) => [login, role_name]);
  const holders = async () =>
    (
      await admin.request('GET /orgs/{org}/organization-roles/{role_id}/users', {
        org: 'acme',
        role_id: ROLE,
      })
    ).data.map(({ login }) => login);
  return {
    kind,
    provider: await open(github.url, root),
    now,
    holding: (person, thing) => holding(['alice', 'bob'][person] ?? '', [PUSH, AUDIT][thing] ?? {}),
    holds: async ({ subject, grant }) =>
      grant === AUDIT
        ? (await holders()).includes(subject)
        : (await collaborators()).some(([login, role]) => login === subject && role === 'write'),
    async addStanding({ subject, grant }) {
      if (grant === PUSH) github.setPermission(subject, 'write');
      else {
        const role = { org: 'acme', username: subject, role_id: ROLE };
        await admin.request('PUT /orgs/{org}/organization-roles/users/{username}/{role_id}', role);
      }
    },
    unknown: holding('oscar', PUSH),
    hostile: HOSTILE.flatMap((name) => [
      {
        what: `repository ${JSON.stringify(name)}`,
        holding: holding('alice', { repository: name, permission: 'push' }),
      },
      { what: `subject ${JSON.stringify(name)}`, holding: holding(name, AUDIT) },
    ]).concat(SHAPES.map((grant) => ({ what: JSON.stringify(grant), holding: holding('alice', grant) }))),
    snapshot: async () => [
      await collaborators(),
      await holders(),
      (await admin.request('GET /repos/{owner}/{repo}/invitations', at)).data,
    ],
    async hanging() {
      github.api.hold(undefined, 100);
      return open(github.url, root, { timeout_seconds: 0.05 });
    },
    refused: () => open(github.url, 'not a token'),
    loseAnswer: async () => github.api.loseAnswer('PUT /repos/{owner}/{repo}/collaborators/{username}'),
    close,
  };
}

const HOSTILE: readonly string[] = [
  '',
  ' orders',
  '.',
  '..',
  '../orders',
  'orders/collaborators/bob',
  'orders%2Fcollaborators',
  'orders?permission=admin',
  'orders#',
  'orders\u0000',
  'orders\n',
  'оrders',
  '-alice',
  'bob,alice',
  'a'.repeat(101),
];

const SHAPES: readonly Coordinates[] = [
  {},
  { repository: 'orders' },
  { repository: 'orders', permission: 'admin' },
  { repository: 'orders', permission: 'Push' },
  { repository: 'orders', permission: 'push', organization_role: ROLE },
  { organization_role: ROLE, permission: 'push' },
  { organization_role: String(ROLE) },
  { organization_role: 0 },
  { organization_role: 4_711 },
];

providerContract('github', {
  makeHarness,
  except: {
    'moves native expiry with the end': 'GitHub ends nothing by itself',
    'is ended by the target itself': 'GitHub ends nothing by itself',
    'ends the sessions of what it revoked, and no others': 'GitHub asks at every call what somebody may do',
    'leaves the sessions of standing access alone': 'GitHub asks at every call what somebody may do',
    'says when it saw only a part': 'one repository and one role are all there is here; see access.test.ts',
    'cannot be made to take standing access away':
      'GitHub does not say who gave it; the ledger does, and what it calls standing is never revoked',
  },
});
