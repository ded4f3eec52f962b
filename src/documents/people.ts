import { foldLogin, parseLogin } from '../core/identity.js';
import type { People, Person } from '../core/people.js';
import { certain } from './certain.js';
import type { Parsed } from './issue.js';
import { CONTROL_PROFILE } from './profile.js';
import { PEOPLE } from './schemas/people.js';
import { checkShape, checkVersion } from './shape.js';
import { quoted } from './visible.js';
import { type Draft, readYaml } from './yaml-profile.js';

interface PersonDocument {
  readonly id: number;
  readonly identities?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}
interface PeopleDocument {
  readonly people: Readonly<Record<string, PersonDocument>>;
}

export function parsePeople(bytes: Uint8Array, file: string): Parsed<People> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, PEOPLE);
  checkDistinct(draft);
  return draft.conclude(() => peopleOf(draft.value as PeopleDocument));
}

function peopleOf({ people }: PeopleDocument): People {
  return new Map(
    Object.entries(people).map(([login, person]) => [foldLogin(login), personOf(login, person)]),
  );
}

function personOf(login: string, { id, identities = {}, attributes = {} }: PersonDocument): Person {
  return {
    login: certain(parseLogin(login)),
    id,
    identities: new Map(Object.entries(identities)),
    attributes: new Map(Object.entries(attributes)),
  };
}

/** One account, one person: neither a login in another case nor a second login with the same number (T043). */
function checkDistinct(draft: Draft): void {
  const { people } = (draft.value ?? {}) as Partial<PeopleDocument>;
  if (typeof people !== 'object' || people === null || Array.isArray(people)) return;
  const logins = new Map<string, string>();
  const ids = new Map<unknown, string>();
  for (const [login, person] of Object.entries(people)) {
    const taken = logins.get(foldLogin(login));
    if (taken !== undefined) draft.report('login_taken', ['people', login], { login: quoted(taken) }, 'key');
    logins.set(foldLogin(login), login);
    if (!draft.isSound(['people', login])) continue;
    const holder = ids.get(person.id);
    if (holder !== undefined)
      draft.report('person_id_taken', ['people', login, 'id'], { login: quoted(holder) });
    ids.set(person.id, login);
  }
}
