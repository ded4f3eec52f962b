import { foldLogin, type Login } from './identity.js';

/** One person in the people document. */
export interface Person {
  readonly login: Login;
  /** GitHub's numeric id: a login with another id is nobody (T043). */
  readonly id: number;
  /** Target id to the name the person has there. */
  readonly identities: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string | number | boolean>;
}

/** Keyed by folded login. */
export type People = ReadonlyMap<string, Person>;

export function personOf(people: People, login: string): Person | undefined {
  return people.get(foldLogin(login));
}
