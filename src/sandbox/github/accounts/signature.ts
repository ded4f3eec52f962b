import type { Signature } from '../git/commit.js';
import { accountOf, type Hub, stampNow } from '../hub.js';
import { type Account, accountNamed, WEB_FLOW } from '../state.js';

const NOREPLY = 'users.noreply.github.com';

/** How GitHub writes an account into a commit: its address, or the private one that names id and login. */
export function signatureOf(hub: Hub, account: Account): Signature {
  const email = account.email ?? `${account.id}+${account.login}@${NOREPLY}`;
  return { name: account.login, email, date: stampNow(hub) };
}

/** The account an address belongs to. GitHub believes the address; `undefined` when nobody claims it. */
export function accountByEmail(hub: Hub, email: string): Account | undefined {
  const wanted = email.toLowerCase();
  if (wanted === WEB_FLOW.email) return accountOf(hub, WEB_FLOW.id);
  const [, id, login] = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.github\.com$/.exec(wanted) ?? [];
  if (id !== undefined) return accountOf(hub, Number(id));
  if (login !== undefined) return accountNamed(hub.state, login);
  return [...hub.state.accounts.values()].find((a) => !a.deleted && a.email?.toLowerCase() === wanted);
}
