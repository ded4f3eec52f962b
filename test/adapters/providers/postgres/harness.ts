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
import {
  canRead,
  isGone,
  PASSWORD,
  providerFor,
  reap,
  setUp,
  setUpReaper,
  snapshot,
  useRole,
} from './world.js';

const ROLES = ['app_readonly', 'app_writer'] as const;
const PEOPLE = ['alice', 'bob'] as const;
const LONGEST = 'r'.repeat(63);

const VERIFIERS = PEOPLE.map((name) => `"${name}" "${scramVerifier(PASSWORD)}"`).join('\n');

interface Form {
  readonly name: string;
  readonly made: boolean;
  /** Whether a job in the database ends access as well. */
  readonly reaped?: boolean;
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
    'is ended by the target itself': 'the server’s own clock cannot be moved; see made-login.test.ts',
    'says when it saw only a part': 'one statement sees everything or fails',
  },
};

/** With the reaper both end by themselves. */
function reaped({ name, made, except }: Form): Form {
  const {
    'moves native expiry with the end': _moves,
    'is ended by the target itself': _ends,
    ...others
  } = except;
  return { name: `${name} with a reaper`, made, reaped: true, except: others };
}

/** The contract in both forms of a grant, on one server. */
export function postgresContract(flavour: PostgresFlavour): void {
  for (const form of [MEMBERSHIP, MADE, reaped(MEMBERSHIP), reaped(MADE)]) {
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
  { made, reaped: isReaped = false }: Form,
): Promise<ProviderHarness> {
  await setUp(cluster, flavour);
  if (isReaped) await setUpReaper(cluster);
  await makeVictims(cluster, flavour);
  const connection = {
    ...(made ? { verifiers: VERIFIERS } : {}),
    ...(isReaped ? { reaper: 'pg_cron' } : {}),
  };
  const now = instantOf(Date.now() / 1_000);
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
    now,
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
    snapshot: async () => [await snapshot(cluster), isReaped ? await endsOf(cluster) : []],
    hanging: () =>
      providerFor({ host: '127.0.0.1', port: silence.port }, { ...connection, timeout_seconds: 1 }),
    refused: () => providerFor(cluster, { ...connection, password: 'wrong' }),
    loseAnswer: async () => way.loseNextCommit(),
    async openSession(one) {
      const client = await useRole(cluster, login(one), String(one.grant.role));
      return { ended: () => isGone(client) };
    },
    // The clock stays; what is to end comes nearer.
    async advance(to) {
      await cluster.admin.query(
        'UPDATE hallpass.ends SET until = until - ($1::timestamptz - $2::timestamptz)',
        [to, now],
      );
      await reap(cluster);
    },
    async close() {
      await way.close();
      await silence.close();
    },
  };
}

/** What the reaper has to end. */
async function endsOf({ admin }: Cluster): Promise<unknown> {
  const { rows } = await admin.query(`
    SELECT r.rolname AS role, l.rolname AS login, e.made, e.until::text FROM hallpass.ends e
    JOIN pg_roles r ON r.oid = e.role JOIN pg_roles l ON l.oid = e.login ORDER BY 1, 2`);
  return rows;
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
