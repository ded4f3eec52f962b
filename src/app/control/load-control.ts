import type { Oid } from '../../core/approval.js';
import type { ControlBlobs } from '../../core/grant.js';
import type { Control } from '../../core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH, type TreeFile } from '../../core/pull-request.js';
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
    policyAt(deps, commit),
    catalogAt(deps, commit),
    peopleAt(deps, commit),
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
  const [catalog, people] = await Promise.all([catalogAt(deps, commit), peopleAt(deps, commit)]);
  if (!('value' in catalog && 'value' in people)) return undefined;
  return { catalog: catalog.value, people: people.value };
}

type Loaded<T> = { readonly value: T; readonly blob: Oid } | { readonly issues: readonly Issue[] };

const policyAt = documentAt(POLICY_PATH, (bytes, file) => parsePolicy(bytes, file));
const catalogAt = documentAt(CATALOG_PATH, parseCatalog);
const peopleAt = documentAt(PEOPLE_PATH, parsePeople);

/** Versions of one document: the ones in force, and those of the commits that open pull requests left the branch at. */
const MOST_KEPT = 50;

/**
 * Reads the document at a path. What a version says is kept by its id, which git makes of the bytes, and for the kinds of targets it was read
 * with: nobody can make it say something else.
 */
function documentAt<T>(
  path: string,
  parse: (bytes: Uint8Array, file: string, kinds: Deps['kinds']) => Parsed<T>,
): (deps: Deps, commit: Oid) => Promise<Loaded<T>> {
  const keptOf = new WeakMap<Deps['kinds'], Map<string, Loaded<T>>>();

  async function load({ repository, kinds }: Deps, file: TreeFile | undefined): Promise<Loaded<T>> {
    const read = await readDocument(repository, file, { path, limit: LARGEST_CONTROL_DOCUMENT });
    if ('issues' in read || file === undefined) return 'issues' in read ? read : { issues: [] };
    const parsed = parse(read.bytes, path, kinds);
    return 'value' in parsed ? { value: parsed.value, blob: file.oid } : parsed;
  }

  return async (deps, commit) => {
    const kept = keptOf.get(deps.kinds) ?? new Map<string, Loaded<T>>();
    keptOf.set(deps.kinds, kept);
    const file = await deps.repository.file(commit, path);
    const version = `${file?.mode} ${file?.oid}`;
    const loaded = kept.get(version) ?? (await load(deps, file));
    kept.set(version, loaded);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return loaded;
  };
}
