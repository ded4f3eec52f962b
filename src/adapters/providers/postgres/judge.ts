import { Blocked } from '../../../ports/fault.js';
import type { Facts } from './facts.js';
import type { Ask } from './names.js';
import type { Session } from './session.js';

type Quote = Session['name'];

interface Check {
  readonly code: string;
  readonly fails: (facts: Facts, ask: Ask) => boolean;
  readonly message: (facts: Facts, ask: Ask) => string;
  /** What an administrator has to do, with the exact SQL where there is one. */
  readonly unblock: (facts: Facts, ask: Ask, quote: Quote) => string;
}

const OLDEST = 140_000;
const OPTIONS_SINCE = 160_000;

/** In this order; the first that fails is reported. A grant that could not be revoked later is not made (D28). */
const CHECKS: readonly Check[] = [
  {
    code: 'server_too_old',
    fails: ({ version }) => !(version >= OLDEST),
    message: () => 'the server is older than PostgreSQL 14',
    unblock: () => 'Update the server to PostgreSQL 14 or later.',
  },
  {
    code: 'unknown_role',
    fails: ({ role }, ask) => role?.name !== ask.role,
    message: (_, ask) => `there is no role ${ask.role}`,
    unblock: (_, ask, quote) => `Run: CREATE ROLE ${quote(ask.role)}; or correct the role in the catalog.`,
  },
  {
    code: 'role_too_powerful',
    fails: ({ role }) => role !== null && role.danger !== null,
    message: ({ role }, ask) =>
      `${ask.role} leads to ${role?.danger}, which could keep or hand on access after its end`,
    unblock: (_, ask) => `Name a role without such power instead of ${ask.role} in the catalog.`,
  },
  {
    code: 'no_admin_option',
    fails: ({ we }) => !we.admin,
    message: ({ we }, ask) => `${we.name} may not give or take ${ask.role}`,
    unblock: ({ we, version }, ask, quote) =>
      version >= OPTIONS_SINCE
        ? `Run: GRANT ${quote(ask.role)} TO ${quote(we.name)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`
        : `Run: GRANT ${quote(ask.role)} TO ${quote(we.name)} WITH ADMIN OPTION;`,
  },
  {
    code: 'no_signal',
    fails: ({ we }) => !we.signal,
    message: ({ we }) => `${we.name} may not end sessions, so a grant could not be taken back whole`,
    unblock: ({ we }, _, quote) => `Run: GRANT pg_signal_backend TO ${quote(we.name)};`,
  },
  {
    code: 'unknown_subject',
    fails: ({ login }, ask) => !ask.made && (login?.name !== ask.login || !login.canLogin),
    message: (_, ask) => `there is no login ${ask.login}`,
    unblock: (_, ask, quote) =>
      `Run: CREATE ROLE ${quote(ask.login)} LOGIN; or correct the identity in the people document.`,
  },
  {
    code: 'subject_is_superuser',
    fails: ({ login }) => login?.superuser === true,
    message: (_, ask) =>
      `${ask.login} is a superuser: it holds everything already, and its sessions cannot be ended`,
    unblock: (_, ask, quote) => `Run: ALTER ROLE ${quote(ask.login)} NOSUPERUSER; or use another login.`,
  },
  {
    code: 'subject_is_us',
    fails: ({ we }, ask) => ask.login === we.name,
    message: ({ we }) => `${we.name} is the login of Hallpass itself`,
    unblock: () => 'Correct the identity in the people document.',
  },
  {
    code: 'no_createrole',
    fails: ({ we }, ask) => ask.made && !we.createRole,
    message: ({ we }) => `${we.name} may not make logins`,
    unblock: ({ we }, _, quote) => `Run: ALTER ROLE ${quote(we.name)} CREATEROLE;`,
  },
  {
    code: 'name_taken',
    fails: ({ login }, ask) => ask.made && login !== null && !login.marked,
    message: (_, ask) => `there is a role ${ask.login} that was not made for this grant`,
    unblock: (_, ask, quote) => `Run: ALTER ROLE ${quote(ask.login)} RENAME TO another name.`,
  },
];

/** @throws Blocked when the grant may not or cannot be made. */
export function refuseUnfit(facts: Facts, ask: Ask, quote: Quote): void {
  const check = CHECKS.find(({ fails }) => fails(facts, ask));
  if (check === undefined) return;
  throw new Blocked(check.code, check.message(facts, ask), check.unblock(facts, ask, quote));
}
