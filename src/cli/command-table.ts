import type { Configure } from './command.js';

export interface CommandEntry {
  readonly words: string;
  readonly about: string;
  /** What is said while it takes longer; absent where a command is always quick. */
  readonly doing?: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    words: 'init',
    about: 'lay out an access repository, and what GitHub has to know of the app',
    load: () => import('./commands/init.js'),
  },
  {
    words: 'request',
    about: 'ask for access: check it, push it, open the pull request',
    doing: 'waiting for GitHub',
    load: () => import('./commands/request.js'),
  },
  {
    words: 'validate',
    about: 'check the documents of an access repository',
    doing: 'reading the documents',
    load: () => import('./commands/validate.js'),
  },
  {
    words: 'explain',
    about: 'say what one request needs and who can give it',
    doing: 'deciding',
    load: () => import('./commands/explain.js'),
  },
  {
    words: 'policy test',
    about: 'run policy suites',
    doing: 'running suites',
    load: () => import('./commands/policy-test.js'),
  },
  {
    words: 'policy impact',
    about: 'replay past requests against a changed policy',
    doing: 'replaying past requests',
    load: () => import('./commands/policy-impact.js'),
  },
  {
    words: 'list',
    about: 'show who holds what, now or at any past time',
    doing: 'reading the ledger',
    load: () => import('./commands/list.js'),
  },
  {
    words: 'revoke',
    about: 'end a grant early',
    doing: 'asking the ledger',
    load: () => import('./commands/revoke.js'),
  },
  {
    words: 'reconcile',
    about: 'run one pass, or show what it would do',
    doing: 'running a pass',
    load: () => import('./commands/reconcile.js'),
  },
  {
    words: 'drift',
    about: 'show what targets hold and should not, and the other way round',
    doing: 'looking at the targets',
    load: () => import('./commands/drift.js'),
  },
  {
    words: 'targets list',
    about: 'show the targets there are, and what each can do by itself',
    doing: 'asking the targets',
    load: () => import('./commands/targets-list.js'),
  },
  {
    words: 'targets check',
    about: 'ask every target for what the catalog offers on it',
    doing: 'asking the targets',
    load: () => import('./commands/targets-check.js'),
  },
  {
    words: 'targets holdings',
    about: 'show who holds what on the targets, by a grant or not',
    doing: 'asking the targets',
    load: () => import('./commands/targets-holdings.js'),
  },
  {
    words: 'targets import',
    about: 'print a catalog of what a target could grant',
    doing: 'asking the target',
    load: () => import('./commands/targets-import.js'),
  },
  {
    words: 'audit verify',
    about: 'prove a ledger from a clone, offline',
    doing: 'proving the ledger',
    load: () => import('./commands/audit-verify.js'),
  },
  {
    words: 'audit replay',
    about: 'make a past decision again from its recorded evidence',
    doing: 'deciding again',
    load: () => import('./commands/audit-replay.js'),
  },
  {
    words: 'audit stream',
    about: 'send what happened to a file, standard output or a webhook, for a SIEM',
    doing: 'reading the ledger',
    load: () => import('./commands/audit-stream.js'),
  },
  {
    words: 'audit checkpoint',
    about: 'write down the state of a proved ledger, to be kept elsewhere',
    doing: 'proving the ledger',
    load: () => import('./commands/audit-checkpoint.js'),
  },
  {
    words: 'audit report',
    about: 'say what a period saw, for an auditor',
    doing: 'reading the ledger',
    load: () => import('./commands/audit-report.js'),
  },
  {
    words: 'ledger rotate-key',
    about: 'hand the ledger over to another signing key',
    doing: 'handing the ledger over',
    load: () => import('./commands/ledger-rotate-key.js'),
  },
  {
    words: 'doctor',
    about: 'look at how everything around is set up',
    doing: 'looking at the setup',
    load: () => import('./commands/doctor.js'),
  },
  {
    words: 'serve',
    about: 'run the app: webhooks, checks, grants and their ends',
    doing: 'starting',
    load: () => import('./commands/serve.js'),
  },
  {
    words: 'queue list',
    about: 'show hints that were given up',
    doing: 'asking the database',
    load: () => import('./commands/queue-list.js'),
  },
  {
    words: 'queue retry',
    about: 'put hints that were given up back',
    doing: 'asking the database',
    load: () => import('./commands/queue-retry.js'),
  },
  {
    words: 'queue drop',
    about: 'forget hints that were given up',
    doing: 'asking the database',
    load: () => import('./commands/queue-drop.js'),
  },
  {
    words: 'sandbox',
    about: 'play with everything on an embedded GitHub stand-in',
    doing: 'starting PostgreSQL, the stand-in and Hallpass',
    load: () => import('./commands/sandbox.js'),
  },
  {
    words: 'completion',
    about: 'print what lets bash, zsh or fish complete commands, options and ids',
    load: () => import('./commands/completion.js'),
  },
];

export const GROUPS: Readonly<Record<string, string>> = {
  policy: 'work on a policy',
  audit: 'look at what happened',
  ledger: 'look after the ledger',
  queue: 'look after the queue that replicas share',
  targets: 'look at the targets; nothing is changed',
};
