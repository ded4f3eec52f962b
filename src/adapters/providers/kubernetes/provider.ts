import type { Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { openApi } from './api.js';
import { askOf, parseCoordinates } from './ask.js';
import { readConnection } from './connection.js';
import { grant, preflight, revoke } from './grant.js';
import { kind } from './kind.js';
import { observe } from './observe.js';

/** The most roles a catalog starts from. */
const MOST_DISCOVERED = 1_000;

export async function createProvider(
  connection: Connection,
  { target, clock }: ProviderDeps,
): Promise<Provider> {
  const cluster = readConnection(connection, target);
  const { escalatingRoles } = cluster;
  return {
    abilities: kind.abilities,
    observe: async (scope, everybodyOf = []) => observe(await openApi(cluster), { scope, everybodyOf }),
    async grant(holding, until) {
      const ask = askOf(holding);
      return grant(await openApi(cluster), ask, { until, escalatingRoles });
    },
    async revoke(holding) {
      const ask = askOf(holding);
      return revoke(await openApi(cluster), ask);
    },
    async preflight(holding) {
      const ask = askOf(holding);
      await preflight(await openApi(cluster), ask, { until: clock.now(), escalatingRoles });
    },
    /** Roles of namespaces. A cluster role is no start for a catalog: where it is to be held, only people know. */
    async discover() {
      const api = await openApi(cluster);
      const roles = await api.list({ resource: 'roles', namespace: undefined });
      return roles.flatMap(coordinatesOf).slice(0, MOST_DISCOVERED);
    },
  };
}

function coordinatesOf(role: unknown): { title: string; grant: { role: string; namespace: string } }[] {
  const { name, namespace } = ((role as { metadata?: unknown })?.metadata ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof name !== 'string' || typeof namespace !== 'string' || namespace.startsWith('kube-')) return [];
  const grant = { role: name, namespace };
  return typeof parseCoordinates(grant) === 'string' ? [] : [{ title: `${name} in ${namespace}`, grant }];
}
