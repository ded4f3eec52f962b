import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema } from './compile-schema.js';
import type { Schema } from './schema.js';

const compiled = new WeakMap<object, ValidateFunction>();

/** Compiles a schema when it is first wanted, once: compiling costs a thousand times more than using it. */
export function validatorOf(schema: Schema): ValidateFunction {
  return compiled.get(schema) ?? keepValidator(schema, compileSchema(schema));
}

/** What the build has compiled already comes in here. */
export function keepValidator(schema: Schema, validate: ValidateFunction): ValidateFunction {
  compiled.set(schema, validate);
  return validate;
}
