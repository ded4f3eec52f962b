import type { Catalog } from '../core/entitlement.js';
import type { Finding } from '../core/policy/decision.js';
import { type AccessRequest, pathOfRequest } from '../core/request.js';
import { type Issue, issue } from './issue.js';
import type { Path } from './path.js';
import { REQUEST_PROFILE } from './profile.js';
import { suggestion } from './suggest.js';
import { quoted } from './visible.js';
import { readYaml } from './yaml-profile.js';

/** The key a finding is about. What is about an entitlement stands where the entitlement does. */
const KEYS: Readonly<Record<string, string>> = {
  duration: 'duration',
  tier_duration: 'duration',
  break_glass: 'duration',
  ticket: 'ticket',
  justification: 'justification',
  conflicts: 'entitlements',
};

/** Findings about a request as issues at the lines they are about. The bytes are those the request was parsed from. */
export function findingIssues(
  bytes: Uint8Array,
  { request, catalog }: { readonly request: AccessRequest; readonly catalog: Catalog },
  findings: readonly Finding[],
): Issue[] {
  const file = pathOfRequest(request.id);
  const draft = readYaml(bytes, file, REQUEST_PROFILE);
  return findings.map((finding) => {
    const where = { file, ...draft.positionOf(pathOf(finding, request)) };
    const { code, entitlement: id = '', message, unblock = '' } = finding;
    if (code === 'entitlement') {
      const facts = { id: quoted(id), suggestion: suggestion(id, catalog.entitlements.keys()) };
      return issue('unknown_entitlement', where, facts);
    }
    return issue('request_impossible', where, { finding: message, unblock });
  });
}

function pathOf({ code, entitlement = '' }: Finding, { entitlements }: AccessRequest): Path {
  const key = Object.hasOwn(KEYS, code) ? KEYS[code] : undefined;
  if (key !== undefined) return [key];
  const index = entitlements.indexOf(entitlement);
  return index < 0 ? ['entitlements'] : ['entitlements', index];
}
