import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isDateTime } from './formats.js';
import type { Schema } from './schema.js';

/** How every schema is compiled, here and when Hallpass is built. */
export const COMPILING = {
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
  verbose: true,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  ownProperties: true,
  // Only this project's own schemas are compiled; what compiles here is checked by its tests.
  validateSchema: false,
} as const;

/** One ajv a schema: an instance keeps every schema it has seen, and refuses a second one with the same address. */
export function compileSchema(schema: Schema): ValidateFunction {
  const ajv = new Ajv2020(COMPILING);
  formats.default(ajv);
  ajv.addFormat('date-time', isDateTime);
  return ajv.compile(schema);
}
