import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Json } from './core/entitlement.js';
import type { Issue } from './documents/issue.js';
import { parseSettings, type SecretSource, type Settings } from './documents/settings.js';
import type { ProviderKind } from './ports/provider.js';

/** Settings with every secret in its place. Nothing here may be logged; `secrets` is what a log has to take out. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly signingKey: string;
  readonly connections: ReadonlyMap<
    string,
    { readonly kind: string; readonly connection: Readonly<Record<string, Json>> }
  >;
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
}

/** Fewer bytes than this can be guessed; and without any, Probot takes `development` (T080). */
const LEAST_SECRET_BYTES = 32;

/**
 * The only reader of settings and environment. A server that cannot have all it needs does not start, and says everything that is
 * missing at once. Paths in the settings are relative to their file.
 */
export async function readSettings({ file, env, kinds }: SettingsPlace): Promise<SettingsOutcome> {
  const bytes = await readOrProblem(file);
  if ('problem' in bytes) return { problems: [{ code: 'settings_unreadable', message: bytes.problem }] };
  const parsed = parseSettings(bytes.bytes, file, kinds);
  if ('issues' in parsed) return { problems: parsed.issues.map(problemOf) };
  const settings = parsed.value;
  const problems: SettingsProblem[] = [];
  const folder = dirname(resolve(file));
  const secret = async (what: string, source: SecretSource, check?: Check): Promise<string> => {
    const read = await readSecret(source, { env, folder });
    const problem = 'problem' in read ? read.problem : check?.(read.value);
    if (problem !== undefined) problems.push({ code: 'secret_unusable', message: `${what}: ${problem}` });
    return 'value' in read ? read.value : '';
  };
  const privateKey = await secret(
    'github.private_key',
    settings.github.privateKey,
    pemProblem('PRIVATE KEY'),
  );
  const webhookSecret = await secret('github.webhook_secret', settings.github.webhookSecret, weakSecret);
  const signingKey = await secret('signing_key', settings.signingKey, pemProblem('OPENSSH PRIVATE KEY'));
  const secrets = [privateKey, webhookSecret, signingKey];
  const connections = new Map<string, { kind: string; connection: Record<string, Json> }>();
  for (const [id, target] of settings.targets) {
    const connection: Record<string, Json> = { ...target.connection };
    for (const [key, source] of target.secrets) {
      const value = await secret(`targets.${id}.${key}`, source);
      connection[key] = value;
      secrets.push(value);
    }
    connections.set(id, { kind: target.kind, connection });
  }
  if (problems.length > 0) return { problems };
  const dataDir = resolve(folder, settings.dataDir);
  return { settings: { ...settings, dataDir }, privateKey, webhookSecret, signingKey, connections, secrets };
}

type Check = (value: string) => string | undefined;

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

async function readSecret(
  source: SecretSource,
  place: { readonly env: SettingsPlace['env']; readonly folder: string },
): Promise<{ readonly value: string } | { readonly problem: string }> {
  if ('env' in source) {
    const value = place.env[source.env];
    return value ? { value } : { problem: `the environment variable ${source.env} is not set.` };
  }
  const read = await readOrProblem(resolve(place.folder, source.file));
  if ('problem' in read) return read;
  const value = new TextDecoder().decode(read.bytes).replace(/\r?\n$/, '');
  return value === '' ? { problem: `the file ${source.file} is empty.` } : { value };
}

async function readOrProblem(
  path: string,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }> {
  try {
    return { bytes: await readFile(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { problem: `${path} cannot be read (${code}).` };
  }
}

function problemOf({ file, line, column, code, message, fix }: Issue): SettingsProblem {
  return { code, message: `${file}:${line}:${column} ${message} — ${fix}` };
}
