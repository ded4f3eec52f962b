import type { Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { readConnection } from './connection.js';
import { discover } from './discover.js';
import { readFacts } from './facts.js';
import { refuseUnfit } from './judge.js';
import { kind } from './kind.js';
import { disableMadeLogins, grantMadeLogin, refuseUnenrolled } from './made-login.js';
import { grantMembership, revokeMembership } from './membership.js';
import { askOf } from './names.js';
import { observe } from './observe.js';
import { refuseWithoutReaper } from './reaper.js';
import { loadClient, withSession } from './session.js';
import { endMadeSessions, endMemberSessions } from './sessions.js';

/** Every call is a connection of its own: nothing is left open between passes, and new credentials need no restart here. */
export async function createProvider(
  connection: Connection,
  { target, log }: ProviderDeps,
): Promise<Provider> {
  const settings = readConnection(connection, target);
  await loadClient();
  return {
    // Every grant of such a target is refused while no reaper is seen to be alive.
    abilities: settings.reaper ? { ...kind.abilities, nativeExpiry: 'enforced' } : kind.abilities,
    width: 4,
    observe: (scope, everybodyOf = []) =>
      withSession(settings, (session) => observe(session, settings, { scope, everybodyOf })),
    async grant(holding, until) {
      const ask = askOf(holding);
      return withSession(settings, (session) =>
        ask.made
          ? grantMadeLogin(session, ask, { until, settings })
          : grantMembership(session, ask, { until, settings }),
      );
    },
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      return withSession(settings, (session) =>
        ask.made ? disableMadeLogins(session, ask) : revokeMembership(session, ask, receipt),
      );
    },
    async endSessions(holding) {
      const ask = askOf(holding);
      return withSession(settings, (session) =>
        ask.made ? endMadeSessions(session, ask, log) : endMemberSessions(session, ask),
      );
    },
    async preflight(holding) {
      const ask = askOf(holding);
      if (ask.made) refuseUnenrolled(ask, settings);
      await withSession(settings, async (session) => {
        refuseUnfit(await readFacts(session, ask), ask, session.name);
        await refuseWithoutReaper(session, settings);
      });
    },
    discover: () => withSession(settings, discover),
  };
}
