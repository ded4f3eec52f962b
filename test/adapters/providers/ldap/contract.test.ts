import { Client } from 'ldapts';
import { afterAll, beforeAll } from 'vitest';
import { kind } from '../../../../src/adapters/providers/ldap/kind.js';
import type { Holding } from '../../../../src/core/grant.js';
import {
  type ContractCase,
  type ProviderHarness,
  providerContract,
} from '../../../contracts/provider-contract.js';
import { describeWith } from '../../../support/programs.js';
import { ADMIN, ADMIN_PASSWORD, BASE, slapd, type Template } from '../../../support/slapd.js';
import { startProxy } from './proxy.js';
import { GROUPS, groupDn, PEOPLE, personDn, providerFor, realNow, template } from './world.js';

interface Form {
  readonly name: string;
  readonly grant: Readonly<Record<string, string>>;
  readonly except: Partial<Record<ContractCase, string>>;
}

const NO_SESSIONS = 'whoever asked a directory keeps the answer';

const MEMBERSHIP: Form = {
  name: 'membership',
  grant: {},
  except: {
    'moves native expiry with the end': 'a membership has no end of its own',
    'is ended by the target itself': 'a membership has no end of its own',
    'ends the sessions of what it revoked, and no others': NO_SESSIONS,
    'leaves the sessions of standing access alone': NO_SESSIONS,
    'cannot be made to take standing access away':
      'a directory does not say who added a member; the ledger does, and what it calls standing is never revoked',
  },
};

const NO_STANDING = 'an entry made for a grant is nobody’s before it';

const DYNAMIC: Form = {
  name: 'an entry of its own',
  grant: { form: 'dynamic' },
  except: {
    'moves native expiry with the end':
      'the directory counts seconds from when it is asked; see dynamic.test.ts',
    'is ended by the target itself': 'the clock of slapd cannot be moved; see dynamic.test.ts',
    'ends the sessions of what it revoked, and no others': NO_SESSIONS,
    'leaves the sessions of standing access alone': NO_STANDING,
    'leaves standing access as it was': NO_STANDING,
    'cannot be made to take standing access away': NO_STANDING,
    'lists who else holds it': NO_STANDING,
    'lists everybody who holds what nobody in particular is asked about': NO_STANDING,
  },
};

describeWith(slapd, 'with a real slapd', () => {
  let ready: Template;
  beforeAll(async () => {
    ready = await template();
  });
  afterAll(() => ready?.drop());
  for (const form of [MEMBERSHIP, DYNAMIC])
    providerContract(`ldap, ${form.name}`, {
      makeHarness: () => makeHarness(ready, form),
      except: form.except,
    });
});

async function makeHarness(ready: Template, form: Form): Promise<ProviderHarness> {
  const directory = await ready.start();
  const [way, silence] = [await startProxy(directory.port), await startProxy()];
  const admin = new Client({ url: directory.url });
  await admin.bind(ADMIN, ADMIN_PASSWORD);
  const holding = (subject: string, group: string): Holding => ({
    target: 'directory',
    subject,
    grant: { group, ...form.grant },
  });
  const isDynamic = form.grant.form !== undefined;
  return {
    kind,
    provider: await providerFor(way.url),
    now: realNow(),
    holding: (person, thing) => holding(PEOPLE[person], GROUPS[thing]),
    async holds({ subject, grant }) {
      const group = String(grant.group);
      if (!isDynamic) return admin.compare(groupDn(group), 'member', personDn(subject));
      const { searchEntries } = await admin.search(`ou=grants,${BASE}`, {
        filter: `(&(member=${personDn(subject)})(businessCategory=${group}))`,
      });
      return searchEntries.length > 0;
    },
    addStanding: ({ subject, grant }) =>
      directory
        .script(
          `ldapmodify $data <<'LDIF'\ndn: ${groupDn(String(grant.group))}\nchangetype: modify\nadd: member\nmember: ${personDn(subject)}\nLDIF`,
        )
        .then(() => undefined),
    unknown: holding('mallory', GROUPS[0]),
    hostile: [
      ...HOSTILE.map((name) => ({ what: `group ${JSON.stringify(name)}`, holding: holding('alice', name) })),
      ...HOSTILE.map((name) => ({
        what: `subject ${JSON.stringify(name)}`,
        holding: holding(name, 'victims'),
      })),
    ],
    async snapshot() {
      const { searchEntries } = await admin.search(BASE, { attributes: ['*', 'entryDN'] });
      return searchEntries.toSorted((a, b) => (a.dn < b.dn ? -1 : 1));
    },
    hanging: () => providerFor(silence.url, { timeout_seconds: 0.1 }),
    refused: () => providerFor(directory.url, { password: 'wrong' }),
    async partial() {
      await directory.script(
        `ldapadd -M $data <<'LDIF'\n${['people', 'grants']
          .map(
            (ou) =>
              `dn: ou=elsewhere,ou=${ou},${BASE}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://ldap.invalid/ou=${ou},${BASE}\n`,
          )
          .join('\n')}\nLDIF`,
      );
      return providerFor(directory.url);
    },
    loseAnswer: async () => way.loseNextAnswer(),
    async close() {
      await admin.unbind();
      await way.close();
      await silence.close();
      await directory.stop();
    },
  };
}

/** Spelled so that a fold, a missing escape or a DN put together from texts would reach something that exists. */
const HOSTILE: readonly string[] = [
  '',
  ' ',
  '*',
  'a*',
  'ALICE',
  'Victims',
  'alice ',
  ' victims',
  'alice\u0000',
  'alice\n',
  'alice)(uid=*',
  '*)(objectClass=*',
  'victims)(|(cn=*',
  'alice,ou=people,dc=example,dc=com',
  'uid=alice,ou=people,dc=example,dc=com',
  '\\61lice',
  '#616c696365',
  'alice+cn=alice',
  '"alice"',
  '<alice>;',
  'ａlice',
  'аlice',
  'victimѕ',
  'alice\u200b',
  'v'.repeat(300),
  'hallpass',
  'nobody',
  'constructor',
];
