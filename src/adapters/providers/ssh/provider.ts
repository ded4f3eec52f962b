import type { Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { faultOf } from './fault.js';
import { clearWorkbench, readState, type Session } from './folder.js';
import { grant, revoke } from './issue.js';
import { type Connected, keygenOf } from './keygen.js';
import { kind } from './kind.js';
import { askOf } from './names.js';
import { observe } from './observe.js';

const DEFAULT_SECONDS = 15;

/** The authority is the target: what it issued and did not revoke is held until it expires. */
export async function createProvider(
  connection: Connection,
  { target, clock }: ProviderDeps,
): Promise<Provider> {
  const call = inTurn(readConnection(connection, target));
  return {
    abilities: kind.abilities,
    observe: (scope, everybodyOf = []) =>
      call(async (session) =>
        observe(await readState(session), { target, scope, everybodyOf, now: clock.now() }),
      ),
    async grant(holding, until, key) {
      const ask = askOf(holding);
      return call((session) => grant(session, { holding, ask, until, key, now: clock.now() }));
    },
    async revoke(holding, receipt) {
      askOf(holding);
      return call((session) => revoke(session, holding, { receipt, now: clock.now() }));
    },
    async preflight(holding) {
      askOf(holding);
      await call(async (session) => {
        await readState(session);
        await clearWorkbench(session.folder);
      });
    },
  };
}

function readConnection(connection: Connection, target: string): Connected {
  const { folder, ca_key, ssh_keygen = 'ssh-keygen', timeout_seconds } = connection;
  return {
    target,
    folder: String(folder),
    caKey: String(ca_key),
    program: String(ssh_keygen),
    milliseconds: (typeof timeout_seconds === 'number' ? timeout_seconds : DEFAULT_SECONDS) * 1_000,
  };
}

/** One call at a time: two that each write a revocation list from what they read would forget one of their revocations. */
function inTurn(connected: Connected): <T>(work: (session: Session) => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(async () => {
      const signal = AbortSignal.timeout(connected.milliseconds);
      try {
        return await work({ ...connected, keygen: keygenOf(connected, signal) });
      } catch (error) {
        throw faultOf(error, connected.target);
      }
    });
    last = next.catch(() => undefined);
    return next;
  };
}
