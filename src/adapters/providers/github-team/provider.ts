import { type Holding, holdingKey } from '../../../core/grant.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult, Provider } from '../../../ports/provider.js';
import type { Connection, GitHubClient, ProviderDeps } from '../deps.js';
import { type Api, withApi } from './api.js';
import { kind } from './kind.js';
import { addMember, lookUp, removeMember } from './membership.js';
import { observe } from './observe.js';
import { askOf } from './teams.js';

const DEFAULT_SECONDS = 60;

export async function createProvider(connection: Connection, deps: ProviderDeps): Promise<Provider> {
  const { target } = deps;
  const org = String(connection.organization);
  const seconds =
    typeof connection.timeout_seconds === 'number' ? connection.timeout_seconds : DEFAULT_SECONDS;
  const options = { target, milliseconds: seconds * 1_000, client: () => clientOf(deps, org) };
  const call = <T>(work: (api: Api) => Promise<T>): Promise<T> => withApi(options, work);
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    width: 4,
    observe: (scope, everybodyOf = []) =>
      call((api) => observe(api, { org, target }, { scope, everybodyOf })),
    grant: async (holding) => call((api) => grant(api, org, { holding, begun })),
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      const result = await call((api) => removeMember(api, org, { ask, receipt }));
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const ask = askOf(holding);
      await call((api) => lookUp(api, org, ask));
    },
  };
}

/**
 * @param begun holdings that this process has begun to grant when nobody had them: GitHub does not say who added a member, and
 * an answer may have been lost. After a restart the ledger knows.
 */
async function grant(
  api: Api,
  org: string,
  { holding, begun }: { holding: Holding; begun: Set<string> },
): Promise<GrantResult> {
  const ask = askOf(holding);
  const { team, person, member } = await lookUp(api, org, ask);
  const receipt = { team: team.id, user: person };
  const key = holdingKey(holding);
  if (member !== undefined) return { changed: false, preexisting: !begun.has(key), receipt };
  begun.add(key);
  await addMember(api, org, { team, subject: ask.subject });
  return { changed: true, preexisting: false, receipt };
}

async function clientOf({ github, target }: ProviderDeps, org: string): Promise<GitHubClient> {
  if (github !== undefined) return github(org);
  throw new Blocked(
    'no_github',
    `${target}: there is no GitHub client`,
    'Configure the GitHub App in the settings.',
  );
}
