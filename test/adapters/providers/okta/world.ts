import { createEmulator } from 'emulate';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/okta/provider.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { startWay } from '../../http/way.js';

export const now = '2026-11-22T12:00:00Z' as Instant;
const TOKEN = 'an api token';

export const PEOPLE = { alice: 'alice@example.com', bob: 'bob@example.com', victim: 'victim@example.com' };
export const GROUPS = {
  readers: '00greaders',
  writers: '00gwriters',
  victims: '00gvictims',
  builtIn: '00gbuiltin',
};

/** Okta as `emulate` knows it, and a way to it that can fail. */
export async function startOkta() {
  const users = [...Object.entries(PEOPLE), ['gone', 'gone@example.com'] as const];
  const emulator = await createEmulator({
    service: 'okta',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: 'admin@example.com' } },
      okta: {
        users: users.map(([name, login]) => ({
          okta_id: `00u${name}`,
          login,
          status: name === 'gone' ? 'DEPROVISIONED' : 'ACTIVE',
        })),
        groups: Object.entries(GROUPS).map(([name, okta_id]) => ({
          okta_id,
          name,
          type: name === 'builtIn' ? 'BUILT_IN' : 'OKTA_GROUP',
        })),
      },
    },
  });
  const way = await startWay({ url: emulator.url });
  /** Okta past the provider. */
  const call = async (method: string, path: string): Promise<unknown> => {
    const answer = await fetch(`${emulator.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `SSWS ${TOKEN}` },
    });
    return answer.status === 204 ? undefined : answer.json();
  };
  return {
    url: way.url,
    calls: way.calls,
    way: way.way,
    call,
    async members(group: string): Promise<string[]> {
      const found = await call('GET', `groups/${group}/users`);
      return Array.isArray(found) ? found.map(({ profile }) => profile.login) : [];
    },
    open: (connection: Connection = {}): Promise<Provider> =>
      openOkta(way.url, { token: TOKEN, ...connection }),
    async close(): Promise<void> {
      await way.close();
      await emulator.close();
    },
  };
}

export function openOkta(url: string, connection: Connection): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider({ url, ...connection }, { target: 'okta', clock: { now: () => now }, log });
}
