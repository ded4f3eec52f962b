import { isIPv4 } from 'node:net';
import { Blocked } from '../../../ports/fault.js';
import type { Connection } from '../deps.js';

/** The connection with its defaults. */
export interface Settings {
  readonly target: string;
  readonly url: URL;
  readonly startTls: boolean;
  readonly ca: string | undefined;
  readonly bindDn: string;
  readonly password: string;
  readonly peopleBase: string;
  readonly peopleAttribute: string;
  readonly groupsBase: string;
  readonly groupAttribute: string;
  readonly memberAttribute: string;
  readonly idAttribute: string;
  readonly placeholder: string | undefined;
  readonly grantsBase: string | undefined;
  /** How long one call may take. */
  readonly milliseconds: number;
}

const DEFAULT_SECONDS = 15;

export function readConnection(connection: Connection, target: string): Settings {
  const text = (key: string): string | undefined => {
    const value = connection[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const needed = (key: string): string => text(key) ?? missing(target, key);
  const { timeout_seconds } = connection;
  const settings = {
    target,
    url: new URL(needed('url')),
    startTls: connection.starttls === true,
    ca: text('ca'),
    bindDn: needed('bind_dn'),
    // An empty one would make the server take us for nobody, without saying so (RFC 4513, section 5.1.2).
    password: needed('password'),
    peopleBase: needed('people_base'),
    peopleAttribute: text('people_attribute') ?? 'uid',
    groupsBase: needed('groups_base'),
    groupAttribute: text('group_attribute') ?? 'cn',
    memberAttribute: text('member_attribute') ?? 'member',
    idAttribute: text('id_attribute') ?? 'entryUUID',
    placeholder: text('placeholder'),
    grantsBase: text('grants_base'),
    milliseconds: (typeof timeout_seconds === 'number' ? timeout_seconds : DEFAULT_SECONDS) * 1_000,
  };
  refuseClearText(settings);
  return settings;
}

function missing(target: string, key: string): never {
  throw new Blocked(
    'settings',
    `the connection of ${target} has no ${key}`,
    `Add ${key} to the connection of ${target} in the settings.`,
  );
}

/** The password of Hallpass would cross the network for everybody to read, and answers could be anybody's. */
function refuseClearText({ target, url, startTls }: Settings): void {
  if (url.protocol === 'ldaps:' || startTls || isLoopback(url.hostname)) return;
  throw new Blocked(
    'clear_text',
    `${target}: ${url.host} would be spoken to in clear`,
    `Write ldaps:// in the url of ${target}, or add "starttls: true".`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
