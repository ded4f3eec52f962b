import { Ajv2020 } from 'ajv/dist/2020.js';
import { _ } from 'ajv/dist/compile/codegen/index.js';
import standalone from 'ajv/dist/standalone/index.js';
import { PLUGIN_GRANT } from '../src/adapters/plugin/kind.js';
import { providerKinds } from '../src/adapters/providers/index.js';
import { COMPILING } from '../src/documents/compile-schema.js';
import { isDateTime } from '../src/documents/formats.js';
import type { Schema } from '../src/documents/schema.js';
import { ANSWERS, FAULTS } from '../src/documents/schemas/plugin-answer.js';
import { CASE_FACTS } from '../src/documents/schemas/policy-suite.js';
import { PUBLISHED } from '../src/documents/schemas/published.js';
import { connectionIn } from '../src/documents/settings-targets.js';

/** Schemas by the expression that is one of them where they belong. */
type Named = Readonly<Record<string, Schema>>;

/** Every schema of ours, by the module that loads it, and there by what it is called. */
export const OUR_SCHEMAS: Readonly<Record<string, Named>> = {
  ...Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, schema]) => [
      `src/documents/schemas/${name}.ts`,
      { [name.replaceAll('-', '_').toUpperCase()]: schema },
    ]),
  ),
  'src/documents/suite.ts': { CASE_FACTS },
  'src/documents/schemas/plugin-answer.ts': { ...inTable('ANSWERS', ANSWERS), ...inTable('FAULTS', FAULTS) },
  'src/adapters/plugin/kind.ts': { PLUGIN_GRANT },
  'src/adapters/providers/index.ts': Object.fromEntries(
    [...providerKinds].map(([kind, { grantSchema }]) => [
      `providerKinds.get(${JSON.stringify(kind)}).grantSchema`,
      grantSchema,
    ]),
  ),
  // Only who reads settings asks for these, and there are many.
  'src/settings.ts': Object.fromEntries(
    [...providerKinds].map(([kind, { connectionSchema }]) => [
      `connectionIn(providerKinds.get(${JSON.stringify(kind)}).connectionSchema)`,
      connectionIn(connectionSchema),
    ]),
  ),
};

function inTable(table: string, schemas: Named): Named {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`${table}[${JSON.stringify(name)}]`, schema]),
  );
}

/**
 * The code of a module that exports a validator for each schema, as `v0`, `v1` and so on: what `compileSchema` would make of it.
 * @param formats the module with our formats, which cannot be written out.
 */
export function codeOf(schemas: readonly Schema[], formats: string): string {
  const ajv = new Ajv2020({ ...COMPILING, code: { source: true, esm: true, formats: _`formats` } });
  ajv.addFormat('date-time', isDateTime);
  // ajv writes one that is there twice out twice, under one name.
  const distinct = [...new Set(schemas)];
  for (const [index, schema] of distinct.entries()) ajv.addSchema(schema, `own${index}`);
  const code = standalone.default(
    ajv,
    Object.fromEntries(distinct.map((_own, at) => [`own${at}`, `own${at}`])),
  );
  const imports = [`import { isDateTime } from ${JSON.stringify(formats)};`];
  const body = code.replace(/require\("([^"]+)"\)/g, (_require, module: string) => {
    imports.push(`import * as outside${imports.length} from "${module}.js";`);
    return `outside${imports.length - 1}`;
  });
  const names = schemas.map((schema, index) => `own${distinct.indexOf(schema)} as v${index}`);
  return [
    ...imports,
    'const formats = { "date-time": isDateTime };',
    body,
    `export { ${names.join(', ')} };`,
  ].join('\n');
}
