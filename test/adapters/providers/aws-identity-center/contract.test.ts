import { kind } from '../../../../src/adapters/providers/aws-identity-center/kind.js';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { DENY_POLICY, type FakeAws, startAws } from './fake.js';
import {
  ACCOUNTS,
  ALICE,
  BOB,
  canUse,
  furnish,
  GROUPS,
  inGroup,
  NOBODY,
  now,
  onAccount,
  providerFor,
  SET,
} from './world.js';

/** What there is to hold: a permission set in an account, or a group. */
type Things = readonly [(subject: string) => Holding, (subject: string) => Holding];

const makeHarness =
  (things: Things, connection: Connection = {}) =>
  async (): Promise<ProviderHarness> => {
    const aws = await startAws();
    const { state } = aws;
    furnish(aws);
    let time = now;
    const open = (more: Connection = {}) => providerFor(aws, { ...connection, ...more }, { now: () => time });
    const provider = await open();
    return {
      kind,
      provider,
      now,
      holding: (person, thing) => things[thing](person === 0 ? ALICE : BOB),
      holds: async ({ subject, grant }) =>
        [...state.memberships.values()].some(
          (one) => one.UserId === subject && one.GroupId === grant.group,
        ) ||
        (state.assignments.some((one) => one.PrincipalId === subject && one.AccountId === grant.account) &&
          canUse(aws, { target: 'aws', subject, grant }, { issuedAt: time, at: time })),
      async openSession(holding) {
        const issuedAt = time;
        return { ended: async () => !canUse(aws, holding, { issuedAt, at: time }) };
      },
      async advance(to) {
        time = to;
      },
      addStanding: async (holding) => addStanding(aws, holding),
      unknown: things[0](NOBODY),
      hostile: [...HOSTILE_IDS.flatMap(asCoordinates), ...HOSTILE_SUBJECTS.map(asSubject)],
      snapshot: async () =>
        JSON.stringify([
          [...state.users],
          [...state.groups],
          [...state.memberships.values()].map((one) => JSON.stringify(one)).sort(),
          state.assignments.map((one) => JSON.stringify(one)).sort(),
        ]),
      async hanging() {
        state.hanging = true;
        return open({ timeout_seconds: 0.05 });
      },
      refused: () => open({ access_key_id: 'AKIANOTOURSNOTOURS00' }),
      async partial() {
        for (const id of [...ACCOUNTS, ...GROUPS]) state.unreadable.add(id);
        return provider;
      },
      async loseAnswer() {
        state.loses = 1;
        state.slowness = 0;
      },
      async close() {
        await provider.close?.();
        aws.close();
      },
    };
  };

function addStanding({ state, setArn }: FakeAws, { subject, grant }: Holding): void {
  if (grant.group !== undefined) {
    state.memberships.set(crypto.randomUUID(), { GroupId: String(grant.group), UserId: subject });
    return;
  }
  state.assignments.push({
    AccountId: String(grant.account),
    PermissionSetArn: setArn(String(grant.permission_set)),
    PrincipalType: 'USER',
    PrincipalId: subject,
  });
}

const HOSTILE_IDS = [
  '',
  ' ',
  '*',
  `${ACCOUNTS[0]}0`,
  ACCOUNTS[0].slice(1),
  `${ACCOUNTS[0]}\n`,
  '１１１１２２２２３３３３',
  `${SET}/..`,
  'PS-0123456789ABCDEF',
  'ps-0123456789abcde*',
  GROUPS[0].toUpperCase(),
  `${GROUPS[0]} `,
  `${GROUPS[0]}\u0000`,
  '../../',
  'x'.repeat(5_000),
];
const HOSTILE_SUBJECTS = [
  '',
  ' ',
  'ALICE@example.com',
  'bob',
  'alice@example.com\u0000',
  'alice@example.com\n',
  'аlice@example.com',
  `${ALICE} `,
  ALICE.toUpperCase(),
  'x'.repeat(129),
];

const asCoordinates = (id: string) => [
  { what: `account ${JSON.stringify(id)}`, holding: onAccount(ALICE, id) },
  { what: `permission set ${JSON.stringify(id)}`, holding: onAccount(ALICE, ACCOUNTS[0], id) },
  { what: `group ${JSON.stringify(id)}`, holding: inGroup(ALICE, id) },
];
const asSubject = (subject: string) => ({
  what: `subject ${JSON.stringify(subject)}`,
  holding: onAccount(subject),
});

const account = (subject: string) => onAccount(subject);
const group = (subject: string) => inGroup(subject);

const FORMS: Readonly<Record<string, Things>> = {
  'an account, then a group': [account, group],
  'a group, then an account': [group, account],
  'two accounts': [account, (subject) => onAccount(subject, ACCOUNTS[1])],
};

const NO_GRANTOR =
  'AWS does not say who assigned something; the ledger does, and what it calls standing is never revoked';

for (const [name, things] of Object.entries(FORMS)) {
  providerContract(`aws-identity-center, ${name}`, {
    makeHarness: makeHarness(things),
    except: {
      'moves native expiry with the end': 'AWS ends no assignment by itself',
      'is ended by the target itself': 'AWS ends no assignment by itself',
      'ends the sessions of what it revoked, and no others':
        'credentials that were handed out work to the end of their session',
      'leaves the sessions of standing access alone': 'no session is ended',
      'cannot be made to take standing access away': NO_GRANTOR,
    },
  });
}

providerContract('aws-identity-center, two accounts with a policy to deny in', {
  makeHarness: makeHarness(FORMS['two accounts'] ?? [account, account], { deny_policy: DENY_POLICY }),
  except: {
    'ends the sessions of what it revoked, and no others': 'AWS lists no sessions to count; see deny.test.ts',
    'leaves the sessions of standing access alone': NO_GRANTOR,
    'cannot be made to take standing access away': NO_GRANTOR,
  },
});
