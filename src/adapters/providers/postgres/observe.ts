import { type Coordinates, type Holding, holdingKey } from '../../../core/grant.js';
import { instantOf } from '../../../core/time.js';
import { Retry } from '../../../ports/fault.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Settings } from './connection.js';
import { parseAsk, parseCoordinates, parseMarker } from './names.js';
import { readEnds } from './reaper.js';
import type { Session } from './session.js';

/** Who holds the roles that are named. Names that cannot exist are held by nobody. */
export async function observe(
  session: Session,
  settings: Settings,
  asked: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const named = [...asked.scope.map(parseAsk), ...asked.everybodyOf.map(parseCoordinates)];
  const roles = (made: boolean) => [
    ...new Set(named.flatMap((one) => (typeof one !== 'string' && one.made === made ? [one.role] : []))),
  ];
  const held = [
    ...(await observeMembers(session, settings, roles(false))),
    ...(await observeMadeLogins(session, settings.target, roles(true))),
  ];
  const [clock] = await session.query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 AS now',
  );
  if (clock === undefined) throw new Retry('unavailable', `${settings.target} did not tell the time`);
  return { complete: true, held, clock: instantOf(clock.now) };
}

async function observeMembers(
  session: Session,
  settings: Settings,
  roles: readonly string[],
): Promise<ObservedHolding[]> {
  if (roles.length === 0) return [];
  const rows = await session.query<{ role: string; login: string; ours: boolean }>(MEMBERS, [roles]);
  const endOf = await readEnds(session, settings);
  return rows.map(({ role, login, ours }) => ({
    holding: { target: settings.target, subject: login, grant: { role } },
    managed: ours ? 'yes' : 'no',
    ...(ours ? endOf(login, role) : {}),
  }));
}

/**
 * Ours by the row we made; standing by rows of others, also through roles between. What a login has through another grant of
 * ours is neither. Left out: ourselves, and logins made for grants.
 */
const MEMBERS = `
  WITH RECURSIVE
  edge AS (SELECT m.roleid, m.member, g.rolname = current_user AS ours
           FROM pg_auth_members m LEFT JOIN pg_roles g ON g.oid = m.grantor
           WHERE coalesce((to_jsonb(m)->>'inherit_option')::boolean OR (to_jsonb(m)->>'set_option')::boolean, true)),
  asked AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY($1::text[])),
  standing(role, member) AS (
    SELECT asked.oid, edge.member FROM asked JOIN edge ON edge.roleid = asked.oid WHERE edge.ours IS NOT TRUE
    UNION
    SELECT standing.role, edge.member FROM standing JOIN edge ON edge.roleid = standing.member WHERE edge.ours IS NOT TRUE),
  holder AS (
    SELECT asked.oid AS role, edge.member, true AS ours FROM asked JOIN edge ON edge.roleid = asked.oid AND edge.ours
    UNION ALL SELECT role, member, false FROM standing)
  SELECT asked.rolname::text AS role, l.rolname::text AS login, bool_or(holder.ours) AS ours
  FROM holder JOIN asked ON asked.oid = holder.role JOIN pg_roles l ON l.oid = holder.member
  WHERE (l.rolcanlogin OR holder.ours) AND l.rolname <> current_user
    AND coalesce(shobj_description(l.oid, 'pg_authid'), '') NOT LIKE 'hallpass: %'
  GROUP BY 1, 2 ORDER BY 1, 2`;

async function observeMadeLogins(
  session: Session,
  target: string,
  roles: readonly string[],
): Promise<ObservedHolding[]> {
  if (roles.length === 0) return [];
  const rows = await session.query<{ comment: string; until: number | null }>(MADE, [roles]);
  const held = new Map<string, ObservedHolding>();
  for (const { comment, until } of rows) {
    const marker = parseMarker(comment);
    if (marker === undefined || !roles.includes(marker.role)) continue;
    const holding: Holding = {
      target,
      subject: marker.subject,
      grant: { role: marker.role, login: 'created' },
    };
    held.set(holdingKey(holding), {
      holding,
      managed: 'yes',
      ...(until === null ? {} : { until: instantOf(until) }),
    });
  }
  return [...held.values()];
}

/** A made login is held as long as it can log in or has the role: only without both has its access ended. */
const MADE = `
  SELECT d.description AS comment,
         CASE WHEN isfinite(l.rolvaliduntil) THEN extract(epoch FROM l.rolvaliduntil)::float8 END AS until
  FROM pg_shdescription d JOIN pg_roles l ON l.oid = d.objoid
  WHERE d.classoid = 'pg_authid'::regclass AND d.description LIKE 'hallpass: %'
    AND (l.rolcanlogin OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                                  WHERE m.member = l.oid AND r.rolname = ANY($1::text[])))
  ORDER BY l.rolname`;
