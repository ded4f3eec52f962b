import type { Catalog } from '../../core/entitlement.js';
import { impossibleFindings } from '../../core/policy/impossible.js';
import type { Policy } from '../../core/policy/policy.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { REQUEST_FOLDER, type RequestId, requestIdOfPath } from '../../core/request.js';
import { parseCatalog } from '../../documents/catalog.js';
import { FILE_START, type Issue, inOrder, issue, type Parsed } from '../../documents/issue.js';
import { parsePeople } from '../../documents/people.js';
import { parsePolicy } from '../../documents/policy.js';
import { CONTROL_PROFILE, REQUEST_PROFILE } from '../../documents/profile.js';
import { parseRequest } from '../../documents/request.js';
import { findingIssues } from '../../documents/request-findings.js';
import type { ProviderKind } from '../../ports/provider.js';
import { nameIssues } from '../control/managed-names.js';
import type { ListedFile, WorkingFolder } from '../control/working-folder.js';

interface Deps {
  readonly files: WorkingFolder;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
}

/** What is judged by today's policy: files or folders, relative to the repository. */
interface Input {
  readonly paths: readonly string[];
}

/**
 * Everything that can be said of the documents of an access repository offline. Every document is judged by its shape, and names
 * by the whole managed tree; a request that is named also by what policy makes impossible. One that landed long ago is not
 * judged by today's policy.
 */
export async function validateRepository(
  { files, kinds }: Deps,
  { paths }: Input,
): Promise<readonly Issue[]> {
  const listed = await files.list();
  const folder = { files, listed: new Map(listed.map((file) => [file.path, file])) };
  const catalog = await parsed(folder, CATALOG_PATH, (bytes, path) => parseCatalog(bytes, path, kinds));
  const known = 'value' in catalog ? catalog.value : undefined;
  const policy = await parsed(folder, POLICY_PATH, (bytes, path) => parsePolicy(bytes, path, known));
  const people = await parsed(folder, PEOPLE_PATH, parsePeople);
  const control = { policy, catalog };
  const issues = [catalog, policy, people]
    .flatMap(issuesOf)
    .concat(nameIssues(listed), missingPaths(listed, paths));
  const isNamed = namedBy(paths);
  for (const { path } of listed) {
    const id = requestIdOfPath(path);
    if (id !== undefined)
      issues.push(...(await requestIssues(folder, id, isNamed(path) ? control : undefined)));
  }
  return inOrder(issues);
}

interface Folder {
  readonly files: WorkingFolder;
  readonly listed: ReadonlyMap<string, ListedFile>;
}

interface ParsedControl {
  readonly policy: Parsed<Policy>;
  readonly catalog: Parsed<Catalog>;
}

async function requestIssues(
  folder: Folder,
  id: RequestId,
  control?: ParsedControl,
): Promise<readonly Issue[]> {
  const path = `${REQUEST_FOLDER}${id}.yaml`;
  const bytes = await contentOf(folder, path, REQUEST_PROFILE.bytes);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const request = parseRequest(bytes, id);
  if (!('value' in request) || control === undefined) return issuesOf(request);
  const { policy, catalog } = control;
  if (!('value' in policy && 'value' in catalog))
    return [...request.warnings, unread(path, 'value' in policy ? CATALOG_PATH : POLICY_PATH)];
  const documents = { policy: policy.value, catalog: catalog.value };
  const findings = impossibleFindings(documents, request.value);
  const about = { request: request.value, catalog: catalog.value };
  return [...request.warnings, ...(findings.length === 0 ? [] : findingIssues(bytes, about, findings))];
}

function unread(file: string, path: string): Issue {
  return issue('document_unread', { file, ...FILE_START }, { path });
}

async function parsed<T>(
  folder: Folder,
  path: string,
  parse: (bytes: Uint8Array, path: string) => Parsed<T>,
): Promise<Parsed<T>> {
  const bytes = await contentOf(folder, path, CONTROL_PROFILE.bytes);
  return bytes instanceof Uint8Array ? parse(bytes, path) : { issues: bytes };
}

/** Nothing but a regular file of a fitting size is opened (T002, T017). What its mode is wrong about is told with the names. */
async function contentOf(
  { files, listed }: Folder,
  path: string,
  limit: number,
): Promise<Uint8Array | readonly Issue[]> {
  const file = listed.get(path);
  const where = { file: path, ...FILE_START };
  if (file === undefined) return [issue('document_missing', where, { path })];
  if (file.mode !== undefined && file.mode !== REGULAR) return [];
  if (!(file.size <= limit)) return [issue('file_too_large', where, { size: file.size, limit })];
  return files.read(path);
}

const REGULAR = '100644';

function issuesOf(one: Parsed<unknown>): readonly Issue[] {
  return 'issues' in one ? one.issues : one.warnings;
}

/** Folders name everything below them. */
function namedBy(paths: readonly string[]): (path: string) => boolean {
  const named = paths.map(plainPath);
  return (path) => named.some((one) => one === '' || path === one || path.startsWith(`${one}/`));
}

function missingPaths(listed: readonly ListedFile[], paths: readonly string[]): Issue[] {
  return paths
    .filter((path) => !listed.some((file) => namedBy([path])(file.path)))
    .map((path) => issue('path_missing', { file: path, ...FILE_START }, {}));
}

function plainPath(path: string): string {
  return path
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}
