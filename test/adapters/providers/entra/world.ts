import { readFileSync } from 'node:fs';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/entra/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type Instant, parseInstant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { CLIENT, type FakeEntra, SECRET, startEntra, TENANT } from './fake.js';

export const now = parseInstant('2026-11-22T12:00:00Z') as Instant;
export const ALICE = '11111111-0000-4000-8000-00000000000a';
export const BOB = '11111111-0000-4000-8000-00000000000b';
export const NOBODY = '11111111-0000-4000-8000-00000000000c';
export const GROUPS = [
  '22222222-0000-4000-8000-00000000aaa1',
  '22222222-0000-4000-8000-00000000aaa2',
] as const;
export const CERTIFICATE = readFileSync(new URL('./certificate.pem', import.meta.url), 'utf8');

export const inGroup = (subject: string, group: string = GROUPS[0]): Holding => ({
  target: 'corp',
  subject,
  grant: { group },
});
export const byPim = (subject: string, group: string = GROUPS[0]): Holding => ({
  target: 'corp',
  subject,
  grant: { group, through: 'pim' },
});

export function group(id: string, more: object = {}) {
  return {
    id,
    displayName: `team ${id.slice(-1)}`,
    groupTypes: [],
    onPremisesSyncEnabled: null,
    mailEnabled: false,
    ...more,
  };
}

export async function startFurnished(): Promise<FakeEntra> {
  const entra = await startEntra(now, CERTIFICATE);
  entra.state.users.set(ALICE, 'alice@example.com').set(BOB, 'Bob@example.com');
  for (const id of GROUPS) entra.state.groups.set(id, group(id));
  return entra;
}

/** @param proof how the app registration proves itself. */
export function providerFor(
  entra: FakeEntra,
  connection: Connection = {},
  proof: Connection = { client_secret: SECRET },
): Promise<Provider> {
  return createProvider(
    { tenant: TENANT, client_id: CLIENT, ...proof, ...connection },
    {
      target: 'corp',
      clock: { now: () => entra.state.now as Instant },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    entra.places,
  );
}
