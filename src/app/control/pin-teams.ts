import type { TeamFacts } from '../../core/policy/evidence.js';
import type { Directory } from '../../ports/directory.js';
import { Blocked } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { Note } from '../../ports/note.js';

export interface PinDeps {
  readonly directory: Directory;
  /** Names of teams and the numbers they had when they were first seen. */
  readonly note: Note;
  readonly log: Log;
}

/**
 * Policy names teams, and a name is free for anybody once its team is renamed or deleted: by default each member of an organization
 * may make a team (THREATS 1.3). So a name stands for the team that had it first; another one of that name has nobody in it.
 */
export function pinTeams({ directory, note, log }: PinDeps): Directory {
  let pins: Promise<Map<string, number>> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const known = () => {
    pins ??= readPins(note).catch((error: unknown) => {
      pins = undefined;
      throw error;
    });
    return pins;
  };
  const pin = async (slug: string, id: number): Promise<void> => {
    const all = await known();
    all.set(slug, id);
    const write = writing.then(() => note.write(`${JSON.stringify(Object.fromEntries(all))}\n`));
    writing = write.catch(() => undefined);
    await write;
  };
  return {
    account: (login) => directory.account(login),
    async team(slug): Promise<TeamFacts> {
      const first = (await known()).get(slug);
      const found = await directory.team(slug);
      if (found.id === null) return found;
      if (first === undefined) {
        await pin(slug, found.id);
        return found;
      }
      if (first === found.id) return found;
      log.error('team made anew', { team: slug, first, now: found.id });
      return { team: slug, id: null, members: [] };
    },
  };
}

async function readPins(note: Note): Promise<Map<string, number>> {
  try {
    const read: unknown = JSON.parse((await note.read()) ?? '{}');
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      const pins = Object.entries(read);
      if (pins.every(([, id]) => Number.isSafeInteger(id))) return new Map(pins as [string, number][]);
    }
  } catch {
    // Said below: a note that cannot be read is not one that says nothing.
  }
  throw new Blocked(
    'team_pins_unreadable',
    'The note of which team had which name first cannot be read.',
    'Check the disk; then delete teams.json in data_dir, after looking that the teams policy names are still the right ones.',
  );
}
