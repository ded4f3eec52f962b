import { Octokit } from '@octokit/rest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/github-team/kind.js';
import { createProvider } from '../../../../src/adapters/providers/github-team/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { SandboxGitHub } from '../../../../src/sandbox/github/start.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { now, startOrganization } from '../../../support/organization.js';

const PUT = 'PUT /orgs/{org}/teams/{team_slug}/memberships/{username}';

/** Octokit writes refused calls to the console, and here they are meant. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function providerFor(github: SandboxGitHub, token: string, connection: Connection = {}): Promise<Provider> {
  const client = new Octokit({ auth: token, baseUrl: github.url, log: SILENT });
  return createProvider(
    { organization: 'acme', ...connection },
    {
      target: 'acme',
      clock: { now: () => now },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      github: async () => client,
    },
  );
}

const holding = (subject: string, team: string): Holding => ({ target: 'acme', subject, grant: { team } });

async function makeHarness(): Promise<ProviderHarness> {
  const { github, root, admin, close } = await startOrganization('write', {
    repo: 'access',
    teams: { readers: [], writers: [], victims: ['bob'] },
  });
  const members = async (team_slug: string) =>
    (await admin.paginate('GET /orgs/{org}/teams/{team_slug}/members', { org: 'acme', team_slug })).map(
      ({ login }) => login,
    );
  return {
    kind,
    provider: await providerFor(github, root),
    now,
    holding: (person, thing) => holding(['alice', 'bob'][person] ?? '', ['readers', 'writers'][thing] ?? ''),
    holds: async ({ subject, grant }) => (await members(String(grant.team))).includes(subject),
    addStanding: ({ subject, grant }) => github.addToTeam(String(grant.team), subject),
    unknown: holding('oscar', 'readers'),
    hostile: HOSTILE.flatMap((name) => [
      { what: `team ${JSON.stringify(name)}`, holding: holding('alice', name) },
      { what: `subject ${JSON.stringify(name)}`, holding: holding(name, 'victims') },
    ]),
    async snapshot() {
      const teams = await admin.paginate('GET /orgs/{org}/teams', { org: 'acme' });
      return Promise.all(teams.map(async ({ slug }) => [slug, await members(slug)]));
    },
    async hanging() {
      github.api.hold(undefined, 100);
      return providerFor(github, root, { timeout_seconds: 0.05 });
    },
    refused: () => providerFor(github, 'not a token'),
    async partial() {
      await github.deleteTeam('writers');
      return providerFor(github, root);
    },
    loseAnswer: async () => github.api.loseAnswer(PUT),
    close,
  };
}

const HOSTILE: readonly string[] = [
  '',
  ' victims',
  '../victims',
  '../../repos/acme/access',
  'victims/memberships/bob',
  'victims%2Fmemberships',
  'victims?role=maintainer',
  'victims#',
  'victims\u0000',
  'victims\n',
  'vіctims',
  '{org}',
  'bob/../alice',
  'bob,alice',
  '-alice',
  '@alice',
  'a'.repeat(101),
];

providerContract('github-team', {
  makeHarness,
  except: {
    'moves native expiry with the end': 'GitHub ends no membership by itself',
    'is ended by the target itself': 'GitHub ends no membership by itself',
    'ends the sessions of what it revoked, and no others': 'sessions do not depend on teams',
    'leaves the sessions of standing access alone': 'sessions do not depend on teams',
    'cannot be made to take standing access away':
      'GitHub does not say who added a member; the ledger does, and what it calls standing is never revoked',
  },
});
