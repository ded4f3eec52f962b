import type { Command } from 'commander';
import { readOrKnown } from '../../app/reconciling/known-grants.js';
import { revokeGrants } from '../../app/reconciling/revoke-grant.js';
import type { Entry } from '../../core/grant.js';
import { type Choice, isChosen } from '../../core/lifecycle/chosen.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import { readableEntries } from '../../ports/ledger.js';
import { endingText } from '../../views/ending-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import type { Wired } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { requestIdFrom } from '../request-id.js';
import { SETTINGS, withServer } from '../server.js';

interface Options extends Choice {
  readonly all?: true;
  readonly yes?: true;
  readonly settings?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument('[id]', 'the request whose grant is to end, by id or path')
    .option('--all', 'every grant that lives, or those the next three name')
    .option('--target <id>', 'with --all: those that hold something on this target')
    .option('--subject <login>', 'with --all: those of this person')
    .option('--entitlement <id>', 'with --all: those that hold this entitlement')
    .option('--yes', 'with --all: do not ask before')
    .option('--json', 'print {ending} as JSON: the ids whose end is recorded; with --all it takes --yes')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(
        ['hallpass revoke 2026/11/alice-orders-db', 'record that it ends now; the next pass takes it away'],
        ['hallpass revoke --all --target orders-db', 'the same for every grant on a target, after asking'],
        ['hallpass revoke --all --subject alice --yes', 'the same for everything one person has, at once'],
      ),
    );
  return async () => {
    const options = command.opts<Options>();
    const [id] = command.args;
    refuseMixed(command, options);
    return withServer(options.settings, io, ({ ports }) =>
      id === undefined
        ? revokeChosen(io, ports, options)
        : revokeOne(io, ports, { id: requestIdFrom(id), json: options.json }),
    );
  };
};

/** One grant by its id, or many by `--all`: what is neither, or both, is not guessed at. */
function refuseMixed(command: Command, { all, target, subject, entitlement, yes }: Options): void {
  const [id] = command.args;
  const narrows = [target, subject, entitlement, yes].some((option) => option !== undefined);
  if (id === undefined && !all)
    throw new Unable('revoke needs the id of a request, or --all', 'See hallpass revoke --help.');
  if (id !== undefined && (all || narrows))
    throw new Unable('an id names one grant; --all and what narrows it name many', 'Say one of the two.');
  if (id !== undefined) requestIdFrom(id);
}

type Server = Wired['ports'];

async function revokeOne(
  io: Io,
  ports: Server,
  { id, json }: { readonly id: string; readonly json: true | undefined },
): Promise<number> {
  const revoked = await revokeGrants(ports, (entry) => entry.id === id);
  if (json) io.out(ending(revoked.kind === 'not_live' ? [] : [id]));
  if (revoked.kind === 'not_live') {
    io.err(`hallpass: nothing of ${id} lives: it has ended, or was never granted\n`);
    return EXIT.found;
  }
  if (!json) io.out(`Recorded: ${id} ends now. The next pass takes the access away.\n`);
  return EXIT.ok;
}

async function revokeChosen(io: Io, ports: Server, options: Options): Promise<number> {
  const wanted = (entry: Entry): boolean => isChosen(entry, options);
  const { snapshot, fault } = await readOrKnown(ports);
  const shown = readableEntries(snapshot).filter((entry) => isLiveEntry(entry) && wanted(entry));
  for (const one of snapshot.active) {
    if ('problem' in one)
      io.err(`hallpass: ${one.id} cannot be read; it counts as ended, see audit verify\n`);
  }
  if (shown.length === 0 && fault !== undefined) throw fault;
  if (shown.length === 0) {
    if (options.json) io.out(ending([]));
    io.err('hallpass: no grant of these lives\n');
    return EXIT.found;
  }
  if (!options.json) io.out(`${endingText(shown)}\n`);
  await confirm(io, options, shown.length);
  // Asked anew, so that what was granted while somebody read the list ends as well.
  const revoked = await revokeGrants(ports, wanted);
  const ids = revoked.kind === 'requested' ? revoked.ids : [];
  if (options.json) {
    io.out(ending(ids));
    return EXIT.ok;
  }
  const count = ids.length;
  io.out(
    `Recorded: ${count} ${count === 1 ? 'grant ends' : 'grants end'} now. The next pass takes the access away.\n`,
  );
  return EXIT.ok;
}

function ending(ids: readonly string[]): string {
  return `${jsonText({ ending: ids })}\n`;
}

async function confirm(io: Io, { yes, json }: Options, count: number): Promise<void> {
  if (yes) return;
  // Whoever wants JSON is a program, and programs are asked nothing.
  if (io.ask === undefined || json)
    throw new Unable('nobody can be asked here, so nothing was ended', 'Say --yes to end them.');
  const answer = await io.ask(`Type ${count} to end ${count === 1 ? 'this grant' : 'these grants'}: `);
  if (answer.trim() !== String(count)) throw new Unable('nothing was ended', '');
}
