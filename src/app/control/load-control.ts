import type { Oid } from '../../core/approval.js';
import type { ControlBlobs } from '../../core/grant.js';
import type { Control } from '../../core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { parseCatalog } from '../../documents/catalog.js';
import type { Issue, Parsed } from '../../documents/issue.js';
import { parsePeople } from '../../documents/people.js';
import { parsePolicy } from '../../documents/policy.js';
import type { Ports } from '../ports.js';
import { LARGEST_CONTROL_DOCUMENT, readDocument } from './read-document.js';

type Deps = Pick<Ports, 'repository' | 'kinds'>;

/** The control documents of one commit, or everything that is wrong with them: then nothing is granted (T064). */
export type LoadedControl =
  | { readonly control: Control; readonly blobs: ControlBlobs }
  | { readonly issues: readonly Issue[] };

export async function loadControl(deps: Deps, commit: Oid): Promise<LoadedControl> {
  const [policy, catalog, people] = await Promise.all([
    load(deps, { commit, path: POLICY_PATH }, parsePolicy),
    load(deps, { commit, path: CATALOG_PATH }, (bytes, file) => parseCatalog(bytes, file, deps.kinds)),
    load(deps, { commit, path: PEOPLE_PATH }, parsePeople),
  ]);
  if ('value' in policy && 'value' in catalog && 'value' in people) {
    return {
      control: { policy: policy.value, catalog: catalog.value, people: people.value },
      blobs: { policy: policy.blob, catalog: catalog.blob, people: people.blob },
    };
  }
  return { issues: [policy, catalog, people].flatMap((one) => ('issues' in one ? one.issues : [])) };
}

/** What ids stood for at a commit; `undefined` when it cannot be read. */
export async function loadHoldings(
  deps: Deps,
  commit: Oid,
): Promise<Pick<Control, 'catalog' | 'people'> | undefined> {
  const [catalog, people] = await Promise.all([
    load(deps, { commit, path: CATALOG_PATH }, (bytes, file) => parseCatalog(bytes, file, deps.kinds)),
    load(deps, { commit, path: PEOPLE_PATH }, parsePeople),
  ]);
  if (!('value' in catalog && 'value' in people)) return undefined;
  return { catalog: catalog.value, people: people.value };
}

async function load<T>(
  deps: Deps,
  { commit, path }: { readonly commit: Oid; readonly path: string },
  parse: (bytes: Uint8Array, file: string) => Parsed<T>,
): Promise<{ readonly value: T; readonly blob: Oid } | { readonly issues: readonly Issue[] }> {
  const file = await deps.repository.file(commit, path);
  const read = await readDocument(deps.repository, file, { path, limit: LARGEST_CONTROL_DOCUMENT });
  if ('issues' in read || file === undefined) return 'issues' in read ? read : { issues: [] };
  const parsed = parse(read.bytes, path);
  return 'value' in parsed ? { value: parsed.value, blob: file.oid } : parsed;
}
