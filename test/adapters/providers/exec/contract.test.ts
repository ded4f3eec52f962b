import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Holding } from '../../../../src/core/grant.js';
import { providerContract } from '../../../contracts/provider-contract.js';
import { EXAMPLES, type ExampleTarget, exampleHarness, lines, makeFolders } from './harness.js';

const groupFiles: ExampleTarget = {
  command: (folder) => [join(EXAMPLES, 'group-files.sh'), folder],
  abilities: { enumerates: true },
  grants: [{ group: 'readers' }, { group: 'writers' }],
  async setUp(folder) {
    await makeFolders(folder, 'groups');
    await writeFile(join(folder, 'people'), 'alice\nbob\n');
    for (const group of ['readers', 'writers', 'victims']) await writeFile(join(folder, 'groups', group), '');
  },
  async holds(folder, { subject, grant }) {
    const names = await lines(join(folder, 'groups', String(grant.group)));
    return names.some((line) => line === subject || line === `${subject} # hallpass`);
  },
  addStanding: (folder, { subject, grant }) =>
    appendFile(join(folder, 'groups', String(grant.group)), `${subject}\n`),
  async snapshot(folder) {
    const names = (await readdir(join(folder, 'groups'))).toSorted();
    return Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, 'groups', name), 'utf8')]),
    );
  },
  damage: (folder) => appendFile(join(folder, 'groups', 'readers'), 'what "is" this\n'),
  hostile: [
    {},
    { group: '' },
    { group: 'absent' },
    { group: '../people' },
    { group: 'readers\n' },
    { group: 'readers"},"x":{"group":"victims' },
    { group: 'Victims' },
    { group: ['victims'] },
    { group: { name: 'victims' } },
    { group: 'victims', also: 'readers' },
    { group: 1.5 },
    { __proto__: null, group: null },
  ],
};

interface List {
  readonly people: readonly string[];
  readonly doors: readonly string[];
  readonly rows: readonly { readonly subject: string; readonly door: string; readonly until?: string }[];
}

const listOf = async (folder: string): Promise<List> =>
  JSON.parse(await readFile(join(folder, 'list.json'), 'utf8'));

const isOf =
  ({ subject, grant }: Holding) =>
  (row: { readonly subject: string; readonly door: string }) =>
    row.subject === subject && row.door === grant.door;

const accessList: ExampleTarget = {
  command: (folder) => [
    '/usr/bin/flock',
    join(folder, 'lock'),
    process.execPath,
    join(EXAMPLES, 'access-list.mjs'),
    folder,
  ],
  abilities: { enumerates: true, native_expiry: 'enforced', ends_sessions: true },
  grants: [{ door: 'store' }, { door: 'constructor' }],
  async setUp(folder) {
    await makeFolders(folder, 'sessions');
    const list: List = { people: ['alice', 'bob'], doors: ['store', 'constructor', 'victims'], rows: [] };
    await writeFile(join(folder, 'list.json'), JSON.stringify(list));
  },
  async holds(folder, holding, now) {
    const { rows } = await listOf(folder);
    return rows.filter(isOf(holding)).some(({ until }) => until === undefined || until > now);
  },
  async addStanding(folder, { subject, grant }) {
    const list = await listOf(folder);
    const rows = [...list.rows, { subject, door: String(grant.door) }];
    await writeFile(join(folder, 'list.json'), JSON.stringify({ ...list, rows }));
  },
  snapshot: listOf,
  hostile: [
    { door: '' },
    { door: 'absent' },
    { door: 'toString' },
    { door: 'store\u0000' },
    { door: 'Store' },
    { door: true },
    { door: 'victims', also: 'store' },
    { door: ['victims'] },
  ],
  async openSession(folder, { subject, grant }) {
    const file = join(folder, 'sessions', randomUUID());
    await writeFile(file, JSON.stringify({ subject, door: grant.door }));
    return { ended: async () => !existsSync(file) };
  },
};

providerContract('exec: examples/plugins/group-files.sh', {
  makeHarness: () => exampleHarness(groupFiles),
  except: {
    'moves native expiry with the end': 'a line in a file does not end by itself',
    'is ended by the target itself': 'a line in a file does not end by itself',
    'ends the sessions of what it revoked, and no others': 'whoever reads the file has no sessions',
    'leaves the sessions of standing access alone': 'whoever reads the file has no sessions',
  },
});

providerContract('exec: examples/plugins/access-list.mjs', {
  makeHarness: () => exampleHarness(accessList),
  except: { 'says when it saw only a part': 'a list is read as a whole or not at all' },
});
