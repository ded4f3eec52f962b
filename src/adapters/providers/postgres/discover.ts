import type { Coordinates } from '../../../core/grant.js';
import { parseCoordinates } from './names.js';
import type { Session } from './session.js';

/** The roles that the set-up lets Hallpass hand out. Those that people log in as are no start for a catalog. */
export async function discover(
  session: Session,
): Promise<readonly { readonly title: string; readonly grant: Coordinates }[]> {
  const rows = await session.query<{ role: string }>(HANDED_OUT);
  return rows.flatMap(({ role }) => {
    const grant = { role };
    return typeof parseCoordinates(grant) === 'string' ? [] : [{ title: `Role ${role}`, grant }];
  });
}

/** At most what a catalog starts from. Logins made for grants are ours as well, and stay without LOGIN while they own something. */
const HANDED_OUT = `
  SELECT DISTINCT r.rolname::text AS role FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
  WHERE m.member = current_user::regrole AND m.admin_option AND NOT r.rolcanlogin
    AND coalesce(shobj_description(r.oid, 'pg_authid'), '') NOT LIKE 'hallpass: %'
  ORDER BY 1 LIMIT 1000`;
