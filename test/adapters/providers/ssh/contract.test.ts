import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kind } from '../../../../src/adapters/providers/ssh/kind.js';
import type { Json } from '../../../../src/core/entitlement.js';
import type { Holding } from '../../../../src/core/grant.js';
import { type ProviderHarness, providerContract } from '../../../contracts/provider-contract.js';
import { describeWith } from '../../../support/programs.js';
import { sshd, startSshd } from '../../../support/sshd.js';
import { forgetful, isRevoked, issued, makeKey, providerFor, realNow, script, setUp } from './world.js';

const PRINCIPALS = ['ops', 'db'] as const;

const holding = (subject: string, principals: Json): Holding => ({
  target: 'hosts',
  subject,
  grant: { principals },
});

async function makeHarness(): Promise<ProviderHarness> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  const authority = await setUp(dir);
  const people = [await makeKey(join(dir, 'alice')), await makeKey(join(dir, 'bob'))] as const;
  const host = await startSshd(join(dir, 'host'), { authority: authority.folder, principals: PRINCIPALS });
  const provider = await providerFor(authority, { ssh_keygen: await forgetful(dir) });
  const good = async () => {
    const all = await issued(authority);
    const revoked = await Promise.all(all.map((one) => isRevoked(authority, one)));
    return all.filter((_, index) => revoked[index] === false);
  };
  return {
    kind,
    provider,
    now: realNow(),
    holding: (person, thing) => holding(people[person].publicKey, [PRINCIPALS[thing]]),
    async holds({ subject, grant }) {
      const person = people.find(({ publicKey }) => publicKey === subject);
      const [principal] = grant.principals as readonly string[];
      if (person === undefined) return false;
      const certificates = await issued(authority);
      return host.letsIn({ key: person.file, certificates, principal: principal ?? '' });
    },
    addStanding: async () => {
      throw new Error('what others sign leaves no trace');
    },
    unknown: holding('mallory', ['ops']),
    hostile: [
      ...(await hostileKeys(dir, people[0].publicKey)).map((subject) => ({
        what: `subject ${JSON.stringify(subject)}`,
        holding: holding(subject, ['ops']),
      })),
      ...HOSTILE_PRINCIPALS.map((principals) => ({
        what: `principals ${JSON.stringify(principals)}`,
        holding: holding(people[0].publicKey, principals),
      })),
    ],
    snapshot: async () => Promise.all((await good()).map((file) => readFile(file, 'utf8'))),
    hanging: async () =>
      providerFor(authority, {
        ssh_keygen: await script(join(dir, 'hanging'), 'exec sleep 1000'),
        timeout_seconds: 0.1,
      }),
    async refused() {
      await chmod(authority.caKey, 0o644);
      return provider;
    },
    async partial() {
      await writeFile(join(authority.folder, 'issued', '1-cert.pub'), 'half a certif');
      return provider;
    },
    loseAnswer: () => writeFile(join(dir, 'lose-answer'), ''),
    async close() {
      await host.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function hostileKeys(dir: string, good: string): Promise<readonly string[]> {
  const [type = '', base64 = ''] = good.split(' ');
  const rsa = await makeKey(join(dir, 'rsa'), '-t', 'rsa', '-b', '1024');
  return [
    '',
    ' ',
    'alice',
    rsa.publicKey,
    `${good} alice@laptop`,
    `${good}\n${rsa.publicKey}`,
    `${good}\n`,
    ` ${good}`,
    good.replace(' ', '  '),
    `cert-authority ${good}`,
    `command="id" ${good}`,
    `${good}\u0000`,
    `ssh-rsa ${base64}`,
    `${type} ${base64.slice(0, -4)}`,
    `${type} ${base64}AAAA`,
    `${type} ${base64.replace(/^A/, 'B')}`,
    `${type}-cert-v01@openssh.com ${base64}`,
    `constructor ${base64}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----`,
    '../alice.pub',
  ];
}

const HOSTILE_PRINCIPALS: readonly Json[] = [
  [],
  [''],
  ['ops,root'],
  ['ops\nroot'],
  ['ops '],
  ['OPS'],
  ['ops\u0000'],
  ['-n'],
  ['*'],
  ['ops', 'ops'],
  ['opѕ'],
  [7],
  'ops',
  null,
  ['o'.repeat(64)],
  Array.from({ length: 11 }, (_, index) => `p${index}`),
];

const NO_STANDING = 'what others sign with the authority leaves no trace; it is to sign for nobody else';

describeWith(sshd, 'with a real sshd', () => {
  providerContract('ssh', {
    makeHarness,
    except: {
      'leaves standing access as it was': NO_STANDING,
      'cannot be made to take standing access away': NO_STANDING,
      'leaves the sessions of standing access alone': NO_STANDING,
      'lists who else holds it': NO_STANDING,
      'lists everybody who holds what nobody in particular is asked about': NO_STANDING,
      'is ended by the target itself': 'the clock of sshd cannot be moved; see login.test.ts',
      'ends the sessions of what it revoked, and no others': 'sshd looks at a certificate only once',
    },
  });
});
