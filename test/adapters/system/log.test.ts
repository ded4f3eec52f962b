import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/system/clock.js';
import { createLog } from '../../../src/adapters/system/log.js';
import { type Instant, parseInstant } from '../../../src/core/time.js';

const clock = { now: () => '2026-11-22T12:00:00Z' as Instant };

function logTo(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = createLog({
    clock,
    secrets: () => secrets,
    destination: { write: (line) => lines.push(line) },
  });
  return { log, lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('takes out a secret from the moment it is known', () => {
    let secrets: readonly string[] = ['first one'];
    const lines: string[] = [];
    const log = createLog({
      clock,
      secrets: () => secrets,
      destination: { write: (line) => lines.push(line) },
    });
    secrets = [...secrets, 'second one'];
    log.info('first one, second one');
    expect(lines.join()).not.toMatch(/one/);
  });

  it('writes one JSON object a line, with the time of the clock', () => {
    const { log, objects } = logTo();
    log.warn('GitHub is away', { code: 'github_unavailable', after: 3, known: true, none: null });
    expect(objects()).toEqual([
      {
        level: 'warn',
        time: '2026-11-22T12:00:00Z',
        code: 'github_unavailable',
        after: 3,
        known: true,
        none: null,
        msg: 'GitHub is away',
      },
    ]);
  });

  it('escapes what could forge a line or hide text (T124)', () => {
    const { log, lines, objects } = logTo();
    const nasty = 'a\r\nb\u001b[31m\u0085\u009b\u2028\u202e\u200b\u00ad\ufeff\u007f\u{e0041}';
    log.info(nasty, { branch: nasty });
    expect(lines.join('').trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(objects()[0]).toMatchObject({ msg: nasty, branch: nasty });
  });

  it('cuts long texts (T124)', () => {
    const { log, lines } = logTo();
    log.info('x'.repeat(1_000_000));
    expect(lines.join('').length).toBeLessThan(2_200);
  });

  const secret = 's3cr3t>>>???/with+odd "characters" & ünïcode';
  it.each<[string, (text: string) => string]>([
    ['plain', (text) => text],
    ['within a text', (text) => `password=${text};`],
    ['URL-encoded', encodeURIComponent],
    ['as JSON', (text) => JSON.stringify({ password: text })],
    ['base64', (text) => Buffer.from(text).toString('base64')],
    ['base64url', (text) => Buffer.from(text).toString('base64url')],
    ['base64 after one byte', (text) => Buffer.from(`:${text}`).toString('base64')],
    ['base64 as basic authentication', (text) => Buffer.from(`x-access-token:${text}!`).toString('base64')],
  ])('hides a known secret: %s (T146)', (_, encode) => {
    const { log, objects } = logTo([secret]);
    const text = encode(secret);
    log.error(text, { message: text });
    const { msg, message } = objects()[0] ?? {};
    for (const written of [msg, message]) {
      expect(written).toContain('[hidden]');
      expect(written).not.toContain('s3cr3t');
      expect(String(written).length).toBeLessThan(text.length - 20);
    }
  });

  it('hides any secret in any base64 text around it', () => {
    const word = fc.string({ minLength: 8, maxLength: 40, unit: 'binary' });
    fc.assert(
      fc.property(word, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (hidden, before, after) => {
        const { log, objects } = logTo([hidden]);
        log.info(Buffer.from(before + hidden + after).toString('base64'));
        expect(objects()[0]?.msg).toContain('[hidden]');
      }),
    );
  });

  it.each([
    ['an installation token', 'token ghs_0123456789abcdefghijKLMNOP', 'token [hidden]'],
    ['a fine-grained token', 'github_pat_11ABCDEFG0123456789_abc', '[hidden]'],
    ['a password in a URL', 'postgres://admin:hunter2@db/x', 'postgres://admin:[hidden]@db/x'],
    [
      'a private key',
      'key -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end',
      'key [hidden] end',
    ],
  ])('hides %s it was never told of', (_, text, expected) => {
    const { log, objects } = logTo();
    log.info(text);
    expect(objects()[0]?.msg).toBe(expected);
  });

  it('hides every line of a key it was told of', () => {
    const lines = ['MIIEpAIBAAKCAQEAx7nS', 'Zm9vYmFyYmF6cXV4cXV1'];
    const { log, objects } = logTo([`-----BEGIN KEY-----\n${lines.join('\n')}\n-----END KEY-----\n`]);
    log.info(`bad line ${lines[1]}`);
    expect(objects()[0]?.msg).toBe('bad line [hidden]');
  });
});

describe('the clock of the system', () => {
  it('tells instants', () => {
    expect(parseInstant(systemClock.now())).toBeDefined();
  });
});
