import { kind } from '../../../../src/adapters/providers/postgres/kind.js';
import type { Holding } from '../../../../src/core/grant.js';
import { instantOf } from '../../../../src/core/time.js';
import {
  type ContractCase,
  type ProviderHarness,
  providerContract,
} from '../../../contracts/provider-contract.js';
import { type Cluster, describeOn, type PostgresFlavour } from '../../../support/postgres.js';
import { startProxy } from './proxy.js';
import { scramVerifier } from './verifier.js';
import { canRead, isGone, PASSWORD, providerFor, setUp, snapshot, useRole } from './world.js';

const ROLES = ['app_readonly', 'app_writer'] as const;
const PEOPLE = ['alice', 'bob'] as const;
const LONGEST = 'r'.repeat(63);

const VERIFIERS = PEOPLE.map((name) => `"${name}" "${scramVerifier(PASSWORD)}"`).join('\n');

interface Form {
  readonly name: string;
  readonly made: boolean;
  readonly except: Partial<Record<ContractCase, string>>;
}

const MEMBERSHIP: Form = {
  name: 'membership',
  made: false,
  except: {
    'moves native expiry with the end': 'a membership has no end of its own',
    'is ended by the target itself': 'a membership has no end of its own',
    'says when it saw only a part': 'one statement sees everything or fails',
  },
};

const MADE: Form = {
  name: 'made login',
  made: true,
  except: {
    'leaves standing access as it was': 'a login made for a grant is nobody’s before it',
    'cannot be made to take standing access away': 'a login made for a grant is nobody’s before it',
    'leaves the sessions of standing access alone': 'a login made for a grant is nobody’s before it',
    'lists who else holds it': 'a login made for a grant is nobody’s before it',
    'lists everybody who holds what nobody in particular is asked about':
      'a login made for a grant is nobody’s before it',
    'is ended by the target itself': 'the server’s own clock cannot be moved; see native-expiry.test.ts',
    'says when it saw only a part': 'one statement sees everything or fails',
  },
};

/** The contract in both forms of a grant, on one server. */
export function postgresContract(flavour: PostgresFlavour): void {
  for (const form of [MEMBERSHIP, MADE]) {
    const title = `${flavour.name}, ${form.name}`;
    describeOn(flavour, title, (cluster) => {
      providerContract(title, {
        makeHarness: () => makeHarness(cluster(), flavour, form),
        except: form.except,
      });
    });
  }
}

async function makeHarness(
  cluster: Cluster,
  flavour: PostgresFlavour,
  { made }: Form,
): Promise<ProviderHarness> {
  await setUp(cluster, flavour);
  await makeVictims(cluster, flavour);
  const connection = made ? { verifiers: VERIFIERS } : {};
  const [way, silence] = [await startProxy(cluster), await startProxy('silence')];
  const holding = (subject: string, role: string): Holding => ({
    target: 'orders-db',
    subject,
    grant: made ? { role, login: 'created' } : { role },
  });
  const login = ({ subject, grant }: Holding) => (made ? `${subject}~${grant.role}` : subject);
  return {
    kind,
    provider: await providerFor({ host: '127.0.0.1', port: way.port }, connection),
    now: instantOf(Date.now() / 1_000),
    holding: (person, thing) => holding(PEOPLE[person], ROLES[thing]),
    holds: (one) => canRead(cluster, login(one), String(one.grant.role)),
    addStanding: async ({ subject, grant }) =>
      void (await cluster.admin.query(`GRANT ${grant.role} TO ${subject}`)),
    unknown: holding('mallory', 'app_readonly'),
    hostile: [
      ...HOSTILE_NAMES.map((name) => ({
        what: `role ${JSON.stringify(name)}`,
        holding: holding('alice', name),
      })),
      ...[...HOSTILE_NAMES, 'hallpass', 'postgres'].map((name) => ({
        what: `subject ${JSON.stringify(name)}`,
        holding: holding(name, 'app_readonly'),
      })),
    ],
    snapshot: () => snapshot(cluster),
    hanging: () =>
      providerFor({ host: '127.0.0.1', port: silence.port }, { ...connection, timeout_seconds: 1 }),
    refused: () => providerFor(cluster, { ...connection, password: 'wrong' }),
    loseAnswer: async () => way.loseNextCommit(),
    async openSession(one) {
      const client = await useRole(cluster, login(one), String(one.grant.role));
      return { ended: () => isGone(client) };
    },
    async close() {
      await way.close();
      await silence.close();
    },
  };
}

/** Spelled so that folding, cutting off or a missing quote would reach something that exists. */
const HOSTILE_NAMES: readonly string[] = [
  '',
  ' ',
  'APP_READONLY',
  'Alice',
  'app_writer ',
  ' alice',
  'app_writer\u0000',
  'alice\u0000',
  'alice\n',
  'app_writer"; DROP TABLE app_writer_data; --',
  "alice'; DROP TABLE app_writer_data; --",
  'app_writer, app_readonly',
  'alice, bob',
  '"alice"',
  `${LONGEST}r`,
  `${LONGEST}, bob`,
  'ä'.repeat(32),
  'аlice',
  'ａlice',
  'alice\u200b',
  '\ud800',
  'public',
  'PUBLIC',
  'none',
  'current_user',
  'session_user',
  'pg_read_all_data',
  'pg_signal_backend',
  '-- ',
  '../alice',
  '%61lice',
  '$1',
];

/** What names that are cut off or decoded wrongly would reach. */
async function makeVictims({ admin }: Cluster, { major }: PostgresFlavour): Promise<void> {
  const option = major >= 16 ? 'WITH ADMIN TRUE, INHERIT FALSE, SET FALSE' : 'WITH ADMIN OPTION';
  for (const name of [LONGEST, `${'ä'.repeat(31)}`]) {
    await admin.query(`CREATE ROLE "${name}" LOGIN; GRANT "${name}" TO hallpass ${option}`);
  }
}
