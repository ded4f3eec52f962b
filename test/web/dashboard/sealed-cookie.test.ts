import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../src/core/time.js';
import { placeOf } from '../../../src/web/dashboard/place.js';
import { sealedCookie } from '../../../src/web/dashboard/sealed-cookie.js';
import { createSessions } from '../../../src/web/dashboard/sessions.js';
import { at, NOON } from '../../app/entries.js';

const place = placeOf('https://hallpass.example.com');
const cookie = (name: string, secret = 'a secret of the app, long enough') =>
  sealedCookie({ name, place, secret });
const sent = (line: string): string => line.split(';', 1)[0] ?? '';
const times = { now: NOON, seconds: 600 };

describe('a sealed cookie', () => {
  it('belongs to the host alone, travels encrypted, and comes from elsewhere only with a link', async () => {
    const line = await cookie('session').set({ a: 'b' }, times);
    expect(line).toMatch(
      /^__Host-hallpass-session=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(cookie('session').drop()).toBe(
      '__Host-hallpass-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });

  it('is read by who made it', async () => {
    const line = await cookie('session').set({ a: 'b' }, times);
    expect(await cookie('session').read(`other=1; ${sent(line)}`, NOON)).toEqual({ a: 'b' });
  });

  it.each<readonly [string, Instant, string, string | undefined]>([
    ['when it has ended', at(10), 'session', undefined],
    ['a moment later', at(11), 'session', undefined],
    ['before it was made', at(-1), 'session', undefined],
    ['as another cookie', NOON, 'sign-in', undefined],
    ['with another secret', NOON, 'session', 'another secret of the app, as long'],
  ])('is nothing %s', async (_name, now, name, secret) => {
    const value = sent(await cookie('session').set({ a: 'b' }, times)).split('=')[1];
    const as = `__Host-hallpass-${name}=${value}`;
    expect(await cookie(name, secret).read(as, now)).toBeUndefined();
  });
});

describe('a session', () => {
  const sessions = () => createSessions({ place, secret: 'a secret of the app, long enough' });
  const alice = { id: 1001, login: 'alice', token: 'ghu_1' };

  it.each<readonly [string, Instant | undefined, number]>([
    ['eight hours', undefined, 28_800],
    ['as long as the token, where that is shorter', at(60), 3_600],
    ['eight hours, where the token is longer', at(6_000), 28_800],
    ['a minute at least, so that nobody turns in circles', at(-60), 60],
  ])('lasts %s', async (_name, expiresAt, seconds) => {
    const line = await sessions().begin({ ...alice, ...(expiresAt && { expiresAt }) }, NOON);
    expect(line).toContain(`Max-Age=${seconds};`);
  });

  it('outlives a restart, and not being ended', async () => {
    const line = sent(await sessions().begin(alice, NOON));
    const later = sessions();
    const session = await later.of(line, at(1));
    expect(session).toMatchObject({ id: 1001, login: 'alice', token: 'ghu_1' });
    later.end(session, at(2));
    expect(await later.of(line, at(3))).toBeUndefined();
    // What has ended by its time is not remembered for ever, and is still none.
    later.end(undefined, at(6_000));
    expect(await later.of(line, at(6_000))).toBeUndefined();
  });
});
