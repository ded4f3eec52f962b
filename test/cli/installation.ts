import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { FIRST_FILES, TEAMS, USERS } from '../../src/sandbox/documents.js';
import { type GitHubOptions, type SandboxGitHub, startGitHub } from '../../src/sandbox/github/start.js';

/** A server's settings for a stand-in of its own, with its secrets beside them. */
export interface Installation {
  readonly github: SandboxGitHub;
  /** What the command line needs of the environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  readonly signingKey?: string;
  readonly webhookSecret?: string;
  readonly github?: Partial<Omit<GitHubOptions, 'app'>> & { readonly app?: Partial<GitHubOptions['app']> };
  readonly targets?: string;
}

/** @param dir gets `hallpass.yaml` and everything it names. */
export async function installation(dir: string, options: InstallationOptions = {}): Promise<Installation> {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const webhookSecret = options.webhookSecret ?? randomBytes(32).toString('hex');
  const github = await startGitHub({
    dir: join(dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => new Date(),
    users: USERS,
    teams: TEAMS,
    files: FIRST_FILES,
    ...options.github,
    app: {
      id: 4711,
      installationId: 77,
      slug: 'hallpass-test',
      publicKey: keys.publicKey,
      webhookSecret,
      ...options.github?.app,
    },
  });
  writeFileSync(join(dir, 'app.pem'), keys.privateKey);
  writeFileSync(join(dir, 'signing'), options.signingKey ?? newPrivateKey('test'));
  writeFileSync(join(dir, 'hallpass.yaml'), settingsOf(github, options.targets));
  return { github, env: { SECRET: webhookSecret }, close: () => github.close() };
}

function settingsOf(github: SandboxGitHub, targets = '  orders-db: { kind: memory }\n'): string {
  return `version: 1
github:
  host: ${github.url}
  app_id: 4711
  private_key: { file: app.pem }
  webhook_secret: { env: SECRET }
repository: { owner: acme, name: access, id: ${github.repositoryId}, installation_id: 77 }
server: { port: 0 }
data_dir: data
signing_key: { file: signing }
schedule: 0 0 29 2 *
targets:
${targets}`;
}
