import { type SimpleGit, type SimpleGitOptions, simpleGit } from 'simple-git';
import { Retry } from '../../ports/fault.js';
import { isDamage, remoteFault, textOf } from './faults.js';
import { type Credentials, type Environment, remoteConfig, sealedEnvironment, secretsOf } from './sealed.js';

export interface RemoteOptions {
  /** `https://...`, `http://` on this machine, or an absolute path. Never with credentials in it. */
  readonly url: string;
  /** Asked before every call, because installation tokens live for an hour. */
  readonly credentials?: () => Promise<Credentials | undefined>;
  /** `PATH`, a proxy, certificates: what git needs from the installation. */
  readonly environment?: Environment;
  /** Milliseconds for one call to the remote; default two minutes, and ten for a first copy. */
  readonly timeout?: number;
}

const TIMEOUT = 120_000;

/** The seal is ours, so simple-git is told that what it would rather not see is meant. */
const MEANT: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeHooksPath: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeTemplateDir: true,
};

/** A local copy that git itself says is broken; a new copy is the cure. */
export class Damaged extends Error {}

/**
 * Runs one git command that talks to the remote.
 * @throws Damaged when the local copy is at fault, else a fault. Secrets are in neither.
 */
export async function callRemote(
  gitDir: string,
  options: RemoteOptions,
  args: readonly string[],
): Promise<string> {
  const credentials = await options.credentials?.();
  try {
    const git = sealedGit(gitDir, options, credentials);
    return await git.raw([...args]);
  } catch (error) {
    if (isDamage(textOf(error))) throw new Damaged('the local copy is damaged');
    throw remoteFault(error, secretsOf(credentials));
  }
}

function sealedGit(gitDir: string, options: RemoteOptions, credentials?: Credentials): SimpleGit {
  const environment = sealedEnvironment(options.environment, remoteConfig(options.url, credentials));
  const env = { ...environment, GIT_DIR: gitDir };
  return simpleGit({
    baseDir: gitDir,
    abort: AbortSignal.timeout(options.timeout ?? TIMEOUT),
    allowEnvironment: Object.keys(env),
    unsafe: MEANT,
    // By itself simple-git takes a failure without a message for a success.
    errors: (error, result) =>
      error ?? (result.exitCode === 0 ? undefined : Buffer.concat([...result.stdOut, ...result.stdErr])),
  }).env(env);
}

export async function initBare(gitDir: string, options: RemoteOptions): Promise<void> {
  try {
    await sealedGit(gitDir, options).raw(['init', '--bare', '--quiet', '--template=']);
  } catch (error) {
    throw new Retry('mirror_unwritable', `the mirror cannot be made: ${textOf(error)}`);
  }
}
