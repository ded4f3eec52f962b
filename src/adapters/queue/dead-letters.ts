import { type DeadLetter, type DeadLetters, type Job, jobKey } from '../../ports/queue-inbox.js';
import { type Database, SCHEMA } from './database.js';

export const DEAD_LETTERS = 'given-up';

const LIST = `
  SELECT id::text, data, output, created_on FROM ${SCHEMA}.job
  WHERE name = $1 AND state < 'active' ORDER BY created_on, id LIMIT 1000`;

export function openDeadLetters(database: Database): DeadLetters {
  const list = async (): Promise<readonly DeadLetter[]> => {
    await database.boss();
    return (await database.query(LIST, [DEAD_LETTERS])).map(letterOf);
  };
  const each = async (ids: readonly string[], act: (letter: DeadLetter) => Promise<void>) => {
    const boss = await database.boss();
    const wanted = new Set(ids);
    const there = (await list()).filter(({ id }) => wanted.has(id));
    for (const letter of there) {
      await act(letter);
      await boss.deleteJob(DEAD_LETTERS, letter.id);
    }
    return there.map(({ id }) => id);
  };
  return {
    list,
    retry: (ids) =>
      each(ids, async ({ repositoryId, job }) => {
        const boss = await database.boss();
        // Killed between this and its removal, it is tried again twice, which changes nothing.
        await boss.send(`access-${repositoryId}`, { repositoryId, ...job }, { singletonKey: jobKey(job) });
      }),
    drop: (ids) => each(ids, async () => {}),
  };
}

function letterOf(row: Readonly<Record<string, unknown>>): DeadLetter {
  const { repositoryId, ...job } = row.data as Job & { readonly repositoryId: number };
  const { message } = (row.output ?? {}) as { readonly message?: unknown };
  return {
    id: String(row.id),
    repositoryId,
    job,
    why: String(message ?? 'unknown')
      .replaceAll(/\s+/g, ' ')
      .slice(0, 200),
    since: (row.created_on as Date).toISOString(),
  };
}
