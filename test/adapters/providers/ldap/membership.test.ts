import { Attribute, Change, Client } from 'ldapts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds } from '../../../../src/core/time.js';
import type { Blocked } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { describeWith } from '../../../support/programs.js';
import { BASE, type Directory, slapd, type Template } from '../../../support/slapd.js';
import {
  configure,
  groupDn,
  membersOf,
  modify,
  NOBODY,
  PASSWORD,
  personDn,
  providerFor,
  realNow,
  template,
} from './world.js';

const OPS = groupDn('prod-ops');
const ALICE = personDn('alice');
const holding = (subject: string, group = 'prod-ops'): Holding => ({
  target: 'directory',
  subject,
  grant: { group },
});
const until = addSeconds(realNow(), 3_600);
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);

let ready: Template;
let directory: Directory;
let provider: Provider;

describeWith(slapd, 'membership of a group in a real slapd', () => {
  beforeAll(async () => {
    ready = await template();
  });
  afterAll(() => ready?.drop());
  beforeEach(async () => {
    directory = await ready.start();
    provider = await providerFor(directory.url);
  });
  afterEach(() => directory?.stop());

  const ops = () => membersOf(directory, 'prod-ops');
  const change = (how: 'add' | 'delete' | 'replace', member: string) =>
    modify(directory, `dn: ${OPS}\nchangetype: modify\n${how}: member\nmember: ${member}`);

  describe('how names compare', () => {
    it('is left to the server: case, spaces and escapes do not count', async () => {
      await change('add', 'UID=\\41LICE , OU=People,DC=example,dc=com');
      expect((await provider.observe([holding('alice')])).held).toMatchObject([
        { holding: holding('alice') },
      ]);
      expect(await provider.grant(holding('alice'), until, 'key')).toMatchObject({ preexisting: true });
      const loose = await providerFor(directory.url, { placeholder: 'CN=Nobody , DC=Example , DC=com' });
      expect((await loose.observe([holding('bob')])).held).toHaveLength(1);
      expect(await loose.grant(holding('bob'), until, 'key')).toMatchObject({ changed: true });
    });

    it('tells a person from a namesake who is none', async () => {
      await modify(
        directory,
        `dn: uid=alice,ou=services,${BASE}\nchangetype: add\nobjectClass: account\nuid: alice`,
      );
      await change('add', `uid=alice,ou=services,${BASE}`);
      expect((await provider.observe([holding('alice')])).held).toMatchObject([
        { holding: { subject: `uid=alice,ou=services,${BASE}` } },
      ]);
      expect(await provider.grant(holding('alice'), until, 'key')).toMatchObject({ changed: true });
    });

    it('refuses a name that two have', async () => {
      await modify(
        directory,
        `dn: cn=alice,ou=people,${BASE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: alice\ncn: alice\nsn: x`,
      );
      expect(await fault(provider.preflight?.(holding('alice')))).toMatchObject({ code: 'ambiguous' });
    });
  });

  describe('a group that cannot be empty', () => {
    it.each([
      ['has no member that stays', {}, (): Promise<void> => change('replace', personDn('bob'))],
      ['may have one that nobody named', { placeholder: '' }, async (): Promise<void> => undefined],
    ])('is refused before anything is changed when it %s', async (_, connection, damage) => {
      await damage();
      const before = await ops();
      const hasty = await providerFor(directory.url, connection);
      for (const error of await Promise.all(
        [hasty.preflight?.(holding('alice')), hasty.grant(holding('alice'), until, 'key')].map(fault),
      ))
        expect(error).toMatchObject({ code: 'no_placeholder' });
      expect(await ops()).toEqual(before);
    });

    it('says who has to do what when its last member is to go, and goes on once that is done', async () => {
      const { receipt } = await provider.grant(holding('alice'), until, 'key');
      await change('delete', NOBODY);
      const error = (await fault(provider.revoke(holding('alice'), receipt))) as Blocked;
      expect(error).toMatchObject({ code: 'last_member' });
      await change('add', /"member: (.*?)"/.exec(error.unblock)?.[1] ?? 'nothing');
      expect(await provider.revoke(holding('alice'), receipt)).toEqual({ changed: true });
      expect(await ops()).toEqual([NOBODY]);
    });

    it('that shows nobody is hidden, and nobody is proved to be out of it', async () => {
      await configure(
        directory,
        `dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\ndelete: olcAccess\nolcAccess: {2}\n-\ndelete: olcAccess\nolcAccess: {1}\n-\nadd: olcAccess\nolcAccess: {1}to * attrs=entry,objectClass,uid,cn,entryUUID by * read by * break`,
      );
      for (const error of await Promise.all(
        [provider.observe([holding('alice')]), provider.revoke(holding('alice'), null)].map(fault),
      ))
        expect(error).toMatchObject({ code: 'members_hidden' });
    });
  });

  describe('the end of a membership', () => {
    const renamed = `dn: ${ALICE}\nchangetype: modrdn\nnewrdn: uid=alice.smith\ndeleteoldrdn: 1`;

    it.each([
      [
        'follows a person to another name',
        `${renamed}\n\ndn: ${OPS}\nchangetype: modify\nreplace: member\nmember: ${NOBODY}\nmember: ${personDn('alice.smith')}`,
      ],
      [
        'follows a person who is no longer below the base of people',
        `dn: ${ALICE}\nchangetype: modrdn\nnewrdn: uid=alice\ndeleteoldrdn: 0\nnewsuperior: ou=services,${BASE}\n\ndn: ${OPS}\nchangetype: modify\nreplace: member\nmember: ${NOBODY}\nmember: uid=alice,ou=services,${BASE}`,
      ],
      ['takes out the name a person had', renamed],
      ['takes out a person who is gone', `dn: ${ALICE}\nchangetype: delete`],
      ['follows a group to another name', ''],
    ])('%s', async (_, ldif) => {
      const { receipt } = await provider.grant(holding('alice'), until, 'key');
      if (ldif !== '') await modify(directory, ldif);
      else await modify(directory, `dn: ${OPS}\nchangetype: modrdn\nnewrdn: cn=ops\ndeleteoldrdn: 1`);
      expect(await provider.revoke(holding('alice'), receipt)).toEqual({ changed: true });
      expect(await membersOf(directory, ldif === '' ? 'ops' : 'prod-ops')).toEqual([NOBODY]);
    });

    it('leaves somebody alone who took over the name', async () => {
      const { receipt } = await provider.grant(holding('alice'), until, 'key');
      await change('delete', ALICE);
      await modify(directory, renamed);
      await modify(
        directory,
        `dn: cn=new,ou=people,${BASE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: alice\ncn: new\nsn: x`,
      );
      await change('add', `cn=new,ou=people,${BASE}`);
      expect(await provider.revoke(holding('alice'), receipt)).toEqual({ changed: false });
      expect(await ops()).toContain(`cn=new,ou=people,${BASE}`);
    });

    it('waits for a group that was deleted or moved out of sight', async () => {
      const { receipt } = await provider.grant(holding('alice'), until, 'key');
      await modify(
        directory,
        `dn: ${OPS}\nchangetype: modrdn\nnewrdn: cn=prod-ops\ndeleteoldrdn: 0\nnewsuperior: ou=services,${BASE}`,
      );
      expect(await fault(provider.revoke(holding('alice'), receipt))).toMatchObject({
        code: 'unknown_group',
      });
      expect(await provider.observe([holding('alice')])).toEqual({ complete: false, held: [] });
    });

    it.each([7, 'x', [[]], { group: 7, person: [], member: null }])(
      'makes nothing of the receipt %j',
      async (receipt) => {
        await provider.grant(holding('alice'), until, 'key');
        expect(await provider.revoke(holding('alice'), receipt)).toEqual({ changed: true });
      },
    );
  });

  it('lists every member of a large group, and groups in it by their DN', async () => {
    const crowd = Array.from({ length: 230 }, (_, index) => `p${index}`);
    const people = crowd.map(
      (uid) =>
        `dn: ${personDn(uid)}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: x\nsn: x\n`,
    );
    await modify(directory, people.join('\n'));
    const members = [...crowd.map(personDn), groupDn('victims')].map((dn) => `member: ${dn}`).join('\n');
    await modify(directory, `dn: ${OPS}\nchangetype: modify\nadd: member\n${members}`);
    const { held, complete } = await provider.observe([holding('alice')]);
    expect(complete).toBe(true);
    expect(held.map((one) => one.holding.subject).toSorted()).toEqual(
      [...crowd, groupDn('victims')].toSorted(),
    );
  });

  it('discovers groups with names that a catalog could hold', async () => {
    await modify(
      directory,
      `dn: cn=ünlike,ou=groups,${BASE}\nchangetype: add\nobjectClass: groupOfNames\ncn: ünlike\nmember: ${NOBODY}`,
    );
    const found = await provider.discover?.();
    expect(found?.map(({ grant }) => grant.group).toSorted()).toEqual(['prod-dba', 'prod-ops', 'victims']);
    expect(found?.[0]).toEqual({ title: 'prod-ops', grant: { group: 'prod-ops' } });
  });

  it('needs the right to write members, and has no other', async () => {
    const hallpass = new Client({ url: directory.url });
    await hallpass.bind(`uid=hallpass,ou=services,${BASE}`, PASSWORD);
    const described = new Change({
      operation: 'add',
      modification: new Attribute({ type: 'description', values: ['x'] }),
    });
    for (const dn of [OPS, ALICE, `uid=hallpass,ou=services,${BASE}`])
      await expect(hallpass.modify(dn, described)).rejects.toMatchObject({ code: 50 });
    await expect(hallpass.del(OPS)).rejects.toMatchObject({ code: 50 });
    const { searchEntries } = await hallpass.search(BASE, { attributes: ['userPassword', 'sn'] });
    expect(searchEntries.flatMap(({ userPassword, sn }) => [userPassword, sn].flat())).toEqual([]);
    await hallpass.unbind();
    const without = 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\ndelete: olcAccess\nolcAccess: {1}';
    await configure(directory, without);
    expect(await fault(provider.grant(holding('alice'), until, 'key'))).toMatchObject({ code: 'permission' });
    expect(await ops()).toEqual([NOBODY]);
  });
});
