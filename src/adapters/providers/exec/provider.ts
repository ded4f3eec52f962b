import { type PluginCall, renderCall } from '../../../documents/plugin-call.js';
import { parseStrictJson } from '../../../documents/strict-json.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { Provider } from '../../../ports/provider.js';
import { pluginProvider } from '../../plugin/provider.js';
import { rulesOf } from '../../plugin/rules.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { faultOf } from './fault.js';
import { runProgram } from './run-program.js';

const DEFAULT_SECONDS = 30;
const MOST_BYTES = 1_048_576;

export async function createProvider(connection: Connection, deps: ProviderDeps): Promise<Provider> {
  const { target, log } = deps;
  const { argv, env } = readCommand(connection, target);
  const { timeout_seconds } = connection;
  const seconds = typeof timeout_seconds === 'number' ? timeout_seconds : DEFAULT_SECONDS;
  const carry = async (call: PluginCall): Promise<Uint8Array> => {
    const ran = await runProgram({
      argv,
      env,
      input: `${renderCall(call)}\n`,
      milliseconds: seconds * 1_000,
      mostBytes: MOST_BYTES,
      onNote: (line) => log.info('plugin says', { target, verb: call.question.verb, line }),
    });
    if (ran.end !== 'exit') throw faultOf(ran, target);
    if (ran.code !== 0 && !isFaultAnswer(ran.output)) {
      throw new Retry(
        'failed',
        `${target}: the program ended with ${ran.code}; its error output is in the log`,
      );
    }
    return ran.output;
  };
  return pluginProvider({ deps, rules: rulesOf(connection, target), seconds, carry });
}

/** A program that failed may say why. That it did what it was asked, and failed, is no answer. */
function isFaultAnswer(output: Uint8Array): boolean {
  const read = parseStrictJson(output);
  if (!('value' in read) || read.value === null || typeof read.value !== 'object') return false;
  const { status } = read.value as { readonly status?: unknown };
  return status === 'retry' || status === 'blocked';
}

function readCommand(
  { command, environment = {} }: Connection,
  target: string,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const argv = Array.isArray(command) ? command.map(String) : [];
  if (argv[0]?.startsWith('/') !== true) {
    throw new Blocked(
      'settings',
      `the connection of ${target} names no program by an absolute path`,
      `Give ${target} a command in the settings that begins with an absolute path.`,
    );
  }
  const pairs = Object.entries(environment ?? {}).map(([name, value]) => [name, String(value)]);
  return { argv, env: Object.fromEntries(pairs) };
}
