import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNotice, type Notice } from '../../core/notice.js';
import type { Log } from '../../ports/log.js';
import type { NoticeMemory, Remembered } from '../../ports/notifier.js';

const FILE = 'notices.json';
const NOTHING: Remembered = { delivered: {}, pending: {} };

/**
 * A file beside the mirror. Not synced to the disk: the worst that losing it does is a notice that comes twice or, after a crash of the
 * machine, one that does not come; the ledger has it all.
 */
export function noticeMemoryFile(directory: string, log: Log): NoticeMemory {
  const path = join(directory, FILE);
  let newest: Remembered | undefined;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (newest !== undefined) {
      const text = JSON.stringify({ version: 1, ...newest });
      newest = undefined;
      try {
        await mkdir(directory, { recursive: true });
        // Names of people and what they hold are for nobody else on this machine.
        await writeFile(`${path}.new`, text, { mode: 0o600 });
        await rename(`${path}.new`, path);
      } catch (error) {
        log.warn('notices not remembered', { code: codeOf(error) });
      }
    }
    writing = undefined;
  };

  return {
    async load() {
      try {
        return rememberedOf(JSON.parse(await readFile(path, 'utf8')));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') log.warn('notices forgotten', { code: codeOf(error) });
        return NOTHING;
      }
    },
    save(remembered) {
      newest = remembered;
      writing ??= write();
    },
    saved: async () => writing,
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}

/** Whatever stands in the file, only what is of the right shape counts. */
function rememberedOf(value: unknown): Remembered {
  const { delivered, pending } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return {
    delivered: listsOf(delivered, (item) => typeof item === 'string') as Remembered['delivered'],
    pending: listsOf(pending, isNotice) as Readonly<Record<string, readonly Notice[]>>,
  };
}

function listsOf(value: unknown, isOne: (item: unknown) => boolean): Readonly<Record<string, unknown[]>> {
  if (typeof value !== 'object' || value === null) return {};
  const lists = Object.entries(value).filter(([, list]) => Array.isArray(list));
  return Object.fromEntries(lists.map(([name, list]) => [name, list.filter(isOne)]));
}
