import { resolve } from 'node:path';
import type { Log } from '../ports/log.js';
import type { ServeOptions } from '../serve.js';
import { type ReadSettings, readSettings } from '../settings.js';
import { createLog, providerKinds, runProgram, systemClock, type Wired, wireServer } from '../wire.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';

export const SETTINGS = [
  '--settings <file>',
  "the server's settings; default HALLPASS_SETTINGS, then hallpass.yaml",
] as const;

/** What a server is started with, and where the replicas of its fleet meet. */
export interface FleetOptions extends ServeOptions {
  /** Absent where one process serves alone. */
  readonly databaseUrl?: string;
}

/** Everything a server needs, from its settings; or every reason not to start, at once. */
export async function serverOptions(file: string | undefined, io: Io): Promise<FleetOptions> {
  const path = resolve(io.cwd, file ?? io.env.HALLPASS_SETTINGS ?? 'hallpass.yaml');
  const read = await readSettings({ file: path, env: io.env, kinds: providerKinds, run: runProgram });
  if ('settings' in read) return { ...optionsOf(read, logOf(read, io)), gitEnvironment: given(io.env) };
  throw new Unable(
    'Hallpass does not start with these settings:',
    read.problems.some(({ code }) => code === 'settings_unreadable')
      ? 'Name the file with --settings or HALLPASS_SETTINGS; docs/operating.md has one to start from.'
      : 'Mend all of it; docs/spec/settings.md says what each setting is.',
    read.problems.map(({ code, message }) => `- ${code}: ${message}`),
  );
}

function given(env: Io['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** GitHub recommends at most six pushes a minute to a repository. */
const PUSHES_BELOW = 6;

/** Logs go to the error output, where they are in nobody's way. */
function logOf({ secrets }: ReadSettings, io: Io): Log {
  return createLog({ clock: systemClock, secrets, destination: { write: io.err } });
}

function optionsOf({ settings, ...secret }: ReadSettings, log: Log): FleetOptions {
  const { github, repository, server } = settings;
  return {
    github: {
      apiUrl: github.apiUrl,
      appId: github.appId,
      cloneUrl: repository.cloneUrl,
      privateKey: secret.privateKey,
    },
    repository,
    rules: {
      branch: repository.branch,
      allowForks: settings.allowForks,
      revokers: settings.revokers,
      driftIssue: settings.driftIssue,
      alertAfterSeconds: settings.alertAfterSeconds,
    },
    receivers: secret.receivers,
    streams: secret.streams,
    ...(settings.checkpoints === undefined ? {} : { checkpoints: settings.checkpoints }),
    dataDir: settings.dataDir,
    signingKey: secret.signingKey,
    secrets: secret.secrets,
    targets: secret.connections,
    clock: systemClock,
    log,
    webhookSecret: secret.webhookSecret,
    host: server.host,
    port: server.port,
    metrics: server.metrics,
    schedule: settings.schedule,
    pushesBelow: PUSHES_BELOW,
    ...(secret.dashboard === undefined ? {} : { dashboard: secret.dashboard }),
    ...(secret.databaseUrl === undefined ? {} : { databaseUrl: secret.databaseUrl }),
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  };
}

/** Wires the access repository for one piece of work, and lets go of it whatever happens. */
export async function withServer<T>(
  file: string | undefined,
  io: Io,
  work: (wired: Wired) => Promise<T>,
): Promise<T> {
  const wired = await wireServer(await serverOptions(file, io));
  try {
    return await work(wired);
  } finally {
    await wired.close();
  }
}
