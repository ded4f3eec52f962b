import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../../src/adapters/providers/postgres/fault.js';
import { loadClient } from '../../../../src/adapters/providers/postgres/session.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';

const failed = (code: string, message = 'words'): Error => Object.assign(new Error(message), { code });

const RETRIED = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT']
  .concat(['57P01', '57P03', '08006', '53300', '40001', '40P01', '55P03', '57014', '25006', 'XX000', '42704'])
  .map((code) => failed(code));
const WORDLY = [
  'Connection terminated unexpectedly',
  'Connection terminated',
  'timeout expired',
  'Query read timeout',
].map((message) => new Error(message));
const BLOCKING = ['28P01', '28000', '3D000', '42501', '0LP01']
  .concat([
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])
  .map((code) => failed(code));
const BUGS = [failed('42601'), new TypeError('x is not a function'), 'a string'];

describe('what PostgreSQL and its client throw', () => {
  it.each([...RETRIED, ...WORDLY])('is tried again: %s %o', (error) => {
    expect(faultOf(error, 'orders-db')).toBeInstanceOf(Retry);
  });

  it.each([...BLOCKING, new Error('The server does not support SSL connections')])(
    'waits for somebody: %s %o',
    (error) => {
      expect(faultOf(error, 'orders-db')).toBeInstanceOf(Blocked);
    },
  );

  it.each(BUGS)('surfaces as the bug it is: %s', (error) => {
    expect(faultOf(error, 'orders-db')).toBe(error);
  });

  it('names the target', () => {
    expect(faultOf(failed('28P01', 'no'), 'orders-db')).toMatchObject({ message: 'orders-db: no' });
  });
});

describe('the client package', () => {
  it('is asked for in a sentence when it is missing', async () => {
    const missing = loadClient(() => Promise.reject(failed('ERR_MODULE_NOT_FOUND')));
    await expect(missing).rejects.toMatchObject({
      code: 'missing_package',
      unblock: expect.stringContaining('npm install pg'),
    });
  });

  it('is not called missing when it is broken', async () => {
    await expect(loadClient(() => Promise.reject(failed('ERR_DLOPEN_FAILED')))).rejects.toMatchObject({
      code: 'ERR_DLOPEN_FAILED',
    });
    expect(await loadClient()).toMatchObject({ Client: pg.Client });
  });
});
