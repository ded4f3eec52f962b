import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { type StreamFormat, streamLedger } from '../../app/auditing/stream-ledger.js';
import { addressProblem, signingSecretProblem } from '../../core/receiver.js';
import { Retry } from '../../ports/fault.js';
import type { Note } from '../../ports/note.js';
import type { Sink } from '../../ports/sink.js';
import { lineFile, noteIn, openLedgerHistory, openStreamWebhook } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly format: StreamFormat;
  readonly cursor?: string;
  readonly file?: string;
  readonly webhook?: string;
  readonly secret?: string;
  readonly name?: string;
}

export const configure: Configure = (command, io) => {
  command
    .option(...REPO)
    .option(...BRANCH)
    .addOption(
      new Option('--format <format>', 'how events are written').choices(['ocsf', 'json']).default('ocsf'),
    )
    .option(
      '--cursor <file>',
      'remembers how far everything was delivered; without, it begins at the beginning',
    )
    .addOption(
      new Option('--file <file>', 'where to append lines of JSON; default standard output').conflicts(
        'webhook',
      ),
    )
    .option('--webhook <url>', 'where to post to, signed as Standard Webhooks has it', address)
    .option('--secret <file>', 'the secret that signs for the webhook: whsec_ and base64')
    .option('--name <owner/name>', 'the repository, for whoever collects from several')
    .addHelpText(
      'after',
      examples(
        [
          'hallpass audit stream --repo access.git --cursor siem.cursor --file audit.jsonl',
          'what is new, as OCSF',
        ],
        ['hallpass audit stream --repo access.git --format json', 'everything, to standard output'],
      ),
    );
  return async () => {
    const options = command.opts<Options>();
    const history = await openLedgerHistory(resolve(io.cwd, options.repo));
    try {
      const { events, commits } = await streamLedger({
        history,
        ledgerBranch: options.branch,
        repository: options.name ?? null,
        format: options.format,
        sink: await sinkOf(options, io),
        cursor: options.cursor === undefined ? NOWHERE : noteIn(resolve(io.cwd, options.cursor)),
      });
      io.err(`${events} events of ${commits} commits delivered\n`);
      return EXIT.ok;
    } finally {
      await history.close();
    }
  };
};

function address(text: string): string {
  const problem = addressProblem(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}

/** Without a cursor nothing is remembered. */
const NOWHERE: Note = { read: async () => undefined, write: async () => {} };

async function sinkOf({ file, webhook, secret }: Options, io: Io): Promise<Sink> {
  if (file !== undefined) return lineFile(resolve(io.cwd, file));
  if (webhook !== undefined) return openStreamWebhook(webhook, [await secretIn(secret, io)]);
  return {
    async deliver({ records }) {
      const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
      if (io.write === undefined) io.out(text);
      else await io.write(text).catch(refuseClosed);
    },
  };
}

function refuseClosed(cause: unknown): never {
  throw new Retry('output_closed', 'nobody reads standard output any more', 0, cause);
}

async function secretIn(file: string | undefined, { cwd }: Io): Promise<string> {
  if (file === undefined)
    throw new Unable(
      'a webhook is signed, and no secret is named',
      'Name a file that holds it with --secret.',
    );
  const read = await readFile(resolve(cwd, file), 'utf8').catch(() => undefined);
  if (read === undefined)
    throw new Unable(`the secret ${file} cannot be read`, 'Name another with --secret.');
  const problem = signingSecretProblem(read.trim());
  if (problem !== undefined)
    throw new Unable(`the secret in ${file} cannot be used: ${problem}`, 'Make another one.');
  return read.trim();
}
