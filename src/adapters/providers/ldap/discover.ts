import type { Coordinates } from '../../../core/grant.js';
import { valuesOf } from './members.js';
import { parseCoordinates } from './names.js';
import type { Session } from './session.js';

const GROUP_CLASSES = ['groupOfNames', 'groupOfUniqueNames', 'group'];
/** More than a catalog can list. */
const MOST = 1_000;

/** The groups below the base whose names a catalog could hold. */
export async function discover(
  session: Session,
): Promise<readonly { readonly title: string; readonly grant: Coordinates }[]> {
  const { entries } = await session.search(session.groupsBase, {
    scope: 'sub',
    any: GROUP_CLASSES.map((one) => ['objectClass', one] as const),
    attributes: [session.groupAttribute, 'description'],
    most: MOST,
  });
  return entries.flatMap((found) => {
    const [group = ''] = valuesOf(found, session.groupAttribute);
    const [title = group] = valuesOf(found, 'description');
    return typeof parseCoordinates({ group }) === 'string' ? [] : [{ title, grant: { group } }];
  });
}
