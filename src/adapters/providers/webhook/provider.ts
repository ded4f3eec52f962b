import { renderCall } from '../../../documents/plugin-call.js';
import type { Provider } from '../../../ports/provider.js';
import { parseAddress } from '../../http/address.js';
import { pluginProvider } from '../../plugin/provider.js';
import { rulesOf } from '../../plugin/rules.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { type Receiver, send } from './send.js';
import { signerOf } from './sign.js';

const DEFAULT_SECONDS = 30;

export async function createProvider(connection: Connection, deps: ProviderDeps): Promise<Provider> {
  const { target, clock } = deps;
  const { url, secrets, ca, timeout_seconds } = connection;
  const seconds = typeof timeout_seconds === 'number' ? timeout_seconds : DEFAULT_SECONDS;
  const receiver: Receiver = {
    target,
    clock,
    url: parseAddress(target, String(url)),
    sign: await signerOf(typeof secrets === 'string' ? secrets : '', target),
    milliseconds: seconds * 1_000,
    ...(typeof ca === 'string' ? { ca } : {}),
  };
  return pluginProvider({
    deps,
    rules: rulesOf(connection, target),
    seconds,
    carry: (call) => send(receiver, { id: call.id, body: renderCall(call) }),
  });
}
