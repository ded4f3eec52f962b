import { kind } from '../../../../src/adapters/providers/okta/kind.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { GROUPS, now, PEOPLE, startOkta } from './world.js';

const holding = (subject: string, group: string): Holding => ({ target: 'okta', subject, grant: { group } });

async function makeHarness(): Promise<ProviderHarness> {
  const okta = await startOkta();
  const [people, groups] = [
    [PEOPLE.alice, PEOPLE.bob],
    [GROUPS.readers, GROUPS.writers],
  ];
  await okta.call('PUT', `groups/${GROUPS.victims}/users/00uvictim`);
  return {
    kind,
    provider: await okta.open(),
    now,
    holding: (person, thing) => holding(people[person] ?? '', groups[thing] ?? ''),
    holds: async ({ subject, grant }) => (await okta.members(String(grant.group))).includes(subject),
    addStanding: async ({ subject, grant }) => {
      await okta.call('PUT', `groups/${grant.group}/users/${subject}`);
    },
    unknown: holding('nobody@example.com', GROUPS.readers),
    hostile: HOSTILE.flatMap((name) => [
      { what: `group ${JSON.stringify(name)}`, holding: holding(PEOPLE.alice, name) },
      { what: `subject ${JSON.stringify(name)}`, holding: holding(name, GROUPS.victims) },
    ]),
    snapshot: async () =>
      Promise.all(Object.values(GROUPS).map(async (group) => [group, await okta.members(group)])),
    async hanging() {
      okta.way.hangs = true;
      return okta.open({ timeout_seconds: 0.05 });
    },
    async refused() {
      // The emulator takes any token; this is what Okta says.
      okta.way.refuses = { errorCode: 'E0000011', errorSummary: 'Invalid token provided' };
      return okta.open({ token: 'not a token' });
    },
    async loseAnswer() {
      okta.way.loses = 'PUT';
    },
    close: okta.close,
  };
}

const HOSTILE: readonly string[] = [
  '',
  ' 00gvictims',
  '00gvictims ',
  '00gvictims/users/00uvictim',
  '00gvictims%2fusers',
  '00gvictims?limit=1',
  '00gvictims\n',
  '00gvictims\u0000',
  '..',
  'me',
  '00uvictim',
  'victim',
  'VICTIM@example.com',
  'victim@example.com/../00ualice',
  'victіm@example.com',
  '00g'.padEnd(65, 'a'),
];

providerContract('okta', {
  makeHarness,
  except: {
    'moves native expiry with the end': 'Okta ends no membership by itself',
    'is ended by the target itself': 'Okta ends no membership by itself',
    'ends the sessions of what it revoked, and no others': 'sessions of applications do not end with a group',
    'leaves the sessions of standing access alone': 'sessions of applications do not end with a group',
    'says when it saw only a part': 'a list of members is whole, or a fault',
    'cannot be made to take standing access away':
      'Okta does not say who added a member; the ledger does, and what it calls standing is never revoked',
  },
});
