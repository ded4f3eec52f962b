import type { Ask } from './names.js';
import { markerOf } from './names.js';
import type { Session } from './session.js';

/** One way in which the login is a member of the role. */
export interface Membership {
  /** Given by us: PostgreSQL records who gave it. */
  readonly ours: boolean;
  readonly grantor: string | null;
  /** Can be used, by inheritance or SET ROLE; a row may also give the ADMIN option alone. */
  readonly usable: boolean;
  readonly admin: boolean;
}

export interface LoginFacts {
  readonly oid: number;
  readonly name: string;
  readonly canLogin: boolean;
  readonly superuser: boolean;
  /** Seconds since 1970; `null`: no end. */
  readonly until: number | null;
  /** Made by us for this very subject and role. */
  readonly marked: boolean;
}

/** All that a grant is judged by, read by one statement. */
export interface Facts {
  readonly version: number;
  readonly we: {
    readonly name: string;
    readonly createRole: boolean;
    /** May give and take the role. */
    readonly admin: boolean;
    /** May end the sessions of others. */
    readonly signal: boolean;
  };
  readonly role: {
    readonly oid: number;
    readonly name: string;
    /** A role that is, or that it leads to, with more power than anything that ends by itself may have. */
    readonly danger: string | null;
  } | null;
  readonly login: LoginFacts | null;
  readonly memberships: readonly Membership[];
}

/** Receipts hold these, so that a renamed role is found again. */
export interface Known {
  readonly login?: number;
  readonly role?: number;
}

/** @param known object ids from a receipt. They go before names; a role that was dropped is looked for by its name. */
export async function readFacts(session: Session, ask: Ask, known: Known = {}): Promise<Facts> {
  const [row] = await session.query<Pick<Facts, 'we' | 'role' | 'login' | 'memberships'>>(FACTS, [
    ask.role,
    ask.login,
    markerOf(ask),
    known.role ?? null,
    known.login ?? null,
  ]);
  if (row === undefined) throw new Error('the facts are one row');
  return { ...row, version: session.version };
}

/**
 * Parameters are compared as text: as names they would be cut off at 63 bytes first. Before PostgreSQL 16 memberships have no
 * options and CREATEROLE may give any role.
 */
const FACTS = `
  WITH RECURSIVE
  us AS (SELECT oid, rolname, rolcreaterole FROM pg_roles WHERE rolname = current_user),
  role AS (SELECT oid, rolname FROM pg_roles WHERE rolname = $1::text OR oid = $4::oid
           ORDER BY oid = $4::oid DESC LIMIT 1),
  login AS (SELECT oid, rolname, rolcanlogin, rolsuper, rolvaliduntil FROM pg_roles
            WHERE rolname = $2::text OR oid = $5::oid ORDER BY oid = $5::oid DESC LIMIT 1),
  member AS (SELECT m.roleid, m.member, m.grantor, m.admin_option,
                    coalesce((to_jsonb(m)->>'inherit_option')::boolean OR (to_jsonb(m)->>'set_option')::boolean, true) AS usable
             FROM pg_auth_members m),
  reach(oid) AS (SELECT oid FROM role UNION
                 SELECT member.roleid FROM reach JOIN member ON member.member = reach.oid WHERE member.usable),
  danger AS (SELECT r.rolname FROM reach JOIN pg_roles r USING (oid)
             WHERE r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR r.rolname = current_user
                OR r.rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')
                OR EXISTS (SELECT FROM member WHERE member.member = r.oid AND member.admin_option)
             ORDER BY r.rolname LIMIT 1)
  SELECT
    (SELECT json_build_object(
       'name', us.rolname, 'createRole', us.rolcreaterole,
       'admin', EXISTS (SELECT FROM member JOIN role ON role.oid = member.roleid
                        WHERE member.member = us.oid AND member.admin_option)
                OR (us.rolcreaterole AND current_setting('server_version_num')::int < 160000),
       'signal', pg_has_role('pg_signal_backend', 'USAGE')) FROM us) AS we,
    (SELECT json_build_object('oid', role.oid::bigint, 'name', role.rolname,
                              'danger', (SELECT rolname FROM danger)) FROM role) AS role,
    (SELECT json_build_object(
       'oid', oid::bigint, 'name', rolname, 'canLogin', rolcanlogin, 'superuser', rolsuper,
       'until', CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil)::float8 END,
       'marked', coalesce(shobj_description(oid, 'pg_authid') = $3, false)) FROM login) AS login,
    (SELECT coalesce(json_agg(json_build_object(
       'ours', member.grantor = us.oid, 'grantor', g.rolname,
       'usable', member.usable, 'admin', member.admin_option) ORDER BY g.rolname), '[]')
     FROM member JOIN role ON role.oid = member.roleid JOIN login ON login.oid = member.member
     CROSS JOIN us LEFT JOIN pg_roles g ON g.oid = member.grantor) AS memberships`;
