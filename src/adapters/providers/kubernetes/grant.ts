import type { Instant } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Api } from './api.js';
import type { Ask } from './ask.js';
import { type Binding, bindingFor, bindingsAt, expiry, gives, isAsMade, readBinding } from './binding.js';
import { type Doing, forbidden } from './fault.js';
import { readRole, refuseEscalating } from './role.js';

interface How {
  readonly until: Instant;
  readonly escalatingRoles: 'refused' | 'allowed';
}

export async function grant(api: Api, ask: Ask, { until, escalatingRoles }: How): Promise<GrantResult> {
  await refuseUnfitRole(api, ask, escalatingRoles);
  const bindings = (await api.list(bindingsAt(ask))).map(readBinding);
  const ours = bindings.find(({ name }) => name === ask.binding);
  const receipt = { binding: ask.binding };
  if (ours !== undefined && isAsMade(ours, ask)) {
    if (ours.expiresAt !== until) await api.annotate(bindingsAt(ask), ask.binding, expiry(until));
    return { changed: false, preexisting: false, receipt };
  }
  // Its name says that it is ours, so somebody has changed it. Where a role leads cannot be changed, only made anew.
  if (ours !== undefined) await removeBinding(api, ask, ours);
  if (bindings.some((binding) => binding !== ours && gives(binding, ask)))
    return { changed: false, preexisting: true, receipt };
  await createBinding(api, ask, until);
  return { changed: true, preexisting: false, receipt };
}

async function createBinding(api: Api, ask: Ask, until: Instant): Promise<void> {
  const created = await api.create(bindingsAt(ask), bindingFor(ask, until));
  if (created === undefined)
    throw new Retry('conflict', `${api.target}: somebody else made ${ask.binding} just now`);
  const binding = readBinding(created);
  if (isAsMade(binding, ask)) return;
  await removeBinding(api, ask, binding);
  throw new Blocked(
    'altered',
    `${api.target} made another binding than was asked for, and it was removed`,
    'Look for an admission webhook of the cluster that changes bindings, and leave out those of Hallpass.',
  );
}

/** By its uid: one that was made anew meanwhile is somebody else's doing, and looked at first. */
async function removeBinding(api: Api, ask: Ask, { uid }: Binding): Promise<boolean> {
  return api.remove(bindingsAt(ask), ask.binding, uid);
}

export async function revoke(api: Api, ask: Ask): Promise<{ changed: boolean }> {
  const found = await api.get(bindingsAt(ask), ask.binding);
  if (found !== undefined) return { changed: await removeBinding(api, ask, readBinding(found)) };
  // 404 is also what a proxy or another cluster says; a list without it comes from where bindings are.
  const listed = (await api.list(bindingsAt(ask))).map(readBinding);
  const left = listed.find(({ name }) => name === ask.binding);
  return { changed: left === undefined ? false : await removeBinding(api, ask, left) };
}

/** @throws Blocked for whatever would make the grant or its end fail, with the rule that is missing. */
export async function preflight(api: Api, ask: Ask, { until, escalatingRoles }: How): Promise<void> {
  await refuseUnfitRole(api, ask, escalatingRoles);
  const at = bindingsAt(ask);
  await api.create(at, bindingFor(ask, until), { dryRun: true });
  for (const verb of ['list', 'get', 'patch', 'delete'] as const) {
    const doing: Doing = { verb, ...at };
    if (!(await api.may(doing))) throw forbidden(api.target, doing);
  }
}

async function refuseUnfitRole(api: Api, ask: Ask, escalatingRoles: How['escalatingRoles']): Promise<void> {
  const rules = await readRole(api, ask);
  if (escalatingRoles === 'refused') refuseEscalating(api, ask, rules);
}
