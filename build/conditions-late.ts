import { fileURLToPath } from 'node:url';
import type { Plugin } from 'rolldown';

const CONDITION = fileURLToPath(new URL('../src/documents/condition.ts', import.meta.url));
const LANGUAGE = 'hallpass:conditions';
const CHUNK = 'conditions.js';

/**
 * Puts what reads conditions into a chunk that is loaded for the first of them: a policy may have none, and setting up all types and
 * operators of CEL takes as long as reading it.
 */
export const conditionsLate: Plugin = {
  name: 'hallpass:conditions-late',
  resolveId(source) {
    if (source === LANGUAGE) return LANGUAGE;
    return source === `./${CHUNK}` ? { id: source, external: true } : null;
  },
  load(id) {
    if (id !== LANGUAGE) return null;
    const from = (name: string) => JSON.stringify(CONDITION.replace('condition.ts', `${name}.ts`));
    return `export * from ${from('condition-environment')}; export * from ${from('condition-language')};`;
  },
  transform(code, id) {
    if (id !== CONDITION) return null;
    this.emitFile({ type: 'chunk', id: LANGUAGE, fileName: `chunks/${CHUNK}` });
    return { code: code.replace(IMPORT, late), map: null };
  },
};

const IMPORT = /^import \{ (.+) \} from '\.\/condition-[a-z]+\.js';$/gm;

/** Imports, which are all of functions, as functions that look for those when they are called. */
function late(_import: string, names: string): string {
  return names
    .split(', ')
    .map((name) => `const ${name} = (...given) => require('./${CHUNK}').${name}(...given);`)
    .join(' ');
}
