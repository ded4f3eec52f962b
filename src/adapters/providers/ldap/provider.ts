import { holdingKey } from '../../../core/grant.js';
import type { Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { readConnection } from './connection.js';
import { discover } from './discover.js';
import { grantDynamic, refuseLasting, revokeDynamic } from './dynamic.js';
import { kind } from './kind.js';
import { isMember, lookUp } from './lookup.js';
import { grantMembership, refuseEmptying, revokeMembership } from './membership.js';
import { askOf } from './names.js';
import { observe } from './observe.js';
import { loadClient, type Session, withSession } from './session.js';

/** Every call is a connection of its own: nothing is left open between passes, and new credentials need no restart here. */
export async function createProvider(
  connection: Connection,
  { target, clock }: ProviderDeps,
): Promise<Provider> {
  const settings = readConnection(connection, target);
  await loadClient();
  const call = <T>(work: (session: Session) => Promise<T>): Promise<T> => withSession(settings, work);
  /** What this process has begun to grant when nobody had it; an answer may have been lost. After a restart the ledger knows. */
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    nativeExpiryOf: kind.nativeExpiryOf,
    width: 4,
    observe: (scope, everybodyOf = []) => call((session) => observe(session, { scope, everybodyOf })),
    async grant(holding, until) {
      const ask = askOf(holding);
      const key = holdingKey(holding);
      const mark = { has: () => begun.has(key), note: () => void begun.add(key) };
      return call((session) =>
        ask.isDynamic
          ? grantDynamic(session, ask, { until, now: clock.now() })
          : grantMembership(session, ask, mark),
      );
    },
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      const result = await call((session) =>
        ask.isDynamic ? revokeDynamic(session, ask) : revokeMembership(session, ask, receipt),
      );
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const ask = askOf(holding);
      await call(async (session) => {
        const { group, person } = await lookUp(session, ask);
        if (ask.isDynamic) await refuseLasting(session);
        else if (!(await isMember(session, group, person.dn))) await refuseEmptying(session, group);
      });
    },
    discover: () => call(discover),
  };
}
