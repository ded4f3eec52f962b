import { readFile } from 'node:fs/promises';
import { createProvider } from '../../../../src/adapters/providers/ldap/provider.js';
import type { Json } from '../../../../src/core/entitlement.js';
import { type Instant, instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { BASE, type Directory, makeTemplate, type Template } from '../../../support/slapd.js';

export const PASSWORD = 'only-Hallpass-knows-this';
export const PEOPLE = ['alice', 'bob'] as const;
export const GROUPS = ['prod-ops', 'prod-dba'] as const;
export const NOBODY = `cn=nobody,${BASE}`;

export const personDn = (uid: string): string => `uid=${uid},ou=people,${BASE}`;
export const groupDn = (cn: string): string => `cn=${cn},ou=groups,${BASE}`;

/** What is in the directory before anybody has heard of Hallpass. */
const FIRST = `
ldapadd $data <<'LDIF'
dn: ${BASE}
objectClass: domain
dc: example

${['people', 'groups', 'services'].map((ou) => `dn: ou=${ou},${BASE}\nobjectClass: organizationalUnit\nou: ${ou}\n`).join('\n')}
${PEOPLE.map((uid) => `dn: ${personDn(uid)}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: x\n`).join('\n')}
dn: cn=root,${BASE}
objectClass: organizationalRole
cn: root

${[...GROUPS, 'victims'].map((cn) => `dn: ${groupDn(cn)}\nobjectClass: groupOfNames\ncn: ${cn}\nmember: cn=root,${BASE}\n`).join('\n')}
LDIF`;

/** The commands that the page tells administrators to run. */
export async function documentedSetUp(): Promise<readonly string[]> {
  const page = await readFile(new URL('../../../../docs/providers/ldap.md', import.meta.url), 'utf8');
  const [variables, ...commands] = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text = '']) => text);
  if (variables === undefined || commands.length !== 2)
    throw new Error('docs/providers/ldap.md has no set-up');
  return commands;
}

/** A directory as the page leaves it; the second part of its commands is for the form "dynamic" alone. */
export function template(parts = 2): Promise<Template> {
  return makeTemplate(async (directory: Directory) => {
    await directory.script(FIRST);
    for (const commands of (await documentedSetUp()).slice(0, parts))
      await directory.script(commands.replace('CHANGE-ME', PASSWORD));
    // The other groups as the page says for one, and somebody to be at the end of every name that is cut.
    const others = ['prod-dba', 'victims'].map(
      (cn) => `dn: ${groupDn(cn)}\nchangetype: modify\nadd: member\nmember: ${NOBODY}\n`,
    );
    const empty = [...GROUPS, 'victims'].map(
      (cn) => `dn: ${groupDn(cn)}\nchangetype: modify\ndelete: member\nmember: cn=root,${BASE}\n`,
    );
    await directory.script(`ldapmodify $data <<'LDIF'\n${[...others, ...empty].join('\n')}\nLDIF`);
  });
}

/** What the settings say of the directory. */
export function connectionTo(url: string): Readonly<Record<string, Json>> {
  return {
    url,
    bind_dn: `uid=hallpass,ou=services,${BASE}`,
    password: PASSWORD,
    people_base: `ou=people,${BASE}`,
    groups_base: `ou=groups,${BASE}`,
    placeholder: NOBODY,
    grants_base: `ou=grants,${BASE}`,
  };
}

/** A provider as the wiring makes it. */
export function providerFor(
  url: string,
  connection: Readonly<Record<string, Json>> = {},
  now: () => Instant = realNow,
): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider(
    { ...connectionTo(url), ...connection },
    { target: 'directory', clock: { now }, log },
  );
}

export function realNow(): Instant {
  return instantOf(Date.now() / 1_000);
}

/** What an administrator changes, in LDIF. */
export async function modify(directory: Directory, ldif: string): Promise<void> {
  await directory.script(`ldapmodify -M $data <<'LDIF'\n${ldif}\nLDIF`);
}

export async function configure(directory: Directory, ldif: string): Promise<void> {
  await directory.script(`ldapmodify $config <<'LDIF'\n${ldif}\nLDIF`);
}

/** The members of a group as they stand there. */
export async function membersOf(directory: Directory, group: string): Promise<readonly string[]> {
  const text = await directory.script(
    `ldapsearch -LLL -o ldif-wrap=no $data -s base -b '${groupDn(group)}' member`,
  );
  return [...text.matchAll(/^member: (.*)$/gm)].map(([, dn = '']) => dn);
}
