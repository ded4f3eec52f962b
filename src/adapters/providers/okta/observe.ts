import type { Coordinates, Holding } from '../../../core/grant.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { groupOf, isLogin } from './ask.js';
import { listMembers } from './directory.js';

/** Who is in the groups that are named. A group that is in no list was deleted, and nobody is in it. */
export async function observe(
  api: Api,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const asked = [
    ...scope.filter(({ subject }) => isLogin(subject)).map(({ grant }) => grant),
    ...everybodyOf,
  ];
  const held: ObservedHolding[] = [];
  // Names that cannot exist are held by nobody.
  for (const group of new Set(asked.flatMap((grant) => groupOf(grant) ?? []))) {
    const members = (await listMembers(api, group)) ?? [];
    for (const { login } of members)
      held.push({ holding: { target: api.target, subject: login, grant: { group } }, managed: 'unknown' });
  }
  const clock = api.clock();
  return { complete: true, held, ...(clock === undefined ? {} : { clock }) };
}
