import { holdingKey } from '../../../core/grant.js';
import type { Provider } from '../../../ports/provider.js';
import { parseAddress } from '../../http/address.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { type Api, openApi } from './api.js';
import { placeOf } from './ask.js';
import { grantCollaborator, lookUp, revokeCollaborator } from './collaborator.js';
import { kind } from './kind.js';
import { observe } from './observe.js';
import { grantRole, lookUpRole, revokeRole } from './role.js';

const DEFAULT_SECONDS = 60;
const DEFAULT_URL = 'https://api.github.com';

/** `begun`: GitHub does not say who gave something, and an answer may have been lost. After a restart the ledger knows. */
export async function createProvider(connection: Connection, { target }: ProviderDeps): Promise<Provider> {
  const { timeout_seconds: seconds, url } = connection;
  const organization = {
    target,
    name: String(connection.organization),
    base: parseAddress(target, typeof url === 'string' ? url : DEFAULT_URL),
    token: String(connection.token),
    milliseconds: (typeof seconds === 'number' ? seconds : DEFAULT_SECONDS) * 1_000,
  };
  const api = (): Api => openApi(organization);
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    observe: async (scope, everybodyOf = []) => observe(api(), { scope, everybodyOf }),
    async grant(holding) {
      const [place, key, login] = [placeOf(holding), holdingKey(holding), holding.subject];
      const how = { login, begun: { has: () => begun.has(key), add: () => void begun.add(key) } };
      return place.form === 'role' ? grantRole(api(), place.role, how) : grantCollaborator(api(), place, how);
    },
    async revoke(holding, receipt) {
      const place = placeOf(holding);
      const whose = { login: holding.subject, receipt };
      const result =
        place.form === 'role'
          ? await revokeRole(api(), place.role, whose)
          : await revokeCollaborator(api(), place, whose);
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const place = placeOf(holding);
      if (place.form === 'role') await lookUpRole(api(), place.role, holding.subject);
      else await lookUp(api(), place, holding.subject);
    },
  };
}
