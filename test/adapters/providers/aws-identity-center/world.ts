import { createProvider } from '../../../../src/adapters/providers/aws-identity-center/provider.js';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type Instant, instantOf } from '../../../../src/core/time.js';
import type { Clock } from '../../../../src/ports/clock.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { ACCESS_KEY, type FakeAws, IDENTITY_STORE, INSTANCE } from './fake.js';
import { isDenied } from './policy.js';

export const now = instantOf(Date.parse('2026-11-22T12:00:00Z') / 1_000);
export const ALICE = '90a7d2c5f1-11111111-2222-3333-4444-55555555aaaa';
export const BOB = '90a7d2c5f1-11111111-2222-3333-4444-55555555bbbb';
export const NOBODY = '90a7d2c5f1-11111111-2222-3333-4444-55555555cccc';
export const ACCOUNTS = ['111122223333', '444455556666'] as const;
export const SET = 'ps-0123456789abcdef';
export const GROUPS = [
  '90a7d2c5f1-66666666-2222-3333-4444-555555550001',
  '90a7d2c5f1-66666666-2222-3333-4444-555555550002',
] as const;

export const onAccount = (subject: string, account: string = ACCOUNTS[0], permission_set = SET): Holding => ({
  target: 'aws',
  subject,
  grant: { account, permission_set },
});
export const inGroup = (subject: string, group: string = GROUPS[0]): Holding => ({
  target: 'aws',
  subject,
  grant: { group },
});

export function furnish({ state, setArn }: FakeAws): void {
  state.users.set(ALICE, 'alice@example.com').set(BOB, 'Bob');
  for (const [index, id] of GROUPS.entries())
    state.groups.set(id, { name: `team ${index}`, external: false });
  for (const account of ACCOUNTS) state.accounts.add(account);
  state.sets.set(setArn(SET), 'ReadOnly').set(setArn('ps-fedcba9876543210'), 'Admin');
}

/** Whether somebody can use a permission set with credentials that were issued at some time. */
export function canUse(
  { state, setArn }: FakeAws,
  { subject, grant }: Holding,
  { issuedAt, at }: { readonly issuedAt: Instant; readonly at: Instant },
): boolean {
  const name = state.sets.get(setArn(String(grant.permission_set)));
  const account = String(grant.account);
  const role = `AWSReservedSSO_${name}_0123456789abcdef`;
  return !isDenied(state.organization.content, { user: subject, account, role, issuedAt, now: at });
}

export function providerFor(
  aws: FakeAws,
  connection: Connection = {},
  clock: Clock = { now: () => now },
): Promise<Provider> {
  return createProvider(
    {
      region: 'eu-central-1',
      instance: INSTANCE,
      identity_store: IDENTITY_STORE,
      access_key_id: ACCESS_KEY,
      secret_access_key: 'secret',
      ...connection,
    },
    {
      target: 'aws',
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    { endpoint: aws.url, pause: () => new Promise((resolve) => setImmediate(resolve)) },
  );
}
