import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConnection } from '../../../../src/adapters/providers/ldap/connection.js';
import { faultOf } from '../../../../src/adapters/providers/ldap/fault.js';
import { loadClient, type Session, withSession } from '../../../../src/adapters/providers/ldap/session.js';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import { describeWith } from '../../../support/programs.js';
import { type Directory, slapd, type Template } from '../../../support/slapd.js';
import { startProxy, type Way } from './proxy.js';
import { connectionTo, providerFor, realNow, template } from './world.js';

const until = addSeconds(realNow(), 3_600);
const alice: Holding = { target: 'directory', subject: 'alice', grant: { group: 'prod-ops' } };
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);

let ready: Template;
let directory: Directory;
let way: Way;

describeWith(slapd, 'the way to a real slapd', () => {
  beforeAll(async () => {
    ready = await template();
  });
  afterAll(() => ready?.drop());
  beforeEach(async () => {
    directory = await ready.start();
    way = await startProxy(directory.port);
  });
  afterEach(async () => {
    await way?.close();
    await directory?.stop();
  });

  it.each(['ldaps', 'starttls'])(
    'is trusted by %s where its authority is known, and else is not',
    async (how) => {
      const [url, connection] =
        how === 'ldaps' ? [directory.secureUrl, {}] : [directory.url, { starttls: true }];
      const trusting = await providerFor(url, { ...connection, ca: ready.ca });
      expect(await trusting.observe([alice])).toEqual({ complete: true, held: [] });
      const wary = await providerFor(url, connection);
      expect(await fault(wary.observe([alice]))).toMatchObject({ code: 'tls' });
    },
  );

  it('gives nothing for an answer when it ends too early', async () => {
    const provider = await providerFor(way.url);
    for (const answers of [1, 2, 3]) {
      way.endAfter(answers);
      expect(await fault(provider.observe([alice])), `${answers}`).toBeInstanceOf(Retry);
    }
  });

  it('is not taken a second time within a call: the client would go on as nobody, and see nothing', async () => {
    const settings = readConnection(connectionTo(way.url), 'directory');
    const groups = (session: Session) =>
      session.search(settings.groupsBase, { scope: 'sub', attributes: ['cn'] });
    const interrupted = withSession(settings, async (session) => {
      expect((await groups(session)).entries).not.toEqual([]);
      await way.end();
      return groups(session);
    });
    expect(await fault(interrupted)).toBeInstanceOf(Retry);
    expect(way.connections()).toBe(1);
  });

  it.each(['', ' alice', 'alice ', 'alice\n', 'alice\u0000', 'alice\u200b', 'a'.repeat(257)])(
    'is not taken for the subject %j, which cannot exist',
    async (subject) => {
      const provider = await providerFor(way.url);
      expect(await fault(provider.preflight?.({ ...alice, subject }))).toMatchObject({
        code: 'bad_coordinates',
      });
      expect(way.connections()).toBe(0);
    },
  );

  it('is not left open', async () => {
    const provider = await providerFor(way.url);
    await provider.observe([alice]);
    await fault(provider.grant({ ...alice, subject: 'mallory' }, until, 'key'));
    await way.closed();
    expect(way.connections()).toBe(2);
  });
});

describe('what cannot be configured', () => {
  it.each([
    ['clear_text', 'ldap://ldap.example.com', {}],
    ['clear_text', 'ldap://127.evil.example.com', {}],
    ['settings', 'ldaps://ldap.example.com', { password: '' }],
    ['settings', 'ldaps://ldap.example.com', { people_base: '' }],
  ])('%s: %s %j', async (code, url, connection) => {
    expect(await fault(providerFor(url, connection))).toMatchObject({ code });
  });

  it.each(['ldap://127.0.0.1', 'ldap://[::1]:3389', 'ldap://localhost', 'ldaps://ldap.example.com'])(
    'is no trouble with %s',
    async (url) => {
      expect(await fault(providerFor(url))).not.toBeInstanceOf(Error);
    },
  );
});

const failed = (code: string | number, message = 'words'): Error =>
  Object.assign(new Error(message), { code });

describe('what a directory and its client throw', () => {
  it.each(
    [3, 51, 52, 80, 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'].map((code) =>
      failed(code),
    ),
  )('is tried again: %s %o', (error) => {
    expect(faultOf(error, 'directory')).toBeInstanceOf(Retry);
  });

  it.each(
    [
      'Connection timeout',
      'Connection closed before message response was received. x',
      'Socket connection not established',
      'SearchRequest: Operation timed out',
      'Socket error. Message type: x',
    ].map((words) => new Error(words)),
  )('is tried again: %s', (error) => {
    expect(faultOf(error, 'directory')).toBeInstanceOf(Retry);
  });

  it.each(
    [
      4,
      8,
      10,
      13,
      32,
      34,
      48,
      49,
      50,
      53,
      65,
      'SELF_SIGNED_CERT_IN_CHAIN',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ].map((code) => failed(code)),
  )('waits for somebody: %s %o', (error) => {
    expect(faultOf(error, 'directory')).toBeInstanceOf(Blocked);
  });

  it.each([new TypeError('x is not a function'), failed(9_999), 'a string'])(
    'surfaces as the bug it is: %s',
    (error) => {
      expect(faultOf(error, 'directory')).toBe(error);
    },
  );

  it('is asked for in a sentence when the client is missing, and not called missing when it is broken', async () => {
    expect(await fault(loadClient(() => Promise.reject(failed('ERR_MODULE_NOT_FOUND'))))).toMatchObject({
      code: 'missing_package',
      unblock: expect.stringContaining('npm install ldapts'),
    });
    expect(await fault(loadClient(() => Promise.reject(failed('ERR_DLOPEN_FAILED'))))).toMatchObject({
      code: 'ERR_DLOPEN_FAILED',
    });
  });
});
