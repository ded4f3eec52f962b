import { type Coordinates, canonicalJson, type Holding } from '../../../core/grant.js';
import { foldLogin, parseLogin } from '../../../core/identity.js';
import { Blocked } from '../../../ports/fault.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { type Place, parsePlace } from './ask.js';
import type { Holder } from './people.js';
import { findRepository, listCollaborators, unknownRepository } from './repository.js';
import { listRoleHolders } from './role.js';

/** Who holds what is named. What GitHub does not show proves nothing, so it makes the observation partial. */
export async function observe(
  api: Api,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const sound = scope.filter(({ subject }) => parseLogin(subject) !== undefined);
  const spelled = new Map(sound.map(({ subject }) => [foldLogin(subject), subject]));
  const asked = new Map(
    [...sound.map(({ grant }) => grant), ...everybodyOf].map((one) => [canonicalJson(one), one]),
  );
  const held: ObservedHolding[] = [];
  let complete = true;
  for (const grant of asked.values()) {
    const place = parsePlace(grant);
    if (typeof place === 'string') continue;
    const holders = await unlessUnknown(() => holdersOf(api, place));
    complete &&= holders !== undefined;
    for (const { login, inherited } of holders ?? []) {
      const holding = { target: api.target, subject: spelled.get(foldLogin(login)) ?? login, grant };
      held.push({ holding, managed: inherited ? 'no' : 'unknown' });
    }
  }
  const clock = api.clock();
  return { complete, held, ...(clock === undefined ? {} : { clock }) };
}

async function holdersOf(api: Api, place: Place): Promise<readonly Holder[]> {
  if (place.form === 'role') return listRoleHolders(api, place.role);
  const repository = await findRepository(api, place.repository, place.id);
  if (repository === undefined) throw unknownRepository(api, place.repository);
  return (await listCollaborators(api, repository)).filter(({ may }) => may[place.permission] === true);
}

async function unlessUnknown<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Blocked && /^unknown_/.test(error.code)) return undefined;
    throw error;
  }
}
