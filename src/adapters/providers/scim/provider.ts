import { holdingKey } from '../../../core/grant.js';
import { Blocked } from '../../../ports/fault.js';
import type { Provider } from '../../../ports/provider.js';
import { parseAddress } from '../../http/address.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { type Api, openApi, type Server } from './api.js';
import { askOf, isResourceId, parseCoordinates } from './ask.js';
import { listGroups } from './directory.js';
import { grant, lookUp, revoke } from './grant.js';
import { kind } from './kind.js';
import type { Manners } from './membership.js';
import { observe } from './observe.js';

const DEFAULT_SECONDS = 30;
/** The most groups a catalog starts from. */
const MOST_DISCOVERED = 1_000;

export async function createProvider(connection: Connection, deps: ProviderDeps): Promise<Provider> {
  const server = readServer(connection, deps.target);
  const manners: Manners = {
    members: connection.members === 'hidden' ? 'hidden' : 'listed',
    remove: connection.remove === 'value' ? 'value' : 'path',
  };
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    observe: async (scope, everybodyOf = []) => observe(openApi(server), manners, { scope, everybodyOf }),
    async grant(holding) {
      const key = holdingKey(holding);
      const memory = { has: () => begun.has(key), add: () => void begun.add(key) };
      return grant(openApi(server), askOf(holding), { manners, begun: memory });
    },
    async revoke(holding, receipt) {
      const result = await revoke(openApi(server), askOf(holding), { receipt, manners });
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const ask = askOf(holding);
      const api = openApi(server);
      await refuseWithoutPatch(api);
      await lookUp(api, ask, manners);
    },
    async discover() {
      const groups = await listGroups(openApi(server));
      return groups
        .filter(
          ({ id, name }) => isResourceId(id) && typeof parseCoordinates({ group: name, id }) !== 'string',
        )
        .slice(0, MOST_DISCOVERED)
        .map(({ id, name }) => ({ title: name, grant: { group: name, id } }));
    },
  };
}

function readServer(connection: Connection, target: string): Server {
  const seconds =
    typeof connection.timeout_seconds === 'number' ? connection.timeout_seconds : DEFAULT_SECONDS;
  return {
    target,
    base: parseAddress(target, String(connection.url)),
    token: String(connection.token),
    ...(typeof connection.ca === 'string' ? { ca: connection.ca } : {}),
    milliseconds: seconds * 1_000,
  };
}

/** A server that only takes whole groups would overwrite what others do at the same time. Many have no such page, and say nothing. */
async function refuseWithoutPatch(api: Api): Promise<void> {
  const { patch } = (await api.get(['ServiceProviderConfig'])) ?? {};
  if ((patch as { readonly supported?: unknown } | undefined)?.supported !== false) return;
  throw new Blocked(
    'no_patch',
    `${api.target} cannot change a group in part`,
    'Use another kind for this target; a group is never written as a whole.',
  );
}
