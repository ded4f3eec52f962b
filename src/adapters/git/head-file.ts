import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Oid, parseOid } from '../../core/approval.js';
import { Blocked } from '../../ports/fault.js';
import { type PublicKeyLine, parsePublicKey } from './ssh-key.js';

/** The last ledger commit that was verified here, and the key that is valid after it. */
export interface SeenHead {
  readonly head: Oid;
  readonly key: PublicKeyLine;
}

/** Outlives the mirror and the process, so a ledger that was set back is noticed after a restart (T085, T113). */
export interface HeadFile {
  read(): Promise<SeenHead | undefined>;
  write(seen: SeenHead): Promise<void>;
}

export function headFile(path: string): HeadFile {
  return {
    async read() {
      const text = textOf(path);
      return text === undefined ? undefined : parseSeen(text, path);
    },
    async write(seen) {
      await mkdir(dirname(path), { recursive: true });
      const fresh = `${path}.new`;
      await writeDurably(fresh, `${JSON.stringify(seen)}\n`);
      await rename(fresh, path);
      await syncFolder(dirname(path));
    },
  };
}

export function headFileIn(directory: string, branch: string): HeadFile {
  return headFile(join(directory, `${branch.replaceAll('/', '%2F')}.head.json`));
}

/** A line, read with every look at the ledger: waiting four times for a thread would take longer than reading it. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path);
  }
}

/** A file we cannot read is no file that says nothing: going on without it would forget what was seen. */
function parseSeen(text: string, path: string): SeenHead {
  try {
    const { head, key } = JSON.parse(text) as { head?: unknown; key?: unknown };
    const oid = parseOid(String(head));
    if (oid !== undefined && parsePublicKey(String(key)) !== undefined) {
      return { head: oid, key: String(key) as PublicKeyLine };
    }
  } catch {
    // Said below.
  }
  throw unreadable(path);
}

function unreadable(path: string): Blocked {
  return new Blocked(
    'ledger_head_unreadable',
    `The note of the last ledger commit seen cannot be read: ${path}`,
    'Check the disk; then run `hallpass audit verify --contains` with a commit you know, and delete the file.',
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
