import { Blocked } from '../../../ports/fault.js';
import type { Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';

export async function createProvider(_connection: Connection, deps: ProviderDeps): Promise<Provider> {
  throw new Blocked(
    'not_built',
    `${deps.target}: this kind cannot be used yet`,
    'Wait for the next version.',
  );
}
