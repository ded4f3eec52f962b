import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/gcp-iam/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type Instant, parseInstant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { type FakeGoogle, KEY, startGoogle } from './fake.js';

export const now = parseInstant('2026-11-22T12:00:00Z') as Instant;
export const PROJECT = 'projects/orders-prod';
export const FOLDER = 'folders/123456789012';
export const ROLE = 'roles/bigquery.dataViewer';
export const CUSTOM = 'projects/orders-prod/roles/onCall';
export const ALICE = 'alice@example.com';
export const BOB = 'bob@example.com';

export const holding = (subject = ALICE, resource: string = PROJECT, role: string = ROLE): Holding => ({
  target: 'gcp',
  subject,
  grant: { resource, role },
});

export async function startFurnished(): Promise<FakeGoogle> {
  const google = await startGoogle(now);
  google.state.people.add(ALICE).add(BOB);
  for (const resource of [PROJECT, FOLDER, 'organizations/1'])
    google.state.policies.set(resource, { etag: 1, policy: { bindings: [] } });
  return google;
}

export function providerFor(
  google: FakeGoogle,
  connection: Connection = {},
  account: 'key' | 'machine' = 'key',
): Promise<Provider> {
  return createProvider(
    { ...(account === 'key' ? { key: JSON.stringify(KEY) } : {}), ...connection },
    {
      target: 'gcp',
      clock: { now: () => google.state.now as Instant },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    google.places,
  );
}
