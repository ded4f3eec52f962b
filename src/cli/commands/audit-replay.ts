import { resolve } from 'node:path';
import { type Replayed, replayDecision } from '../../app/auditing/replay-decision.js';
import { renderIssues } from '../../views/issues.js';
import { agreementOf, replayJson, replayText } from '../../views/replay-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { openCommit, openLedgerHistory, providerKinds } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { painterOf } from '../io.js';
import { requestIdFrom } from '../request-id.js';

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly policy?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument('<id>', 'a request that was decided, by id or path')
    .option(...REPO)
    .option(...BRANCH)
    .option(
      '--policy <ref>',
      'decide by policy, catalog and people of this commit; default: those it was decided by',
    )
    .option('--json', 'print {id, agrees, policy, recorded, differences, lacking, decision} as JSON')
    .addHelpText('after', EXITS)
    .addHelpText(
      'after',
      examples(
        ['hallpass audit replay 2026/11/alice-orders-db', 'make the decision again; it must agree'],
        ['hallpass audit replay 2026/11/alice-orders-db --policy main', 'what policy would say of it today'],
      ),
    );
  return async () => {
    const { repo, branch, policy, json } = command.opts<Options>();
    const id = requestIdFrom(command.args[0] ?? '');
    const replayed = await replayAt(resolve(io.cwd, repo), { branch, policy }, (read) =>
      replayDecision({ ...read, kinds: providerKinds }, id),
    );
    if (replayed.kind === 'unable') throw unable(id, replayed);
    const view = { ...replayed, ...(policy === undefined ? {} : { policy }) };
    io.out(`${json ? jsonText(replayJson(view)) : replayText(view, painterOf(io))}\n`);
    return EXIT_OF[`${agreementOf(view)}`];
  };
};

const EXITS = `
Exits 0 when it comes out the same, 1 when it does not, and 2 when that cannot be said: nothing was decided there, a document is missing or
broken, or the other policy asks for facts nobody recorded.`;

const EXIT_OF = { true: EXIT.ok, false: EXIT.found, undefined: EXIT.unable } as const;

type Reading = Omit<Parameters<typeof replayDecision>[0], 'kinds'>;

async function replayAt(
  directory: string,
  { branch, policy }: { readonly branch: string; readonly policy: string | undefined },
  replay: (reading: Reading) => Promise<Replayed>,
): Promise<Replayed> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    const history = keep(await openLedgerHistory(directory));
    const head = await history.head(branch);
    if (head === undefined) throw new Unable(`there is no branch ${branch} here`, FETCH_LEDGER);
    const { read: ledger } = keep(await openCommit(directory, head));
    if (policy === undefined) return await replay({ history, ledger });
    return await replay({ history, ledger, instead: keep(await openCommit(directory, policy)).read });
  } finally {
    for (const one of opened) await one.close();
  }
}

const FETCH_LEDGER = 'Fetch it (git fetch origin access-ledger), or name the clone that has it with --repo.';

type Hindrance = Extract<Replayed, { kind: 'unable' }>;

const ABOUT: Readonly<Record<Hindrance['reason'], readonly [message: string, advice: string]>> = {
  no_entry: ['was never decided, as far as this ledger says', 'hallpass list --state all shows what was.'],
  entry_unreadable: ['has an entry that cannot be read', 'hallpass audit verify says since when.'],
  request_unreadable: ['quotes a request that cannot be read', 'hallpass audit verify says more.'],
  control_unreadable: [
    'cannot be decided: policy, catalog or people cannot be read',
    'Clone the whole repository, or name another commit with --policy.',
  ],
};

function unable(id: string, { reason, issues }: Hindrance): Unable {
  const [message, advice] = ABOUT[reason];
  return new Unable(`${id} ${message}`, advice, renderIssues(issues, 'text').split('\n').filter(Boolean));
}
