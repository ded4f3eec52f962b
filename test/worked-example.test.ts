import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { providerKinds } from '../src/adapters/providers/index.js';
import { runSuites } from '../src/app/policy/run-suites.js';
import { foldLogin } from '../src/core/identity.js';
import { patternNames } from '../src/core/policy/policy.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH, SUITES_FOLDER } from '../src/core/pull-request.js';
import { REQUEST_FOLDER, requestIdOfPath } from '../src/core/request.js';
import { parseCatalog } from '../src/documents/catalog.js';
import type { Parsed } from '../src/documents/issue.js';
import { parsePeople } from '../src/documents/people.js';
import { parsePolicy } from '../src/documents/policy.js';
import { parseRequest } from '../src/documents/request.js';
import { parseSettings } from '../src/documents/settings.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The value of a document that has nothing to say about, not even a warning. */
function sound<T>(parsed: Parsed<T>): T {
  expect('issues' in parsed ? parsed.issues : parsed.warnings).toEqual([]);
  if (!('value' in parsed)) throw new Error('no value');
  return parsed.value;
}

const bytes = (path: string) => readFileSync(`${ROOT}${path}`);
const catalog = () => sound(parseCatalog(bytes(CATALOG_PATH), CATALOG_PATH, providerKinds));
const policy = () => sound(parsePolicy(bytes(POLICY_PATH), POLICY_PATH, catalog()));
const people = () => sound(parsePeople(bytes(PEOPLE_PATH), PEOPLE_PATH));

test('the worked example of an access repository is sound, and its rules name people and entitlements it has', () => {
  const { rules } = policy();
  const named = rules.flatMap((rule) => [
    ...(rule.requesters?.users ?? []),
    ...(rule.veto?.users ?? []),
    ...(rule.effect.kind === 'approvals' ? rule.effect.groups.flatMap((group) => group.from.users) : []),
  ]);
  expect(named.filter((login) => !people().has(foldLogin(login)))).toEqual([]);
  const covered = (id: string) =>
    rules.some((rule) => rule.entitlements.some((one) => patternNames(one, id)));
  expect([...catalog().entitlements.keys()].filter((id) => !covered(id))).toEqual([]);
});

test('its suites pass, and leave no rule and no group untried', async () => {
  const suites = readdirSync(`${ROOT}${SUITES_FOLDER}`).map((name) => `${SUITES_FOLDER}/${name}`);
  expect(suites.length).toBeGreaterThan(0);
  const read = async (path: string) => bytes(path);
  for (const result of await runSuites({ read, kinds: providerKinds }, suites)) {
    if (result.kind !== 'ran') throw new Error(JSON.stringify(result.issues));
    expect(result.cases.filter(({ passed }) => !passed)).toEqual([]);
    expect(result.coverage).toEqual({ unusedRules: [], unfilledGroups: [], uselessRules: [] });
  }
});

test('its requests are sound, lie where requests may lie, and ask for what the catalog has', () => {
  const paths = readdirSync(`${ROOT}${REQUEST_FOLDER}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => `${REQUEST_FOLDER}${path}`);
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) {
    const id = requestIdOfPath(path);
    if (id === undefined) throw new Error(`no request may lie at ${path}`);
    const request = sound(parseRequest(bytes(path), id));
    const person = people().get(foldLogin(request.subject));
    for (const entitlement of request.entitlements) {
      const target = catalog().entitlements.get(entitlement)?.target;
      expect(target, entitlement).toBeDefined();
      if (target?.abilities.identity === 'mapped') expect(person?.identities.get(target.id)).toBeDefined();
    }
  }
});

test('the settings that operators are shown are sound and reach every target of its catalog', () => {
  const page = readFileSync(`${ROOT}docs/operating.md`, 'utf8');
  const shown = /^```yaml\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '';
  const settings = sound(parseSettings(Buffer.from(shown), 'hallpass.yaml', providerKinds));
  const kinds = (targets: ReadonlyMap<string, { readonly kind: string }>) =>
    [...targets].map(([id, { kind }]) => `${id}: ${kind}`).toSorted();
  expect(kinds(settings.targets)).toEqual(kinds(catalog().targets));
});
