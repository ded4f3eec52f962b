import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = { [key: string]: unknown };

const { definitions } = JSON.parse(
  readFileSync(new URL('../../../fixtures/kubernetes/openapi.json', import.meta.url), 'utf8'),
) as { definitions: Record<string, Schema> };

/** Kubernetes drops what it does not know, so a field that is misspelt would look as if it was taken: here it is refused. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in parts && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'kubernetes', definitions: closed(definitions) as Schema });

const NAMES: Readonly<Record<string, string>> = {
  Status: 'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  DeleteOptions: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  SelfSubjectAccessReview: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
};

function validatorOf(kind: string): ValidateFunction | undefined {
  return ajv.getSchema(`kubernetes#/definitions/${NAMES[kind] ?? `io.k8s.api.rbac.v1.${kind}`}`);
}

/** @throws when a value is not what Kubernetes publishes for its kind. Kinds that are not in the fixture are not judged. */
export function conform(value: unknown): void {
  const { kind = '' } = (value ?? {}) as { kind?: string };
  const validate = validatorOf(kind);
  if (validate === undefined || validate(value)) return;
  throw new Error(`no ${kind}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}
