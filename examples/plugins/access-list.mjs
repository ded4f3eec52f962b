/**
 * A plugin in JavaScript: rows in a list that an application reads, which ends access by itself and has sessions.
 *
 *   flock FOLDER/lock node access-list.mjs FOLDER
 *
 * FOLDER/list.json is `{ people, doors, rows: [{ subject, door, until? }] }`. The application lets in whoever has a row whose `until` has not
 * come; a row without one is somebody's standing access and is never touched. FOLDER/sessions/ has a file `{ subject, door }` for each open
 * session, and the application closes a session whose file is gone. `flock` lets one call at a time change the list; when a call is killed, the
 * kernel frees the lock.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOOR = /^[a-z][a-z0-9-]{0,62}$/;

const [folder] = process.argv.slice(2);
let text = '';
for await (const chunk of process.stdin) text += chunk;
const call = JSON.parse(text);
const now = `${new Date().toISOString().slice(0, -5)}Z`;
const list = JSON.parse(readFileSync(join(folder, 'list.json'), 'utf8'));

/** An answer instead of doing what was asked. */
class Refusal extends Error {
  constructor(code, message, unblock) {
    super(message);
    this.answer = { status: 'blocked', code, message, unblock };
  }
}

/** Whoever reads the list sees the old one or the new one. */
function write(rows) {
  const file = join(folder, 'list.json');
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...list, rows }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function doorOf({ door, ...others }) {
  if (DOOR.test(door) && Object.keys(others).length === 0 && list.doors.includes(door)) return door;
  throw new Refusal('unknown_door', 'there is no such door', 'Correct the grant in the catalog.');
}

function refuseUnknown(subject) {
  if (list.people.includes(subject)) return;
  throw new Refusal('unknown_subject', `there is nobody called ${subject}`, `Add ${subject} to the list.`);
}

const isOf = (subject, door) => (row) => row.subject === subject && row.door === door;
const isOurs = (row) => row.until !== undefined;
const isLive = (row) => !isOurs(row) || row.until > now;

const VERBS = {
  describe: () => ({ abilities: { enumerates: true, native_expiry: 'enforced', ends_sessions: true } }),
  preflight({ subject, grant }) {
    doorOf(grant);
    refuseUnknown(subject);
    return {};
  },
  observe: ({ scope, everybody_of }) => {
    const asked = new Set([...scope.map(({ grant }) => grant), ...everybody_of].map(({ door }) => door));
    const rows = list.rows.filter((row) => isLive(row) && asked.has(row.door));
    const held = rows.map(({ subject, door, until }) =>
      until === undefined
        ? { subject, grant: { door }, managed: 'no' }
        : { subject, grant: { door }, until, managed: 'yes' },
    );
    return { complete: true, held, clock: now };
  },
  grant({ subject, grant, until }) {
    const door = doorOf(grant);
    refuseUnknown(subject);
    const mine = list.rows.filter(isOf(subject, door)).filter(isLive);
    const had = mine.find(isOurs);
    if (had === undefined && mine.length > 0) return { changed: false, preexisting: true };
    if (had?.until !== until) {
      const rest = list.rows.filter((row) => !(isOf(subject, door)(row) && isOurs(row)));
      write([...rest, { subject, door, until }]);
    }
    return { changed: had === undefined, preexisting: false };
  },
  revoke({ subject, grant }) {
    const door = doorOf(grant);
    const rest = list.rows.filter((row) => !(isOf(subject, door)(row) && isOurs(row)));
    if (rest.length === list.rows.length) return { changed: false };
    write(rest);
    return { changed: true };
  },
  end_sessions({ subject, grant }) {
    const door = doorOf(grant);
    if (list.rows.filter(isLive).some(isOf(subject, door))) return { ended: 0 };
    const files = readdirSync(join(folder, 'sessions')).map((name) => join(folder, 'sessions', name));
    const open = files.filter((file) => isOf(subject, door)(JSON.parse(readFileSync(file, 'utf8'))));
    for (const file of open) rmSync(file);
    return { ended: open.length };
  },
  discover: () => ({ offers: list.doors.map((door) => ({ title: `Door ${door}`, grant: { door } })) }),
};

function answer() {
  if (!Object.hasOwn(VERBS, call.verb)) {
    return {
      status: 'blocked',
      code: 'unknown_verb',
      message: 'no such verb',
      unblock: 'Use another plugin.',
    };
  }
  try {
    return { status: 'ok', ...VERBS[call.verb](call) };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

process.stdout.write(`${JSON.stringify({ version: 1, id: call.id, ...answer() })}\n`);
