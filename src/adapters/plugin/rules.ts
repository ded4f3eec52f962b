import type { Abilities, Json } from '../../core/entitlement.js';
import type { Coordinates, Holding } from '../../core/grant.js';
import { compileSchema } from '../../documents/compile-schema.js';
import type { DeclaredAbilities } from '../../documents/plugin-answer.js';
import type { PluginHolding } from '../../documents/plugin-call.js';
import { validatorOf } from '../../documents/validator.js';
import { Blocked } from '../../ports/fault.js';
import { PLUGIN_GRANT, SUBJECT, WEAKEST } from './kind.js';

/** What the settings say of one plugin. */
export interface PluginRules {
  readonly abilities: Abilities;
  /** Whether the operator's own schema lets the coordinates through. Asked before granting only: what was granted has to end. */
  grantable(grant: Coordinates): boolean;
}

export function rulesOf(connection: Readonly<Record<string, Json>>, target: string): PluginRules {
  const declared = (connection.abilities ?? {}) as Partial<DeclaredAbilities>;
  return {
    abilities: {
      ...WEAKEST,
      enumerates: declared.enumerates === true,
      nativeExpiry: declared.native_expiry ?? 'none',
      endsSessions: declared.ends_sessions === true,
    },
    grantable: grantableBy(connection.grant_schema, target),
  };
}

function grantableBy(schema: unknown, target: string): PluginRules['grantable'] {
  if (typeof schema !== 'object' || schema === null) return () => true;
  try {
    const validate = compileSchema(schema as Readonly<Record<string, unknown>>);
    return (grant) => validate(grant);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it does not compile';
    throw new Blocked(
      'settings',
      `${target}: grant_schema is no JSON Schema: ${why}`,
      `Mend grant_schema of ${target} in the settings.`,
    );
  }
}

const SUBJECTS = new RegExp(SUBJECT);

export function isCoordinates(grant: Coordinates): boolean {
  return validatorOf(PLUGIN_GRANT)(grant);
}

export function isAskable({ subject, grant }: Holding): boolean {
  return SUBJECTS.test(subject) && isCoordinates(grant);
}

/** @throws Blocked for names that could mean something else to somebody, and for coordinates that the settings do not allow. */
export function askOf(holding: Holding, grantable: PluginRules['grantable'] = () => true): PluginHolding {
  const { target, subject, grant } = holding;
  if (isAskable(holding) && grantable(grant)) return { subject, grant };
  const what = SUBJECTS.test(subject)
    ? 'the grant is not of a form that the target takes'
    : 'the subject has characters that no name on the target may have';
  throw new Blocked(
    'bad_coordinates',
    `${target}: ${what}`,
    'Correct the grant in the catalog, or the identity in the people document.',
  );
}
