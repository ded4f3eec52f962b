import { canonicalJson } from '../../core/grant.js';
import { type Instant, secondsBetween } from '../../core/time.js';
import { Blocked, isFault } from '../../ports/fault.js';
import type { Provider } from '../../ports/provider.js';
import type { Connection, ProviderDeps } from './deps.js';

export interface FreshOptions extends Pick<ProviderDeps, 'target' | 'clock' | 'log'> {
  /** As it was read at the start. */
  readonly connection: Connection;
  /** The connection with its secrets as they are now. */
  reread(): Promise<Connection>;
  open(connection: Connection): Promise<Provider>;
}

/** Secrets are read again at most this often, in seconds, while the target takes them. */
const READ_EVERY = 60;
/** What every kind calls it when a target does not take our credentials. */
const REFUSED = 'credentials';

/** One provider and what it was made of. It is closed when nobody uses it any more. */
interface Opened {
  readonly provider: Provider;
  readonly text: string;
  calls: number;
  isReplaced: boolean;
}

/**
 * A provider whose secrets may change while the server runs. Before a call they are read again when that was a minute ago, and at once
 * when the target refuses them; a provider made of other secrets takes the place of the old one, and the refused call is made again. What
 * cannot be read leaves everything as it is: ends must go on.
 */
export async function openFresh(options: FreshOptions): Promise<Provider> {
  const { clock, target, log } = options;
  let current = await openWith(options, options.connection);
  let readAt: Instant = clock.now();
  let reading: Promise<void> | undefined;

  const reread = async (): Promise<void> => {
    readAt = clock.now();
    try {
      const connection = await options.reread();
      if (canonicalJson(connection) === current.text) return;
      const [old, next] = [current, await openWith(options, connection)];
      current = next;
      old.isReplaced = true;
      await closeUnused(old);
      log.info('secrets of a target were replaced', { target });
    } catch (error) {
      log.warn('secrets of a target were not read', {
        target,
        code: isFault(error) ? error.code : 'unexpected',
      });
    }
  };
  /** Everybody who asks meanwhile waits for the same reading. */
  const refresh = (): Promise<void> => {
    reading ??= reread().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const call = async <T>(work: (provider: Provider) => Promise<T>): Promise<T> => {
    // A clock that was set back must not stop the reading.
    if (!(Math.abs(secondsBetween(readAt, clock.now())) < READ_EVERY)) await refresh();
    const used = current;
    try {
      return await use(used, work);
    } catch (error) {
      if (!(error instanceof Blocked && error.code === REFUSED)) throw error;
      if (used === current) await refresh();
      if (used === current) throw error;
      return use(current, work);
    }
  };
  return { ...verbsOf(current.provider, call), close: () => closeNow(current) };
}

async function openWith({ open }: FreshOptions, connection: Connection): Promise<Opened> {
  return { provider: await open(connection), text: canonicalJson(connection), calls: 0, isReplaced: false };
}

/** The same verbs, each of the provider that is current when it is called. What else it says of itself hangs on no secret. */
function verbsOf(
  first: Provider,
  call: <T>(work: (provider: Provider) => Promise<T>) => Promise<T>,
): Provider {
  return {
    ...first,
    observe: (...asked) => call((provider) => provider.observe(...asked)),
    grant: (...asked) => call((provider) => provider.grant(...asked)),
    revoke: (...asked) => call((provider) => provider.revoke(...asked)),
    ...(first.endSessions && {
      endSessions: (holding) => call(async (provider) => (await provider.endSessions?.(holding)) ?? lost()),
    }),
    ...(first.preflight && {
      preflight: (holding) => call(async (provider) => provider.preflight?.(holding)),
    }),
    ...(first.discover && {
      discover: () => call(async (provider) => (await provider.discover?.()) ?? lost()),
    }),
  };
}

function lost(): never {
  throw new TypeError('a provider has other verbs since its secrets were replaced');
}

async function use<T>(opened: Opened, work: (provider: Provider) => Promise<T>): Promise<T> {
  opened.calls += 1;
  try {
    return await work(opened.provider);
  } finally {
    opened.calls -= 1;
    await closeUnused(opened);
  }
}

async function closeUnused(opened: Opened): Promise<void> {
  // What is not needed any more must not spoil the call that was the last to use it.
  if (opened.isReplaced && opened.calls === 0) await closeNow(opened).catch(() => undefined);
}

async function closeNow({ provider }: Opened): Promise<void> {
  await provider.close?.();
}
