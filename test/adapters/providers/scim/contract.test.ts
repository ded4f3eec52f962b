import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/scim/kind.js';
import { createProvider } from '../../../../src/adapters/providers/scim/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { type OddServer, startOddServer } from './odd-server.js';
import { startScimmy, TOKEN } from './scimmy.js';

const now = '2026-11-22T12:00:00Z' as Instant;
const NAMES = ['alice@example.com', 'bob@example.com'] as const;
const GROUPS = ['Order readers', 'Order writers'] as const;

const holding = (subject: string, group: string): Holding => ({ target: 'idp', subject, grant: { group } });

function open(url: string, connection: Connection = {}): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider(
    { url, token: TOKEN, ...connection },
    { target: 'idp', clock: { now: () => now }, log },
  );
}

/** What both servers have in common: where they keep things, and how they fail. */
type World = Pick<Awaited<ReturnType<typeof startScimmy>>, 'url' | 'addUser' | 'addGroup' | 'close'> & {
  readonly directory: OddServer['directory'];
  readonly way: { hangs: boolean; losesNextPatch: boolean };
};

async function harnessOf(world: World, connection: Connection): Promise<ProviderHarness> {
  const { users, groups } = world.directory;
  for (const name of [...NAMES, 'victim']) world.addUser(name);
  for (const name of [...GROUPS, 'Victims']) world.addGroup(name);
  const userOf = (name: string) => [...users.values()].find(({ userName }) => userName === name)?.id ?? '';
  const groupOf = (name: unknown) => [...groups.values()].find(({ displayName }) => displayName === name);
  groupOf('Victims')?.members.push({ value: userOf('victim') });
  return {
    kind,
    provider: await open(world.url, connection),
    now,
    holding: (person, thing) => holding(NAMES[person], GROUPS[thing]),
    holds: async ({ subject, grant }) =>
      groupOf(grant.group)?.members.some(({ value }) => value === userOf(subject)) ?? false,
    async addStanding({ subject, grant }) {
      groupOf(grant.group)?.members.push({ value: userOf(subject) });
    },
    unknown: holding('nobody@example.com', GROUPS[0]),
    hostile: HOSTILE.flatMap((name) => [
      { what: `group ${JSON.stringify(name)}`, holding: holding(NAMES[0], name) },
      { what: `subject ${JSON.stringify(name)}`, holding: holding(name, 'Victims') },
      {
        what: `id ${JSON.stringify(name)}`,
        holding: { ...holding(NAMES[0], 'Victims'), grant: { group: 'Victims', id: name } },
      },
    ]),
    snapshot: async () => structuredClone(world.directory),
    async hanging() {
      world.way.hangs = true;
      return open(world.url, { ...connection, timeout_seconds: 0.05 });
    },
    refused: () => open(world.url, { ...connection, token: 'not a token' }),
    async partial() {
      groups.delete(groupOf(GROUPS[1])?.id ?? '');
      return open(world.url, connection);
    },
    async loseAnswer() {
      world.way.losesNextPatch = true;
    },
    close: world.close,
  };
}

const HOSTILE: readonly string[] = [
  '',
  ' Victims',
  'Victims ',
  'VICTIMS',
  'victims',
  'Victims"',
  'x" or displayName eq "Victims',
  'Victims\\',
  'VICTIM',
  'victim" or userName pr or userName eq "',
  '*',
  '../Groups/Victims',
  '..',
  'Victims%00',
  'Victims\u0000',
  'Vіctims',
  'victim\n',
  'V'.repeat(129),
];

const EXCEPT = {
  'moves native expiry with the end': 'SCIM knows no end of a membership',
  'is ended by the target itself': 'SCIM knows no end of a membership',
  'ends the sessions of what it revoked, and no others': 'SCIM knows no sessions',
  'leaves the sessions of standing access alone': 'SCIM knows no sessions',
  'cannot be made to take standing access away':
    'SCIM does not say who added a member; the ledger does, and what it calls standing is never revoked',
} as const;

providerContract('scim, on scimmy', {
  makeHarness: async () => harnessOf((await startScimmy()) as unknown as World, {}),
  except: EXCEPT,
});

providerContract('scim, on a server that hides members and takes values, as AWS IAM Identity Center', {
  makeHarness: async () =>
    harnessOf(await startOddServer({ hidesMembers: true, removesByValue: true, pageSize: 2 }), {
      members: 'hidden',
      remove: 'value',
    }),
  except: {
    ...EXCEPT,
    'lists who else holds it': 'the server says of nobody but whom it is asked about',
    'lists everybody who holds what nobody in particular is asked about':
      'the server says of nobody but whom it is asked about',
  },
});
