import type { Command } from 'commander';
import { type Draft, draftRequest, type FreshDraft, type Wish } from '../../app/asking/draft-request.js';
import { heldAlready, whyNotProlonged } from '../../app/asking/look-at-grants.js';
import { branchOf, isFreeBranch, openRequest } from '../../app/asking/open-request.js';
import { type ReadDocument, readControl } from '../../app/control/read-control.js';
import { explainRequest, type KnownRequester } from '../../app/policy/explain-request.js';
import type { Control } from '../../core/policy/evidence.js';
import { askedText } from '../../views/decision-text.js';
import { renderIssues } from '../../views/issues.js';
import { utc } from '../../views/time-text.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { type Asking, heldTimer } from '../../wire-asking.js';
import { newFilesIn, providerKinds, systemClock } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { type Io, painterOf } from '../io.js';
import { advised, ownRepository } from '../own-repository.js';
import { repositoryAt } from '../repository.js';
import { watchRequest } from '../watch-request.js';
import { type WishOptions, wishFor } from '../wish.js';

interface Options extends WishOptions {
  readonly repo: string;
  readonly remote: string;
  readonly branch: string;
  readonly push: boolean;
  readonly watch?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument(
      '[entitlement...]',
      'what to ask for, by the ids of the catalog; asked for where there is a terminal',
    )
    .option('--duration <duration>', 'for how long, such as 30m, 2h or 1d; counted from the merge')
    .option('--justification <text>', 'what it is needed for')
    .option('--ticket <id>', 'where policy asks for one')
    .option('--subject <login>', 'who will hold it; default whoever asks')
    .option('--start <time>', 'when it begins, such as 2026-11-23T14:00:00Z, at most 72 hours ahead')
    .option('--extends <id>', 'the id of a live grant to prolong')
    .option('--break-glass', 'granted at once and reviewed afterwards, where policy allows it')
    .option('--name <name>', 'the last part of its id; default made from subject and entitlement')
    .option('--no-push', 'only write the file into the folder; asks GitHub for nothing')
    .option('--watch', 'follow the pull request until something came of it')
    .option('--yes', 'do not ask before it is pushed')
    .option('--json', 'print {id, path, number, url} as JSON')
    .option(...REPO)
    .option('--remote <name>', 'the remote of the clone, or the address of the repository', 'origin')
    .option(...BRANCH)
    .addHelpText(
      'after',
      examples(
        ['hallpass request', 'choose from a list, and see what it takes before anything is pushed'],
        [
          'hallpass request orders-db-readonly --duration 1h --justification "INC-1: slow" --ticket INC-1 --watch',
          'ask, and wait for it',
        ],
        [
          'hallpass request orders-db-readonly --duration 1h --justification "look" --subject alice --no-push',
          'write the file, and push it yourself',
        ],
      ),
    );
  return () => {
    const options = command.opts<Options>();
    return options.push ? advised(() => ask(command, options, io)) : write(command, options, io);
  };
};

/** Pushes and opens; what it reads and judges by is what the remote has now, not the folder. */
async function ask(command: Command, options: Options, io: Io): Promise<number> {
  const { desk, copy: openCopy } = await ownRepository(options, io);
  const [requester, base] = await Promise.all([desk.whoAmI(), desk.defaultBranch()]);
  const copy = await openCopy(base);
  try {
    const wish = await wishIn(copy.read, { command, options, io, login: requester.login });
    const isFree = (draft: Draft) => isFreeBranch(copy, draft);
    const draft = drafted(await draftRequest({ read: copy.read, isFree, clock: systemClock }, wish));
    const there = await desk.openOf(branchOf(draft.id));
    const shows = there === undefined;
    if (!(await isPossible(copy.read, draft, { io, known: { requester }, shows }))) return EXIT.found;
    if (shows) {
      await lookAtGrants({ desk, wish, draft }, options, io);
      await confirmed(options, io);
    }
    const opened = await openRequest({ copy, desk }, { draft, requester, base });
    const { number, url } = opened;
    io.out(
      options.json
        ? `${jsonText({ id: draft.id, path: draft.path, number, url })}\n`
        : `${opened.wasThere ? 'It was open already' : 'Opened'}: ${oneLine(url)}\n`,
    );
    if (!options.watch) return EXIT.ok;
    return await watchRequest({ id: draft.id, number, desk, timer: io.timer ?? heldTimer }, io);
  } finally {
    await copy.close();
  }
}

/** Only writes: nobody is asked who asks, and what it is judged by is what lies in the folder. */
async function write(command: Command, options: Options, io: Io): Promise<number> {
  if (options.watch) throw new Unable('--watch has nothing to follow with --no-push', 'Say one of the two.');
  const { directory, read } = await repositoryAt(options.repo, io);
  const wish = await wishIn(read, { command, options, io });
  const draft = drafted(await draftRequest({ read, isFree: async () => true, clock: systemClock }, wish));
  const { id, path, content } = draft;
  if (!(await isPossible(read, draft, { io }))) return EXIT.found;
  if (wish.extends !== undefined) io.err('hallpass: whether the grant it prolongs lives is not checked\n');
  if (!(await newFilesIn(directory).create(path, content)))
    throw new Unable(`${path} is there already`, 'Take another name with --name.');
  io.out(
    options.json
      ? `${jsonText({ id, path, number: null, url: null })}\n`
      : `Written: ${path}\nCommit it alone on a branch of its own, push that, and open a pull request.\n`,
  );
  return EXIT.ok;
}

interface About {
  readonly command: Command;
  readonly options: Options;
  readonly io: Io;
  readonly login?: KnownRequester['requester']['login'];
}

async function wishIn(read: ReadDocument, { command, options, io, login }: About): Promise<Wish> {
  const control = await controlIn(read, io);
  // Whoever wants JSON or has said yes is a program, and programs are asked nothing.
  const prompts = options.json || options.yes ? undefined : await io.prompts?.();
  return wishFor({
    options,
    entitlements: command.args,
    control,
    ...(login === undefined ? {} : { login }),
    ...(prompts === undefined ? {} : { prompts }),
  });
}

async function controlIn(read: ReadDocument, io: Io): Promise<Control> {
  const control = await readControl(read, providerKinds);
  if ('value' in control) return control.value;
  io.err(renderIssues(control.issues, 'text'));
  throw new Unable('policy, catalog or people cannot be used', 'Ask who keeps them; nothing was pushed.');
}

/** What the ledger says about it before it is pushed. It is asked of the remote, as everything here. */
async function lookAtGrants(
  { desk, wish, draft }: { readonly desk: Asking['desk']; readonly wish: Wish; readonly draft: FreshDraft },
  { yes }: Options,
  io: Io,
): Promise<void> {
  const deps = { desk, clock: systemClock };
  const why = await whyNotProlonged(deps, wish);
  if (why !== undefined)
    throw new Unable(
      `${oneLine(wish.extends ?? '')} cannot be prolonged: ${why}; nothing was pushed`,
      'Leave --extends out and ask anew, or name a grant that `hallpass list` shows.',
    );
  const held = wish.extends === undefined ? await heldAlready(deps, wish, draft.before) : undefined;
  if (held === undefined) return;
  const until = held.window === undefined ? '' : ` until ${utc(held.window.expiresAt)}`;
  const said = `${wish.subject} has it already${until}, by ${held.id}`;
  const advice = `For more time without a gap say --extends ${held.id}.`;
  if (!yes && io.prompts === undefined)
    throw new Unable(`${said}; nothing was pushed`, `${advice} To ask once more all the same say --yes.`);
  io.err(`hallpass: ${said}\n  ${advice}\n`);
}

function drafted(draft: Awaited<ReturnType<typeof draftRequest>>): FreshDraft {
  if (!('refused' in draft)) return draft;
  throw draft.refused === 'no_name'
    ? new Unable('the name will not do', 'Take lower-case letters, digits, ".", "_" and "-", at most 63.')
    : new Unable('the name is taken', 'Give another one with --name; names are used once, for ever.');
}

/** Says what it needs and who can give it, before anybody else sees it. */
async function isPossible(
  read: ReadDocument,
  { id, path, content }: Draft,
  { io, known, shows = true }: { readonly io: Io; readonly known?: KnownRequester; readonly shows?: boolean },
): Promise<boolean> {
  const withDraft: ReadDocument = async (one) =>
    one === path ? new TextEncoder().encode(content) : read(one);
  const deps = { read: withDraft, kinds: providerKinds, clock: systemClock };
  const explained = await explainRequest(deps, id, known);
  if ('issues' in explained) {
    io.err(renderIssues(explained.issues, 'text'));
    io.err('hallpass: nothing was pushed\n');
    return false;
  }
  const { outcome } = explained.view.decision;
  const possible = outcome === 'pending' || outcome === 'approved';
  // What is missing counts without the reviews that an open pull request may have.
  if (shows || !possible) io.err(`${askedText(explained.view, painterOf(io))}\n`);
  if (possible) return true;
  io.err('hallpass: policy makes this impossible; nothing was pushed\n');
  return false;
}

async function confirmed({ yes, json }: Options, io: Io): Promise<void> {
  if (yes || json || io.prompts === undefined) return;
  const prompts = await io.prompts();
  if (!(await prompts.confirm('Push it and open the pull request?')))
    throw new Unable('nothing was pushed', '');
}
