import { dirname, resolve } from 'node:path';
import type { Json } from './core/entitlement.js';
import { addressProblem, type Check, signingSecretProblem } from './core/receiver.js';
import type { Issue } from './documents/issue.js';
import { parseSettings, type Settings, type TargetSettings } from './documents/settings.js';
import type { StreamSettings } from './documents/settings-evidence.js';
import type { ReceiverSettings } from './documents/settings-notify.js';
import { type SecretSource, withSecrets } from './documents/settings-targets.js';
import { Blocked } from './ports/fault.js';
import type { ProviderKind } from './ports/provider.js';
import { databaseProblem } from './settings/database-address.js';
import { createKnownSecrets } from './settings/known-secrets.js';
import { type RunForOutput, readOrProblem, readSecret } from './settings/secret-source.js';

type Connection = Readonly<Record<string, Json>>;

/** How to reach a target, its secrets in their places. */
export interface ReadTarget {
  readonly kind: string;
  readonly connection: Connection;
  /** Reads the secrets again. Absent where there are none. @throws Blocked when one cannot be read now. */
  readonly reread?: () => Promise<Connection>;
}

/** Settings with every secret in its place. Nothing here may be logged; `secrets` is what a log has to take out. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly signingKey: string;
  /** Of the database that replicas share; absent where one process serves alone. */
  readonly databaseUrl?: string;
  readonly connections: ReadonlyMap<string, ReadTarget>;
  readonly receivers: readonly Receiver[];
  /** What people sign in with; absent where there is no dashboard. */
  readonly dashboard?: { readonly clientId: string; readonly clientSecret: string };
  readonly streams: readonly Stream[];
  readonly secrets: () => readonly string[];
}

/** A receiver of notices with its address and what signs for it. */
export interface Receiver extends Omit<ReceiverSettings, 'url' | 'secrets'> {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** A stream with its address and what signs for it. */
export interface Stream extends Omit<StreamSettings, 'url' | 'secrets'> {
  readonly url?: string;
  readonly secrets: readonly string[];
}

/** One reason not to start. */
export interface SettingsProblem {
  readonly code: string;
  readonly message: string;
}

export type SettingsOutcome = ReadSettings | { readonly problems: readonly SettingsProblem[] };

export interface SettingsPlace {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  readonly run: RunForOutput;
}

/** Fewer bytes than this can be guessed; and without any, Probot takes `development` (T080). */
const LEAST_SECRET_BYTES = 32;

/**
 * The only reader of settings and environment. A server that cannot have all it needs does not start, and says everything that is
 * missing at once. Paths in the settings are relative to their file.
 */
export async function readSettings({ file, env, kinds, run }: SettingsPlace): Promise<SettingsOutcome> {
  const bytes = await readOrProblem(file);
  if ('problem' in bytes) return { problems: [{ code: 'settings_unreadable', message: bytes.problem }] };
  const parsed = parseSettings(bytes.bytes, file, kinds);
  if ('issues' in parsed) return { problems: parsed.issues.map(problemOf) };
  const settings = parsed.value;
  const problems: SettingsProblem[] = [];
  const folder = dirname(resolve(file));
  const known = createKnownSecrets();
  const secret: Reader = async (place, source, check) => {
    const read = await readSecret(source, { env, folder, run });
    if ('value' in read) known.add(place, read.value);
    const problem = 'problem' in read ? read.problem : check?.(read.value);
    if (problem === undefined && 'value' in read) return read.value;
    throw new Blocked('secret_unusable', `${place}: ${problem}`, 'Put the secret where the settings say.');
  };
  const noted: Reader = (place, source, check) =>
    secret(place, source, check).catch((error: unknown) => {
      if (!(error instanceof Blocked)) throw error;
      problems.push({ code: error.code, message: error.message });
      return '';
    });
  const { github } = settings;
  const privateKey = await noted('github.private_key', github.privateKey, pemProblem('PRIVATE KEY'));
  const webhookSecret = await noted('github.webhook_secret', github.webhookSecret, weakSecret);
  const signingKey = await noted('signing_key', settings.signingKey, pemProblem('OPENSSH PRIVATE KEY'));
  const shared = settings.database ?? (env.DATABASE_URL ? { env: 'DATABASE_URL' } : undefined);
  const database = shared && { databaseUrl: await noted('database', shared, databaseProblem) };
  const connections = new Map<string, ReadTarget>();
  for (const [id, target] of settings.targets) {
    const connection = await connect(id, target, noted);
    const reread = target.secrets.length === 0 ? {} : { reread: () => connect(id, target, secret) };
    connections.set(id, { kind: target.kind, connection, ...reread });
  }
  const receivers = await readReceivers(settings.notify, noted);
  const dashboard = await readDashboard(settings.dashboard, noted);
  const streams = await readStreams(settings.streams, folder, noted);
  if (problems.length > 0) return { problems };
  const dataDir = resolve(folder, settings.dataDir);
  const read = {
    privateKey,
    webhookSecret,
    signingKey,
    connections,
    receivers,
    streams,
    ...dashboard,
    ...database,
    secrets: known.all,
    ...database,
  };
  return { settings: { ...settings, ...placed(settings.checkpoints, folder), dataDir }, ...read };
}

/** Reads one secret and sees to it that the log knows it. */
type Reader = (place: string, source: SecretSource, check?: Check) => Promise<string>;

async function connect(
  id: string,
  { connection, secrets }: TargetSettings,
  read: Reader,
): Promise<Connection> {
  const values = secrets.map(async ({ at, source }) => ({
    at,
    value: await read(`targets.${id}.${at.join('.')}`, source),
  }));
  return withSecrets(connection, await Promise.all(values));
}

async function readDashboard(
  settings: Settings['dashboard'],
  read: Reader,
): Promise<Pick<ReadSettings, 'dashboard'>> {
  if (settings === undefined) return {};
  const { clientId } = settings;
  const clientSecret = await read('dashboard.client_secret', settings.clientSecret, weakSecret);
  return { dashboard: { clientId, clientSecret } };
}

async function readReceivers(
  settings: readonly ReceiverSettings[],
  read: Reader,
): Promise<readonly Receiver[]> {
  const receivers: Receiver[] = [];
  for (const { url, secrets, ...rest } of settings) {
    const place = `notify.${rest.name}`;
    const signing: string[] = [];
    const address = await read(`${place}.url`, url, addressProblem);
    for (const source of secrets) signing.push(await read(`${place}.secrets`, source, signingSecretProblem));
    receivers.push({ ...rest, url: address, secrets: signing });
  }
  return receivers;
}

async function readStreams(
  settings: readonly StreamSettings[],
  folder: string,
  read: Reader,
): Promise<readonly Stream[]> {
  const streams: Stream[] = [];
  for (const { url, secrets, file, ...rest } of settings) {
    const place = `streams.${rest.name}`;
    const signing: string[] = [];
    for (const source of secrets) signing.push(await read(`${place}.secrets`, source, signingSecretProblem));
    const where =
      url === undefined
        ? { file: resolve(folder, file ?? '') }
        : { url: await read(`${place}.url`, url, addressProblem) };
    streams.push({ ...rest, ...where, secrets: signing });
  }
  return streams;
}

/** Relative folders lie below the settings, as files do. */
function placed(checkpoints: Settings['checkpoints'], folder: string): Pick<Settings, 'checkpoints'> {
  if (checkpoints === undefined) return {};
  const { folder: own } = checkpoints;
  return { checkpoints: { ...checkpoints, ...(own === undefined ? {} : { folder: resolve(folder, own) }) } };
}

const weakSecret: Check = (value) =>
  Buffer.byteLength(value) >= LEAST_SECRET_BYTES
    ? undefined
    : `it has ${Buffer.byteLength(value)} bytes. Use a random one of at least ${LEAST_SECRET_BYTES}, such as from \`openssl rand -hex 32\`.`;

const pemProblem =
  (label: string): Check =>
  (value) =>
    value.includes(`-----BEGIN `) && value.includes(`${label}-----`)
      ? undefined
      : `it is no ${label} in PEM form.`;

function problemOf({ file, line, column, code, message, fix }: Issue): SettingsProblem {
  return { code, message: `${file}:${line}:${column} ${message} — ${fix}` };
}
