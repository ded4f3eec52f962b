import type { ProviderKind } from '../../../ports/provider.js';

/**
 * Roles that a catalog may name: lower case, so that nobody can mean one role and get another by case folding; at most 63
 * bytes, since PostgreSQL cuts off the rest and grants what is left (T127). `pg_` is the server's own.
 */
export const ROLE = '^[a-z_][a-z0-9_.-]{0,62}$';

/** The person part of a login made for a grant; `~` is left out, it stands between person and role. */
export const PERSON = '^[a-z0-9_][a-z0-9_.@-]{0,62}$';

const text = (title: string, maxLength: number) => ({ type: 'string', title, minLength: 1, maxLength });

/** `writeOnly`: settings give it by reference to the environment or a file, and nothing shows it. */
const secret = (title: string, maxLength: number) => ({ ...text(title, maxLength), writeOnly: true });

/**
 * Membership of a role for an existing login, or a login made for the grant. A membership has no end of its own. Made logins have
 * `VALID UNTIL`, but it stops logins by password only, and how they log in stands in the settings and on the server: not promised. A target with a reaper promises more, by its settings.
 */
export const kind: ProviderKind = {
  kind: 'postgres',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: true, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['role'],
    properties: {
      role: {
        type: 'string',
        title: 'The role to be a member of',
        pattern: ROLE,
        maxLength: 63,
        not: { type: 'string', pattern: '^pg_' },
      },
      login: {
        type: 'string',
        title: 'Make a login for this grant instead of using the one the subject has',
        enum: ['created'],
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['host', 'database', 'user'],
    properties: {
      host: text('Host name, address, or the folder of a unix socket', 255),
      port: { type: 'integer', title: 'Default: 5432', minimum: 1, maximum: 65_535 },
      database: text('The database to connect to; roles belong to the whole server', 63),
      user: text('The login made by the set-up in docs/providers/postgres.md; not a superuser', 63),
      password: secret('Absent where the server authenticates in another way', 1_024),
      tls: {
        type: 'string',
        title: 'verify (default): encrypted, certificate checked. off: for loopback and unix sockets',
        enum: ['verify', 'off'],
      },
      ca: secret(
        'PEM certificates to trust instead of the system’s; no secret, but too long to stand in settings',
        65_536,
      ),
      verifiers: secret(
        'SCRAM verifiers for made logins, one `"subject" "SCRAM-SHA-256$…"` a line',
        1_048_576,
      ),
      reaper: {
        type: 'string',
        title: 'pg_cron: a job in the database ends access as well, as docs/providers/postgres.md sets up',
        enum: ['pg_cron'],
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 15',
        minimum: 1,
        maximum: 120,
      },
    },
  },
};
