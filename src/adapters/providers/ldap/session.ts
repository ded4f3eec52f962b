import net from 'node:net';
import tls from 'node:tls';
import type { Client, Entry, Filter } from 'ldapts';
import { Retry } from '../../../ports/fault.js';
import { loadPeer } from '../../../ports/provider-faults.js';
import type { Settings } from './connection.js';
import { faultOf } from './fault.js';

type Ldapts = typeof import('ldapts');

/** A condition on an attribute. It goes over the wire as a value, so nothing needs escaping and nothing can be added to it (T128). */
export type Where = readonly [attribute: string, value: string | Buffer];

/** Values as the server sends them. */
export type Found = Entry;

export interface Search {
  readonly scope: 'base' | 'one' | 'sub';
  /** All of them. None: every entry. */
  readonly all?: readonly Where[];
  /** At least one of them, beside `all`. */
  readonly any?: readonly Where[];
  readonly attributes: readonly string[];
  /** Stops there; absent: every entry or a fault. */
  readonly most?: number;
}

export interface Answer {
  readonly entries: readonly Found[];
  /** False: the server referred us elsewhere for a part of it, where we do not go. */
  readonly complete: boolean;
}

/** A connection for the length of one call. */
export interface Session extends Settings {
  search(base: string, search: Search): Promise<Answer>;
  add(dn: string, attributes: Readonly<Record<string, string | string[]>>): Promise<void>;
  change(dn: string, how: 'add' | 'delete' | 'replace', where: readonly [string, string]): Promise<void>;
  remove(dn: string): Promise<void>;
  /** Gives an entry the time it has left, in seconds (RFC 2589, section 4.1); `entryTtl` itself cannot be written. */
  refresh(dn: string, ttl: number): Promise<void>;
}

/** Loads the client on first use, since it need not be installed where no target is a directory. */
export function loadClient(load: () => Promise<Ldapts> = () => import('ldapts')): Promise<Ldapts> {
  return loadPeer('ldap', 'ldapts@8', load);
}

/**
 * Connects, does the work, disconnects, all within the time of the settings. What is not done by then is given up, and the truth is
 * what is observed next.
 */
export async function withSession<T>(settings: Settings, work: (session: Session) => Promise<T>): Promise<T> {
  const ldapts = await loadClient();
  const sockets: net.Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Retry('timeout', `${settings.target} did not answer within ${settings.milliseconds / 1_000} s`),
      );
      for (const socket of sockets) socket.destroy();
    }, settings.milliseconds);
  });
  const working = converse(ldapts, settings, { sockets, work });
  try {
    return await Promise.race([working, tooLate]);
  } catch (error) {
    throw faultOf(error, settings.target);
  } finally {
    clearTimeout(timer);
    working.catch(() => undefined);
    for (const socket of sockets) socket.destroy();
  }
}

async function converse<T>(
  ldapts: Ldapts,
  settings: Settings,
  { sockets, work }: { readonly sockets: net.Socket[]; readonly work: (session: Session) => Promise<T> },
): Promise<T> {
  const { url, startTls, ca } = settings;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure: tls.ConnectionOptions = {
    host,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
  const keep = <S extends net.Socket>(socket: S): S => {
    sockets.push(socket.on('error', () => undefined));
    return socket;
  };
  /** The client would connect again by itself, as nobody and in clear, and an empty answer would pass for the truth. */
  const first = (): void => {
    if (sockets.length > 0) throw new Retry('unreachable', `${settings.target} closed the connection`);
  };
  const client = new ldapts.Client({
    url: url.href,
    // Their mere presence means TLS from the first byte.
    ...(url.protocol === 'ldaps:' ? { tlsOptions: secure } : {}),
    createConnection: ((port: number, address: string) => {
      first();
      return keep(net.connect(port, address.replace(/^\[|\]$/g, '')));
    }) as typeof net.connect,
    createSecureConnection: ((...args: Parameters<typeof tls.connect>) => {
      if (!startTls) first();
      return keep(tls.connect(...args));
    }) as typeof tls.connect,
  });
  if (startTls) await client.startTLS(secure);
  await client.bind(settings.bindDn, settings.password);
  const result = await work(sessionOf(ldapts, client, settings));
  await client.unbind();
  return result;
}

function sessionOf(ldapts: Ldapts, client: Client, settings: Settings): Session {
  const filterOf = ({ all = [], any = [] }: Search): Filter => {
    const equal = ([attribute, value]: Where): Filter => new ldapts.EqualityFilter({ attribute, value });
    const filters = all.map(equal);
    if (any.length > 0) filters.push(new ldapts.OrFilter({ filters: any.map(equal) }));
    if (filters.length === 0) return new ldapts.PresenceFilter({ attribute: 'objectClass' });
    return new ldapts.AndFilter({ filters });
  };
  return {
    ...settings,
    async search(base, search) {
      const { scope, attributes, most } = search;
      const { searchEntries, searchReferences } = await client.search(base, {
        scope,
        filter: filterOf(search),
        attributes: [...attributes],
        explicitBufferAttributes: [settings.idAttribute],
        ...(most === undefined ? { paged: { pageSize: PAGE_SIZE } } : { sizeLimit: most }),
      });
      return { entries: searchEntries, complete: searchReferences.length === 0 };
    },
    add: (dn, attributes) => client.add(dn, { ...attributes }),
    change(dn, operation, [type, value]) {
      const modification = new ldapts.Attribute({ type, values: [value] });
      return client.modify(dn, new ldapts.Change({ operation, modification }));
    },
    remove: (dn) => client.del(dn),
    async refresh(dn, ttl) {
      const request = new ldapts.BerWriter();
      request.startSequence();
      request.writeString(dn, CONTEXT);
      request.writeInt(ttl, CONTEXT + 1);
      request.endSequence();
      await client.exop(REFRESH, request.buffer);
    },
  };
}

/** Fewer than the 500 that slapd and the 1,000 that Active Directory answer at once. */
const PAGE_SIZE = 200;

const REFRESH = '1.3.6.1.4.1.1466.101.119.1';
/** Tags of parts that are told from each other by their number. */
const CONTEXT = 0x80;
