import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parseInstant } from '../core/time.js';
import type { Schema } from './schema.js';

const compiled = new WeakMap<object, ValidateFunction>();

/** Compiles a schema when it is first wanted, once: compiling costs a thousand times more than using it. */
export function validatorOf(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = newAjv().compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** One a schema: an instance keeps every schema it has seen, and refuses a second one with the same address. */
function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
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
  });
  formats.default(ajv);
  // Stricter than the format of that name: whole seconds, `Z`, and dates that exist (T087).
  ajv.addFormat('date-time', (text) => parseInstant(text) !== undefined);
  return ajv;
}
