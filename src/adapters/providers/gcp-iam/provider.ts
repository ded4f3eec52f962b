import type { Instant } from '../../../core/time.js';
import type { GrantResult, Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { discover } from './discover.js';
import { kind } from './kind.js';
import { type Ask, askOf } from './names.js';
import { observe } from './observe.js';
import { findOurs, isStanding, withOurs, withoutOurs } from './policy.js';
import { changePolicy, type Gcp, notGranted, openSession, type Places } from './session.js';

/**
 * There is no preflight: whether an account exists or a role can be granted is told by the attempt alone, which changes nothing when it
 * fails, and the permission to grant is the permission to take away. One call at a time, because all of them write the same few policies.
 */
export async function createProvider(
  connection: Connection,
  deps: ProviderDeps,
  places?: Places,
): Promise<Provider> {
  const { target, clock } = deps;
  const session = openSession(connection, deps, places);
  return {
    abilities: kind.abilities,
    observe: (scope, everybodyOf = []) => session((gcp) => observe(gcp, target, { scope, everybodyOf })),
    async grant(holding, until) {
      const ask = askOf(holding);
      return session((gcp) => grant(gcp, ask, { until, now: clock.now() }));
    },
    async revoke(holding) {
      const ask = askOf(holding);
      return session((gcp) => revoke(gcp, ask, clock.now()));
    },
    discover: () => session(discover),
  };
}

async function grant(
  gcp: Gcp,
  ask: Ask,
  { until, now }: { until: Instant; now: Instant },
): Promise<GrantResult> {
  let preexisting = false;
  const written = await changePolicy(gcp, ask.resource, (policy) => {
    const ours = findOurs(policy, ask);
    preexisting = ours.length === 0 && isStanding(policy, ask);
    const isSo = ours.length === 1 && ours[0]?.until === until;
    return preexisting || isSo ? undefined : withOurs(withoutOurs(policy, ask, now), ask, until);
  });
  const isThere = written === undefined || findOurs(written, ask).some((ours) => ours.until === until);
  if (!isThere) throw notGranted(ask.resource);
  return { changed: written !== undefined, preexisting, receipt: null };
}

async function revoke(gcp: Gcp, ask: Ask, now: Instant): Promise<{ changed: boolean }> {
  const written = await changePolicy(gcp, ask.resource, (policy) =>
    findOurs(policy, ask).length === 0 ? undefined : withoutOurs(policy, ask, now),
  );
  return { changed: written !== undefined };
}
