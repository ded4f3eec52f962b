/** A GitHub login as it was written. Compare with {@link sameLogin}: GitHub ignores case (T043). */
export type Login = string & { readonly __brand: 'Login' };

/** Who somebody is to GitHub. The numeric id is the identity; the login is only how we call them (T043). */
export interface Account {
  readonly login: Login;
  readonly id: number;
}

/** A team or user list as policy names it. A group with neither is refused when it is parsed. */
export interface Group {
  readonly teams: readonly string[];
  readonly users: readonly Login[];
}

const LOGIN = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,38})$/;

/** @returns the login, or `undefined` when the text is not one (DESIGN section 3: letters, digits, `-`, `_`, at most 39). */
export function parseLogin(text: string): Login | undefined {
  return LOGIN.test(text) ? (text as Login) : undefined;
}

/** The form under which logins are compared. ASCII only by grammar, so lower-casing folds nothing else. */
export function foldLogin(login: string): string {
  return login.toLowerCase();
}

/**
 * The login an account goes by now, where it is among those that were looked up: a login is changed in a minute, a number never (T043).
 */
export function loginNow({ id, login }: Account, seen: readonly (Account | null)[]): Login {
  return seen.find((one) => one?.id === id)?.login ?? login;
}

export function sameLogin(a: string, b: string): boolean {
  return foldLogin(a) === foldLogin(b);
}
