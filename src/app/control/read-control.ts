import type { Control } from '../../core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { parseCatalog } from '../../documents/catalog.js';
import { FILE_START, issue, type Parsed } from '../../documents/issue.js';
import { parsePeople } from '../../documents/people.js';
import { parsePolicy } from '../../documents/policy.js';
import type { ProviderKind } from '../../ports/provider.js';

/** Reads a document of an access repository; `undefined` when there is none. Throws when it is there and cannot be read. */
export type ReadDocument = (path: string) => Promise<Uint8Array | undefined>;

/** The control documents of a folder or a commit, or everything that is wrong with them. */
export async function readControl(
  read: ReadDocument,
  kinds: ReadonlyMap<string, ProviderKind>,
): Promise<Parsed<Control>> {
  const [policy, catalog, people] = await Promise.all([
    parseAt(read, POLICY_PATH, parsePolicy),
    parseAt(read, CATALOG_PATH, (bytes, file) => parseCatalog(bytes, file, kinds)),
    parseAt(read, PEOPLE_PATH, parsePeople),
  ]);
  if ('value' in policy && 'value' in catalog && 'value' in people) {
    return {
      value: { policy: policy.value, catalog: catalog.value, people: people.value },
      warnings: [policy, catalog, people].flatMap(({ warnings }) => warnings),
    };
  }
  return { issues: [policy, catalog, people].flatMap((one) => ('issues' in one ? one.issues : [])) };
}

/** Parses the document at a path; none there is an issue like any other. */
export async function parseAt<T>(
  read: ReadDocument,
  path: string,
  parse: (bytes: Uint8Array, file: string) => Parsed<T>,
): Promise<Parsed<T>> {
  const bytes = await read(path);
  if (bytes !== undefined) return parse(bytes, path);
  return { issues: [issue('document_missing', { file: path, ...FILE_START }, { path })] };
}
