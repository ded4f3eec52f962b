import { createHash } from 'node:crypto';
import { type Coordinates, type Holding, holdingKey } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { NAMESPACE, ROLE, USER } from './kind.js';

/** What coordinates mean, checked again. */
export interface Place {
  readonly role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
  /** Absent: in the whole cluster. */
  readonly namespace: string | undefined;
}

/** What a holding means here. */
export interface Ask extends Place {
  readonly user: string;
  /** The binding's name, which is the same for every grant of the same holding, and nobody else's. */
  readonly binding: string;
}

const ROLES = new RegExp(ROLE, 'u');
const NAMESPACES = new RegExp(NAMESPACE, 'u');
const USERS = new RegExp(USER, 'u');

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Place | string {
  const { role, cluster_role: clusterRole, namespace, everywhere, ...others } = grant;
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to Kubernetes';
  const name = role ?? clusterRole;
  if (typeof name !== 'string' || !ROLES.test(name)) return 'The grant names no role';
  if (role !== undefined && clusterRole !== undefined) return 'The grant names two roles';
  const kind = role === undefined ? 'ClusterRole' : 'Role';
  if (everywhere === true && namespace === undefined && kind === 'ClusterRole')
    return { role: { kind, name }, namespace: undefined };
  if (everywhere !== undefined || typeof namespace !== 'string' || !NAMESPACES.test(namespace))
    return 'The grant names no namespace';
  return { role: { kind, name }, namespace };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk(holding: Holding): Ask | string {
  const place = parseCoordinates(holding.grant);
  if (typeof place === 'string') return place;
  if (!USERS.test(holding.subject)) return 'The subject is no user of a cluster';
  return { ...place, user: holding.subject, binding: bindingName(holding) };
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

export function bindingName(holding: Holding): string {
  return `hallpass-${createHash('sha256').update(holdingKey(holding)).digest('hex')}`;
}
