import { Blocked } from '../../../ports/fault.js';
import type { Connection } from '../deps.js';
import { parseVerifiers } from './verifiers.js';

/** The connection with its defaults. */
export interface Settings {
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: { readonly ca?: string } | false;
  /** Subject to SCRAM verifier; absent where made logins authenticate in another way. */
  readonly verifiers?: ReadonlyMap<string, string>;
  /** Whether a job in the database ends access as well. */
  readonly reaper: boolean;
  /** How long one call may take. */
  readonly milliseconds: number;
}

const DEFAULT_PORT = 5_432;
const DEFAULT_SECONDS = 15;

export function readConnection(connection: Connection, target: string): Settings {
  const text = (key: string): string | undefined => {
    const value = connection[key];
    return typeof value === 'string' ? value : undefined;
  };
  const needed = (key: string): string => text(key) ?? missing(target, key);
  const number = (key: string, otherwise: number): number => {
    const value = connection[key];
    return typeof value === 'number' ? value : otherwise;
  };
  const ca = text('ca');
  const verifiers = text('verifiers');
  return {
    target,
    host: needed('host'),
    port: number('port', DEFAULT_PORT),
    database: needed('database'),
    user: needed('user'),
    password: text('password') ?? '',
    tls: text('tls') === 'off' ? false : ca === undefined ? {} : { ca },
    ...(verifiers === undefined ? {} : { verifiers: parseVerifiers(verifiers, target) }),
    reaper: connection.reaper === 'pg_cron',
    milliseconds: number('timeout_seconds', DEFAULT_SECONDS) * 1_000,
  };
}

function missing(target: string, key: string): never {
  throw new Blocked(
    'settings',
    `the connection of ${target} has no ${key}`,
    `Add ${key} to the connection of ${target} in the settings.`,
  );
}
