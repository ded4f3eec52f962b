import { describe, expect, it } from 'vitest';
import { pinTeams } from '../../../src/app/control/pin-teams.js';
import type { Account, Login } from '../../../src/core/identity.js';
import type { Directory } from '../../../src/ports/directory.js';

const bob: Account = { login: 'bob' as Login, id: 1002 };

function world(text?: string) {
  const teams = new Map<string, number>([
    ['dba', 1],
    ['constructor', 2],
  ]);
  const said: string[] = [];
  const store = { text };
  const directory: Directory = {
    team: async (team) => ({ team, id: teams.get(team) ?? null, members: teams.has(team) ? [bob] : [] }),
    account: async () => undefined,
  };
  const note = {
    read: async () => store.text,
    write: async (fresh: string) => {
      store.text = fresh;
    },
  };
  const log = { info() {}, warn() {}, error: (message: string) => void said.push(message) };
  const open = () => pinTeams({ directory, note, log });
  return { teams, said, store, open };
}

describe('names of teams', () => {
  it('stand for the team that had them first, also after a restart', async () => {
    const { teams, said, open } = world();
    expect(await open().team('dba')).toEqual({ team: 'dba', id: 1, members: [bob] });
    teams.set('dba', 77);
    const again = open();
    expect(await again.team('dba')).toEqual({ team: 'dba', id: null, members: [] });
    expect(said).toEqual(['team made anew']);
    teams.set('dba', 1);
    expect(await again.team('dba')).toMatchObject({ id: 1 });
  });

  it('are not taken by a team that is not there yet, nor lost by one that is away for a while', async () => {
    const { teams, open } = world();
    const pinned = open();
    expect(await pinned.team('new')).toMatchObject({ id: null });
    teams.set('new', 9);
    expect(await pinned.team('new')).toMatchObject({ id: 9 });
    teams.delete('new');
    expect(await pinned.team('new')).toMatchObject({ id: null });
    teams.set('new', 10);
    expect(await pinned.team('new')).toMatchObject({ id: null });
  });

  it('are all kept, whatever they are called and however many are seen at once', async () => {
    const { store, open } = world();
    const pinned = open();
    await Promise.all(['dba', 'constructor', 'dba', 'nobody'].map((team) => pinned.team(team)));
    expect(JSON.parse(store.text ?? '')).toEqual({ dba: 1, constructor: 2 });
  });

  it.each(['', '[', '[]', 'null', '{"dba":"1"}', '{"dba":1.5}'])(
    'a note of %j blocks, and is not written over',
    async (text) => {
      const { store, open } = world(text);
      await expect(open().team('dba')).rejects.toMatchObject({ code: 'team_pins_unreadable' });
      expect(store.text).toBe(text);
    },
  );
});
