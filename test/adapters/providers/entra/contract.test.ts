import { kind } from '../../../../src/adapters/providers/entra/kind.js';
import type { Holding } from '../../../../src/core/grant.js';
import {
  type ContractCase,
  type ProviderHarness,
  providerContract,
} from '../../../contracts/provider-contract.js';
import {
  ALICE,
  BOB,
  byPim,
  GROUPS,
  group,
  inGroup,
  NOBODY,
  now,
  providerFor,
  startFurnished,
} from './world.js';

type Form = (subject: string, group?: string) => Holding;

const makeHarness = (first: Form, second: Form) => async (): Promise<ProviderHarness> => {
  const entra = await startFurnished();
  const { state } = entra;
  for (const [index, id] of DECOYS.entries()) {
    state.groups.set(id, group(id, { displayName: `decoy ${index}` }));
    state.members.set(id, new Set([BOB]));
  }
  const provider = await providerFor(entra);
  return {
    kind,
    provider,
    now,
    holding: (person, thing) => [first, second][thing]!([ALICE, BOB][person]!, GROUPS[thing]),
    holds: async ({ subject, grant }) => entra.isMember(String(grant.group), subject),
    async addStanding({ subject, grant }) {
      const id = String(grant.group);
      if (grant.through === undefined)
        state.members.set(id, (state.members.get(id) ?? new Set()).add(subject));
      else
        state.assignments.push({
          groupId: id,
          principalId: subject,
          accessId: 'member',
          assignmentType: 'Assigned',
          memberType: 'Direct',
          startDateTime: null,
          endDateTime: null,
        });
    },
    unknown: first(NOBODY),
    hostile: HOSTILE.flatMap((text) => [
      { what: `group ${JSON.stringify(text)}`, holding: first(ALICE, text) },
      { what: `subject ${JSON.stringify(text)}`, holding: first(text) },
    ]),
    snapshot: async () =>
      JSON.stringify([
        [...state.users],
        [...state.groups.values()],
        [...state.members]
          .map(([id, members]) => [id, [...members]])
          .filter(([, members]) => members?.length),
        state.assignments,
      ]),
    async hanging() {
      state.hanging = true;
      return providerFor(entra, { timeout_seconds: 0.05 });
    },
    refused: () => providerFor(entra, {}, { client_secret: 'not it' }),
    async partial() {
      state.groups.delete(GROUPS[1]);
      state.deleted = [GROUPS[1]];
      return provider;
    },
    loseAnswer: async () => {
      state.losing = true;
    },
    advance: async (to) => {
      state.now = to;
    },
    close: async () => entra.close(),
  };
};

const DECOYS = ['33333333-0000-4000-8000-000000000001', '33333333-0000-4000-8000-000000000002'];

const HOSTILE = [
  '',
  ' ',
  '.',
  '..',
  '*',
  `${GROUPS[0]}/members/${BOB}`,
  `${GROUPS[0]}?`,
  `${GROUPS[0]}\n`,
  `${GROUPS[0]}' or '1' eq '1`,
  GROUPS[0].toUpperCase(),
  `${GROUPS[0]}%2f..`,
  'Alice@example.com',
  'alice@example.com/memberOf',
  'alice@example.com?$select=id',
  'аlice@example.com',
  '$ref',
  'x'.repeat(5_000),
];

const NO_END: Partial<Record<ContractCase, string>> = {
  'moves native expiry with the end': 'a plain membership has no end',
  'is ended by the target itself': 'a plain membership has no end',
  'cannot be made to take standing access away':
    'Entra does not say who added a member; the ledger does, and what it calls standing is never revoked',
};
const NO_SESSIONS: Partial<Record<ContractCase, string>> = {
  'ends the sessions of what it revoked, and no others':
    'tokens that were issued name the group to their end',
  'leaves the sessions of standing access alone': 'no session is ended',
};

providerContract('entra, memberships', {
  makeHarness: makeHarness(inGroup, inGroup),
  except: { ...NO_END, ...NO_SESSIONS },
});
providerContract('entra, assignments by PIM', {
  makeHarness: makeHarness(byPim, byPim),
  except: NO_SESSIONS,
});
providerContract('entra, an assignment by PIM, then a membership', {
  makeHarness: makeHarness(byPim, inGroup),
  except: NO_SESSIONS,
});
