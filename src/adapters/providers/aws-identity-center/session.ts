import { setTimeout as sleep } from 'node:timers/promises';
import type { Identitystore, IdentitystoreClientConfig } from '@aws-sdk/client-identitystore';
import type { Organizations } from '@aws-sdk/client-organizations';
import type { SSOAdmin } from '@aws-sdk/client-sso-admin';
import { Blocked, Retry } from '../../../ports/fault.js';
import { loadPeer } from '../../../ports/provider-faults.js';
import type { Connection } from '../deps.js';
import { faultOf } from './fault.js';

/** AWS for the length of one call of ours. */
export interface Aws {
  readonly sso: SSOAdmin;
  readonly store: Identitystore;
  /** Where policies of the organization are; absent where the settings name none to deny in. */
  readonly denying?: { readonly organizations: Organizations; readonly policy: string };
  /** The last argument of every call to AWS. */
  readonly options: { readonly abortSignal: AbortSignal };
  readonly instance: string;
  readonly identityStore: string;
  /** One after the other, for the whole target. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Between two looks at something that AWS does in the background. */
  pause(): Promise<void>;
}

/** What tests put in the place of AWS and of time. */
export interface Surroundings {
  readonly endpoint?: string;
  readonly pause?: () => Promise<void>;
}

export interface Session {
  /** Does the work within its time. What is not done by then is given up, and the truth is what is observed next. */
  run<T>(work: (aws: Aws) => Promise<T>): Promise<T>;
  close(): void;
}

const DEFAULT_SECONDS = 120;
const PAUSE_MILLISECONDS = 1_000;
const MOST_PAGES = 100;

export async function openSession(
  connection: Connection,
  target: string,
  surroundings: Surroundings = {},
): Promise<Session> {
  const clients = await loadClients();
  const seconds =
    typeof connection.timeout_seconds === 'number' ? connection.timeout_seconds : DEFAULT_SECONDS;
  const config = configOf(connection, surroundings, seconds * 1_000);
  const sso = new clients.SSOAdmin(config);
  const store = new clients.Identitystore(config);
  const denying = await denyingOf(connection, config);
  const known = {
    ...(denying === undefined ? {} : { denying }),
    sso,
    store,
    instance: String(connection.instance),
    identityStore: String(connection.identity_store),
    inTurn: turns(),
  };
  return {
    async run(work) {
      const abort = new AbortController();
      const { signal } = abort;
      const pause = surroundings.pause ?? (() => sleep(PAUSE_MILLISECONDS, undefined, { signal }));
      const working = work({
        ...known,
        options: { abortSignal: signal },
        pause: () => unlessOver(signal, pause),
      });
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Retry('timeout', `${target} was not done within ${seconds} s`));
          abort.abort();
        }, seconds * 1_000);
      });
      try {
        return await Promise.race([working, tooLate]);
      } catch (error) {
        throw faultOf(error, target);
      } finally {
        clearTimeout(timer);
        working.catch(() => undefined);
      }
    },
    close() {
      sso.destroy();
      store.destroy();
      denying?.organizations.destroy();
    },
  };
}

async function denyingOf(
  { deny_policy: policy }: Connection,
  config: IdentitystoreClientConfig,
): Promise<Aws['denying']> {
  if (typeof policy !== 'string') return undefined;
  const load = () => import('@aws-sdk/client-organizations');
  const { Organizations: Client } = await loadPeer(
    'aws-identity-center',
    '@aws-sdk/client-organizations@3',
    load,
  );
  return { organizations: new Client(config), policy };
}

/** One that failed is no reason for the next. */
function turns(): Aws['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function unlessOver(signal: AbortSignal, pause: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  await pause();
}

/** The SDK tries nothing again by itself: an answer that was lost is a reason to look, not to ask for the same once more. */
function configOf(
  { region, access_key_id, secret_access_key }: Connection,
  { endpoint }: Surroundings,
  milliseconds: number,
): IdentitystoreClientConfig {
  return {
    region: String(region),
    maxAttempts: 1,
    requestHandler: { requestTimeout: milliseconds, connectionTimeout: milliseconds },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(typeof access_key_id === 'string' && typeof secret_access_key === 'string'
      ? { credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key } }
      : {}),
  };
}

type Clients = Pick<typeof import('@aws-sdk/client-sso-admin'), 'SSOAdmin'> &
  Pick<typeof import('@aws-sdk/client-identitystore'), 'Identitystore'>;

/** Loads the clients on first use, since they need not be installed where no target is an Identity Center. */
export async function loadClients(
  load = () => Promise.all([import('@aws-sdk/client-sso-admin'), import('@aws-sdk/client-identitystore')]),
): Promise<Clients> {
  const install = '@aws-sdk/client-sso-admin@3 @aws-sdk/client-identitystore@3';
  const [{ SSOAdmin }, { Identitystore }] = await loadPeer('aws-identity-center', install, load);
  return { SSOAdmin, Identitystore };
}

/** Every page of a list. An answer without a list is not an empty one. */
export async function listAll<T>(
  page: (
    NextToken: string | undefined,
  ) => Promise<{ items: readonly T[] | undefined; next: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let next: string | undefined;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const { items, next: after } = await page(next);
    if (items === undefined) throw new Retry('no_list', 'AWS answered with something else than a list');
    all.push(...items);
    if (after === undefined || after === '') return all;
    next = after;
  }
  throw new Blocked(
    'list_too_long',
    `AWS has more than ${MOST_PAGES} pages of results`,
    'Use a permission set or a group with fewer holders.',
  );
}
