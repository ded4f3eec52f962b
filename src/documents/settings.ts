import type { Json } from '../core/entitlement.js';
import type { Group } from '../core/identity.js';
import { durationSeconds } from '../core/time.js';
import type { Parsed } from './issue.js';
import { CONTROL_PROFILE } from './profile.js';
import type { Kinds } from './provider-kinds.js';
import { SETTINGS } from './schemas/settings.js';
import {
  type CheckpointSettings,
  type CheckpointsDocument,
  checkCheckpoints,
  checkpointsOf,
  checkStreams,
  type StreamDocument,
  type StreamSettings,
  streamOf,
} from './settings-evidence.js';
import {
  checkReceivers,
  type ReceiverDocument,
  type ReceiverSettings,
  receiverOf,
} from './settings-notify.js';
import {
  checkTargetSettings,
  type SecretPlace,
  type SecretSource,
  splitConnection,
} from './settings-targets.js';
import { checkShape, checkVersion } from './shape.js';
import { durationOf, type GroupDocument, groupOf } from './words.js';
import { type Draft, readYaml } from './yaml-profile.js';

/** The server's own settings as the document says them, with defaults in place. Nothing is read from anywhere yet. */
export interface Settings {
  readonly github: {
    /** Of the API, without a slash at the end. */
    readonly apiUrl: string;
    readonly appId: number;
    /** PEM. */
    readonly privateKey: SecretSource;
    readonly webhookSecret: SecretSource;
  };
  /** The one access repository; everything else is ignored before any call (T061). */
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly id: number;
    readonly installationId: number;
    readonly branch: string;
    readonly ledgerBranch: string;
    readonly cloneUrl: string;
  };
  readonly server: { readonly host: string; readonly port: number; readonly metrics: boolean };
  readonly dataDir: string;
  /** An OpenSSH ed25519 private key. */
  readonly signingKey: SecretSource;
  /** A cron expression. */
  readonly schedule: string;
  /** Who may end any grant early; nobody when empty. */
  readonly revokers: Group;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly publicUrl?: string;
  readonly allowForks: boolean;
  /** Whether the server keeps an issue open for drift. */
  readonly driftIssue: boolean;
  /** Who is told beside the pull request. */
  readonly notify: readonly ReceiverSettings[];
  /** Pages for people; absent: there are none. Then `publicUrl` is there too. */
  readonly dashboard?: DashboardSettings;
  /** How long something may be past its end before people are told. */
  readonly alertAfterSeconds: number;
  /** Where what the ledger says is sent. */
  readonly streams: readonly StreamSettings[];
  /** Where the state of the ledger is written down; absent: nowhere. */
  readonly checkpoints?: CheckpointSettings;
}

/** The GitHub App as what people sign in with. */
export interface DashboardSettings {
  readonly clientId: string;
  readonly clientSecret: SecretSource;
}

export interface TargetSettings {
  readonly kind: string;
  /** What is no secret. */
  readonly connection: Readonly<Record<string, Json>>;
  readonly secrets: readonly SecretPlace[];
}

interface SettingsDocument {
  readonly github: {
    readonly host?: string;
    readonly app_id: number;
    readonly private_key: SecretSource;
    readonly webhook_secret: SecretSource;
  };
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly id: number;
    readonly installation_id: number;
    readonly branch?: string;
    readonly ledger_branch?: string;
  };
  readonly server?: { readonly host?: string; readonly port?: number; readonly metrics?: boolean };
  readonly data_dir: string;
  readonly signing_key: SecretSource;
  readonly schedule?: string;
  readonly revokers?: GroupDocument;
  readonly targets: Readonly<Record<string, { readonly kind: string } & Readonly<Record<string, Json>>>>;
  readonly public_url?: string;
  readonly allow_forks?: boolean;
  readonly drift_issue?: boolean;
  readonly notify?: readonly ReceiverDocument[];
  readonly dashboard?: { readonly client_id: string; readonly client_secret: SecretSource };
  readonly alert_after?: string;
  readonly streams?: readonly StreamDocument[];
  readonly checkpoints?: CheckpointsDocument;
}

const PUBLIC_API = 'api.github.com';
const EVERY_MINUTE = '* * * * *';
const ALERT_AFTER = '5m';

/** @param kinds the table of providers: each says what its connections look like. */
export function parseSettings(bytes: Uint8Array, file: string, kinds: Kinds): Parsed<Settings> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, SETTINGS);
  checkTargetSettings(draft, kinds);
  checkReceivers(draft);
  checkDashboard(draft);
  checkStreams(draft);
  checkCheckpoints(draft);
  return draft.conclude(() => settingsOf(draft.value as SettingsDocument, kinds));
}

/** Browsers are sent back to an address, so somebody has to say it. */
function checkDashboard(draft: Draft): void {
  const { dashboard, public_url: url } = (draft.value ?? {}) as Partial<SettingsDocument>;
  if (dashboard !== undefined && url === undefined)
    draft.report('missing_key', ['dashboard'], {
      key: 'public_url',
      expected: 'the address people reach the dashboard at',
    });
}

function evidenceOf({
  streams = [],
  checkpoints,
}: SettingsDocument): Pick<Settings, 'streams' | 'checkpoints'> {
  return {
    streams: streams.map(streamOf),
    ...(checkpoints === undefined ? {} : { checkpoints: checkpointsOf(checkpoints) }),
  };
}

function settingsOf(document: SettingsDocument, kinds: Kinds): Settings {
  const { github, repository, server = {} } = document;
  const { host = PUBLIC_API } = github;
  const { owner, name } = repository;
  return {
    github: {
      apiUrl: host === PUBLIC_API ? `https://${PUBLIC_API}` : host,
      appId: github.app_id,
      privateKey: github.private_key,
      webhookSecret: github.webhook_secret,
    },
    repository: {
      owner,
      name,
      id: repository.id,
      installationId: repository.installation_id,
      branch: repository.branch ?? 'main',
      ledgerBranch: repository.ledger_branch ?? 'access-ledger',
      cloneUrl: `${webUrl(host)}/${owner}/${name}.git`,
    },
    server: { host: server.host ?? '127.0.0.1', port: server.port ?? 3_000, metrics: server.metrics ?? true },
    dataDir: document.data_dir,
    signingKey: document.signing_key,
    schedule: document.schedule ?? EVERY_MINUTE,
    revokers: groupOf(document.revokers ?? {}),
    targets: new Map(Object.entries(document.targets).map(([id, body]) => [id, targetOf(body, kinds)])),
    ...(document.public_url === undefined ? {} : { publicUrl: document.public_url }),
    allowForks: document.allow_forks ?? false,
    driftIssue: document.drift_issue ?? false,
    notify: (document.notify ?? []).map(receiverOf),
    ...(document.dashboard === undefined ? {} : { dashboard: dashboardOf(document.dashboard) }),
    alertAfterSeconds: durationSeconds(durationOf(document.alert_after ?? ALERT_AFTER)),
    ...evidenceOf(document),
  };
}

function dashboardOf({ client_id, client_secret }: NonNullable<SettingsDocument['dashboard']>) {
  return { clientId: client_id, clientSecret: client_secret };
}

/** Where git clones from: GitHub Enterprise Server has its API below the address of its pages. */
function webUrl(host: string): string {
  if (host === PUBLIC_API || host === `https://${PUBLIC_API}`) return 'https://github.com';
  return host.replace(/\/api\/v3$/, '');
}

function targetOf(body: SettingsDocument['targets'][string], kinds: Kinds): TargetSettings {
  const { kind, ...rest } = body;
  return { kind, ...splitConnection(kinds.get(kind)?.connectionSchema ?? {}, rest) };
}
