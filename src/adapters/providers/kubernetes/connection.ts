import { readFile } from 'node:fs/promises';
import { Blocked } from '../../../ports/fault.js';
import { parseAddress } from '../../http/address.js';
import type { Connection } from '../deps.js';

export interface Cluster {
  readonly target: string;
  readonly base: URL;
  readonly ca: string | undefined;
  readonly milliseconds: number;
  readonly escalatingRoles: 'refused' | 'allowed';
  /** The token as it is now. */
  readonly token: () => Promise<string>;
}

const DEFAULT_SECONDS = 15;

export function readConnection(connection: Connection, target: string): Cluster {
  const seconds = connection.timeout_seconds;
  return {
    target,
    base: parseAddress(target, String(connection.url)),
    ca: typeof connection.ca === 'string' ? connection.ca : undefined,
    milliseconds: (typeof seconds === 'number' ? seconds : DEFAULT_SECONDS) * 1_000,
    escalatingRoles: connection.escalating_roles === 'allowed' ? 'allowed' : 'refused',
    token: tokenOf(connection, target),
  };
}

function tokenOf({ token, token_file: file }: Connection, target: string): () => Promise<string> {
  if (typeof token === 'string' && file === undefined) return async () => token;
  if (typeof file === 'string' && token === undefined) return () => readToken(target, file);
  throw new Blocked(
    'settings',
    `${target} needs either token or token_file`,
    `Give ${target} one of token and token_file in the settings.`,
  );
}

/** The kubelet renews a bound token in its file before it ends, so it is never kept. */
async function readToken(target: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Blocked(
      'credentials',
      `the token file of ${target} cannot be read`,
      `Let Hallpass read ${file}, or correct token_file in the settings.`,
      error,
    );
  }
}
