import { type Coordinates, canonicalJson, type Holding } from '../../core/grant.js';
import { addSeconds } from '../../core/time.js';
import { type PluginAnswers, parseAnswer } from '../../documents/plugin-answer.js';
import type { PluginCall, PluginHolding, PluginQuestion, Verb } from '../../documents/plugin-call.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { Observation, Provider } from '../../ports/provider.js';
import { createCallIds } from './call-ids.js';
import { askOf, isAskable, isCoordinates, type PluginRules } from './rules.js';

/** Carries one call to the plugin and brings the bytes of its answer, within the call's time; throws faults. */
export type Carry = (call: PluginCall) => Promise<Uint8Array>;

export interface PluginOptions {
  readonly deps: { readonly target: string; readonly clock: Clock };
  readonly rules: PluginRules;
  readonly seconds: number;
  readonly carry: Carry;
}

type Ask = <V extends Verb>(question: PluginQuestion & { readonly verb: V }) => Promise<PluginAnswers[V]>;

/** A provider whose doing is somebody else's: every verb of the port is one call, and every answer is untrusted. */
export function pluginProvider(options: PluginOptions): Provider {
  const { deps, rules } = options;
  const ask = askerOf(options);
  return {
    abilities: rules.abilities,
    observe: (scope, everybodyOf = []) => observe(ask, deps.target, { scope, everybodyOf }),
    async grant(holding, until, key) {
      const asked = askOf(holding, rules.grantable);
      const said = await ask({ verb: 'grant', ...asked, until, key });
      return { changed: said.changed, preexisting: said.preexisting, receipt: said.receipt ?? null };
    },
    async revoke(holding, receipt) {
      const { changed } = await ask({ verb: 'revoke', ...askOf(holding), receipt });
      return { changed };
    },
    ...(rules.abilities.endsSessions
      ? {
          async endSessions(holding: Holding) {
            const { ended } = await ask({ verb: 'end_sessions', ...askOf(holding) });
            return { ended };
          },
        }
      : {}),
    async preflight(holding) {
      const asked = askOf(holding, rules.grantable);
      refuseOverstated(deps.target, rules, (await ask({ verb: 'describe' })).abilities);
      await ask({ verb: 'preflight', ...asked });
    },
    async discover() {
      const { offers } = await ask({ verb: 'discover' });
      return offers.filter(({ grant }) => isCoordinates(grant) && rules.grantable(grant));
    },
  };
}

function askerOf({ deps, seconds, carry }: PluginOptions): Ask {
  const ids = createCallIds();
  const { target, clock } = deps;
  return async (question) => {
    const id = ids.of(question);
    const deadline = addSeconds(clock.now(), Math.ceil(seconds));
    const bytes = await carry({ id, target, deadline, question });
    ids.answered(question);
    const answer = parseAnswer(bytes, { id, verb: question.verb });
    if ('problem' in answer) {
      throw new Blocked(
        'bad_answer',
        `${target}: the answer to ${question.verb} cannot be used: ${answer.problem}`,
        'Mend the plugin; docs/spec/plugin.md says what it has to answer.',
      );
    }
    if (answer.status === 'retry') {
      throw new Retry(answer.code, `${target} says: ${answer.message}`, answer.after);
    }
    if (answer.status === 'blocked') {
      throw new Blocked(answer.code, `${target} says: ${answer.message}`, answer.unblock);
    }
    return answer.says;
  };
}

/**
 * What was not asked about is left out of the answer. What cannot be asked, because an older grammar let it through, is not known to
 * be absent.
 */
async function observe(
  ask: Ask,
  target: string,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const askable = scope.filter(isAskable).map(({ subject, grant }): PluginHolding => ({ subject, grant }));
  const everybody = everybodyOf.filter(isCoordinates);
  const skipped = askable.length < scope.length || everybody.length < everybodyOf.length;
  const seen = await ask({ verb: 'observe', scope: askable, everybody_of: everybody });
  const wanted = new Set([...askable.map(({ grant }) => grant), ...everybody].map(canonicalJson));
  const held = seen.held
    .filter(({ grant }) => wanted.has(canonicalJson(grant)))
    .map(({ subject, grant, until, managed }) => ({
      holding: { target, subject, grant },
      ...(until === undefined ? {} : { until }),
      managed,
    }));
  return {
    complete: seen.complete && !skipped,
    held,
    ...(seen.clock === undefined ? {} : { clock: seen.clock }),
  };
}

const EXPIRIES = ['none', 'login-only', 'enforced'] as const;

/** The settings promise what people count on; the plugin has to say the same or more. */
function refuseOverstated(
  target: string,
  { abilities }: PluginRules,
  able: PluginAnswers['describe']['abilities'],
): void {
  const overstated = [
    ...(abilities.enumerates && !able.enumerates ? ['enumerates'] : []),
    ...(abilities.endsSessions && !able.ends_sessions ? ['ends_sessions'] : []),
    ...(EXPIRIES.indexOf(abilities.nativeExpiry) > EXPIRIES.indexOf(able.native_expiry)
      ? ['native_expiry']
      : []),
  ];
  if (overstated.length === 0) return;
  throw new Blocked(
    'abilities',
    `${target}: the settings declare abilities the plugin does not have: ${overstated.join(', ')}`,
    `Declare for ${target} in the settings what its plugin can do, or give it a plugin that can.`,
  );
}
