import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import type { Io } from '../../src/cli/io.js';
import { FIRST_FILES, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';
import { cli, type Ran } from '../cli/harness.js';

/** A folder with the settings of a server, and the GitHub they are about: what a command that needs a server is run in. */
export interface Installation {
  readonly dir: string;
  readonly github: SandboxGitHub;
  /** The private key that signs the ledger. */
  readonly signing: string;
  /** Writes the settings with other targets. */
  configure(targets: string): Promise<void>;
  /** Runs `hallpass` there. */
  run(argv: readonly string[], more?: Pick<Partial<Io>, 'env' | 'ask'>): Promise<Ran>;
  close(): Promise<void>;
}

const [OWNER, REPO, APP, INSTALLATION] = ['acme', 'access', 4_711, 77];

/**
 * @param targets the value of `targets` in the settings: the lines below it, indented.
 * @param files documents of the default branch in place of the sandbox's.
 */
export async function startInstallation({
  targets,
  files = {},
}: {
  readonly targets: string;
  readonly files?: Readonly<Record<string, string>>;
}): Promise<Installation> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  const secret = randomBytes(32).toString('hex');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const github = await startGitHub({
    dir: join(dir, 'github'),
    owner: OWNER,
    repo: REPO,
    now: () => new Date(),
    users: USERS,
    teams: TEAMS,
    files: { ...FIRST_FILES, ...files },
    app: {
      id: APP,
      installationId: INSTALLATION,
      slug: 'hallpass-test',
      publicKey,
      webhookSecret: secret,
    },
  });
  const signing = newPrivateKey('test');
  await writeFile(join(dir, 'app.pem'), privateKey);
  await writeFile(join(dir, 'signing'), signing);
  const configure = (below: string) => writeFile(join(dir, 'hallpass.yaml'), settingsOf(github, below));
  await configure(targets);
  return {
    dir,
    github,
    signing,
    configure,
    run: (argv, { env = {}, ...more } = {}) =>
      cli(argv, { cwd: dir, env: { SECRET: secret, ...env }, ...more }),
    async close() {
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function settingsOf({ url, repositoryId }: SandboxGitHub, targets: string): string {
  return `version: 1
github:
  host: ${url}
  app_id: ${APP}
  private_key: { file: app.pem }
  webhook_secret: { env: SECRET }
repository: { owner: ${OWNER}, name: ${REPO}, id: ${repositoryId}, installation_id: ${INSTALLATION} }
data_dir: data
signing_key: { file: signing }
targets:
${targets}`;
}
