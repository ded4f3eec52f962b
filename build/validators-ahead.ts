import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'rolldown';
import { codeOf, OUR_SCHEMAS } from './compiled-schemas.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VALIDATORS = 'hallpass:validators/';
const NO_COMPILER = 'hallpass:no-compiler';

/**
 * Compiles every schema of ours while Hallpass is built: compiling one takes longer than a whole run of the command that needs it. Each
 * module that brings schemas along is made to hand their validators to `src/documents/validator.ts`, which then needs no compiler.
 */
export const validatorsAhead: Plugin = {
  name: 'hallpass:validators-ahead',
  resolveId(source, importer = '') {
    if (source.startsWith('hallpass:')) return source;
    const compiles = source === './compile-schema.js' && importer.endsWith('/src/documents/validator.ts');
    return compiles ? NO_COMPILER : null;
  },
  load(id) {
    if (id === NO_COMPILER) return WITHOUT_COMPILER;
    if (!id.startsWith(VALIDATORS)) return null;
    return codeOf(
      Object.values(schemasOf(id.slice(VALIDATORS.length))),
      inSource('src/documents/formats.ts'),
    );
  },
  transform(code, id) {
    const module = relative(ROOT, id);
    const names = Object.keys(schemasOf(module));
    if (names.length === 0) return null;
    // Behind the module's own code, so that places in it stay where they are.
    const more = [
      `import { keepValidator } from '${inSource('src/documents/validator.ts')}';`,
      `import { ${names.map((_name, index) => `v${index}`).join(', ')} } from '${VALIDATORS}${module}';`,
      ...(module === 'src/settings.ts'
        ? [
            `import { providerKinds } from '${inSource('src/adapters/providers/index.ts')}';`,
            `import { connectionIn } from '${inSource('src/documents/settings-targets.ts')}';`,
          ]
        : []),
      ...names.map((name, index) => `keepValidator(${name}, v${index});`),
    ];
    return { code: [code, ...more].join('\n'), map: null };
  },
};

const WITHOUT_COMPILER =
  'export function compileSchema() { throw new TypeError("build/compiled-schemas.ts does not list this schema"); }';

function schemasOf(module: string) {
  return Object.hasOwn(OUR_SCHEMAS, module) ? (OUR_SCHEMAS[module] ?? {}) : {};
}

function inSource(file: string): string {
  return `${ROOT}${file}`;
}
