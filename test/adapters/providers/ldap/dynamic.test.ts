import { Client } from 'ldapts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, secondsBetween } from '../../../../src/core/time.js';
import { Retry } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { describeWith } from '../../../support/programs.js';
import { ADMIN, ADMIN_PASSWORD, BASE, type Directory, slapd, type Template } from '../../../support/slapd.js';
import { startProxy } from './proxy.js';
import { configure, modify, personDn, providerFor, realNow, template } from './world.js';

const alice: Holding = {
  target: 'directory',
  subject: 'alice',
  grant: { group: 'prod-ops', form: 'dynamic' },
};
const HOUR = 3_600;
const later = (seconds: number) => addSeconds(realNow(), seconds);
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);

let ready: Template;
let directory: Directory;
let admin: Client;
let provider: Provider;

async function entries(): Promise<readonly { readonly dn: string; readonly ttl: number }[]> {
  const { searchEntries } = await admin.search(`ou=grants,${BASE}`, {
    scope: 'one',
    attributes: ['entryTtl'],
  });
  return searchEntries.map(({ dn, entryTtl }) => ({ dn, ttl: Number(entryTtl) }));
}

describeWith(slapd, 'entries that end by themselves in a real slapd', () => {
  beforeAll(async () => {
    ready = await template();
  });
  afterAll(() => ready?.drop());
  beforeEach(async () => {
    directory = await ready.start();
    admin = new Client({ url: directory.url });
    await admin.bind(ADMIN, ADMIN_PASSWORD);
    provider = await providerFor(directory.url);
  });
  afterEach(async () => {
    await admin?.unbind();
    await directory?.stop();
  });

  it('are deleted by the directory, with nobody else there, and not before their end', async () => {
    await configure(
      directory,
      'dn: olcOverlay={0}dds,olcDatabase={1}mdb,cn=config\nchangetype: modify\nreplace: olcDDSinterval\nolcDDSinterval: 1',
    );
    const end = later(2);
    await provider.grant(alice, end, 'key');
    let seen = realNow();
    while ((await entries()).length > 0) {
      seen = realNow();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(secondsBetween(end, seen)).toBeGreaterThanOrEqual(-1);
    expect(await provider.observe([alice])).toEqual({ complete: true, held: [] });
    expect(await provider.revoke(alice, null)).toEqual({ changed: false });
  });

  it('move their end in a directory with long names too', async () => {
    const ou = 'x'.repeat(200);
    const base = `ou=${ou},ou=grants,${BASE}`;
    await modify(directory, `dn: ${base}\nchangetype: add\nobjectClass: organizationalUnit\nou: ${ou}`);
    const deep = await providerFor(directory.url, { grants_base: base });
    expect(await deep.grant(alice, later(HOUR), 'key')).toMatchObject({ changed: true });
  });

  it('move their end with the grant, either way', async () => {
    for (const seconds of [HOUR, 2 * HOUR, HOUR / 2]) {
      const end = later(seconds);
      await provider.grant(alice, end, 'key');
      const [{ ttl = 0 } = {}] = await entries();
      // Never early, whatever the directory does with the seconds that have begun.
      expect(secondsBetween(end, addSeconds(realNow(), ttl))).toBeGreaterThanOrEqual(0);
      const [seen] = (await provider.observe([alice])).held;
      expect(Math.abs(secondsBetween(end, seen?.until ?? realNow()))).toBeLessThanOrEqual(5);
      expect(await entries()).toHaveLength(1);
    }
  });

  it('end after a minute when they were made and their time could not be said', async () => {
    const way = await startProxy(directory.port);
    const cut = await providerFor(way.url);
    way.loseNextAnswer();
    expect(await fault(cut.grant(alice, later(HOUR), 'key'))).toBeInstanceOf(Retry);
    const [made] = await entries();
    expect(made?.ttl).toBeLessThanOrEqual(60);
    await cut.grant(alice, later(HOUR), 'key');
    expect((await entries())[0]?.ttl).toBeGreaterThan(60);
    await way.close();
  });

  it.each([60, 40_000])(
    'are not left for a minute where %i days are more than the directory keeps them',
    async (days) => {
      expect(await fault(provider.grant(alice, later(days * 86_400), 'key'))).toMatchObject({
        code: 'too_long',
      });
      expect(await entries()).toEqual([]);
    },
  );

  it('are not made for a time that has passed', async () => {
    expect(await fault(provider.grant(alice, later(0), 'key'))).toMatchObject({ code: 'not_made' });
    expect(await entries()).toEqual([]);
  });

  it('are made anew where somebody made them last for ever, or for somebody else', async () => {
    await provider.grant(alice, later(HOUR), 'key');
    const [made] = await entries();
    for (const [classes, member] of [
      ['objectClass: groupOfNames', personDn('alice')],
      ['objectClass: groupOfNames\nobjectClass: dynamicObject', personDn('bob')],
    ]) {
      await modify(
        directory,
        `dn: ${made?.dn}\nchangetype: delete\n\ndn: ${made?.dn}\nchangetype: add\n${classes}\nmember: ${member}`,
      );
      expect(await provider.grant(alice, later(HOUR), 'key')).toMatchObject({ changed: true });
      expect((await entries())[0]?.ttl).toBeGreaterThan(60);
      expect(await admin.compare(made?.dn ?? '', 'member', personDn('alice'))).toBe(true);
    }
  });

  it('leave the observation partial where one does not say whose it is', async () => {
    await provider.grant(alice, later(HOUR), 'key');
    const [made] = await entries();
    await modify(directory, `dn: ${made?.dn}\nchangetype: modify\nreplace: description\ndescription: bob`);
    expect(await provider.observe([alice])).toEqual({ complete: false, held: [] });
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect(await provider.observe([alice])).toEqual({ complete: true, held: [] });
  });

  it('need their base in the settings', async () => {
    const without = await providerFor(directory.url, { grants_base: '' });
    for (const error of await Promise.all(
      [without.preflight?.(alice), without.observe([alice]), without.revoke(alice, null)].map(fault),
    ))
      expect(error).toMatchObject({ code: 'settings' });
  });

  it('say how they end, and memberships say that they do not', () => {
    expect(provider.nativeExpiryOf?.(alice.grant)).toBe('enforced');
    expect(provider.nativeExpiryOf?.({ group: 'prod-ops' })).toBe('none');
  });
});

describeWith(slapd, 'a slapd without the overlay', () => {
  it('is found before anything is granted', async () => {
    const plain = await template(1);
    const without = await plain.start();
    await modify(
      without,
      `dn: ou=grants,${BASE}\nchangetype: add\nobjectClass: organizationalUnit\nou: grants`,
    );
    const hasty = await providerFor(without.url);
    for (const error of await Promise.all(
      [hasty.preflight?.(alice), hasty.grant(alice, later(HOUR), 'key')].map(fault),
    ))
      expect(error).toMatchObject({ code: 'no_expiry' });
    await without.stop();
    await plain.drop();
  });
});
