import { holdingKey } from '../../../core/grant.js';
import type { Provider } from '../../../ports/provider.js';
import { parseAddress } from '../../http/address.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { type Api, openApi } from './api.js';
import { askOf, groupOf } from './ask.js';
import { listGroups } from './directory.js';
import { kind } from './kind.js';
import { grant, lookUp, revoke } from './membership.js';
import { observe } from './observe.js';

const DEFAULT_SECONDS = 30;
/** The most groups a catalog starts from. */
const MOST_DISCOVERED = 1_000;

export async function createProvider(connection: Connection, { target }: ProviderDeps): Promise<Provider> {
  const seconds = connection.timeout_seconds;
  const organization = {
    target,
    base: parseAddress(target, String(connection.url)),
    token: String(connection.token),
    milliseconds: (typeof seconds === 'number' ? seconds : DEFAULT_SECONDS) * 1_000,
  };
  const sessions = connection.sessions === 'clear' ? 'clear' : 'leave';
  const api = (): Api => openApi(organization);
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    observe: async (scope, everybodyOf = []) => observe(api(), { scope, everybodyOf }),
    async grant(holding) {
      const key = holdingKey(holding);
      return grant(api(), askOf(holding), { has: () => begun.has(key), add: () => void begun.add(key) });
    },
    async revoke(holding, receipt) {
      const result = await revoke(api(), askOf(holding), { receipt, sessions });
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      await lookUp(api(), askOf(holding));
    },
    async discover() {
      const groups = (await listGroups(api())).filter(
        ({ type, id }) => type === 'OKTA_GROUP' && groupOf({ group: id }) !== undefined,
      );
      return groups.slice(0, MOST_DISCOVERED).map(({ id, name }) => ({ title: name, grant: { group: id } }));
    },
  };
}
