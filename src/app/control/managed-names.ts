import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { REQUEST_FOLDER, requestIdOfPath } from '../../core/request.js';
import { FILE_START, type Issue, issue } from '../../documents/issue.js';
import type { ListedFile } from './working-folder.js';

const CONTROL_FOLDER = '.github/access/';
const CONTROL_PATHS = new Set([POLICY_PATH, CATALOG_PATH, PEOPLE_PATH]);
const README = `${REQUEST_FOLDER}README.md`;
/** The only mode a managed file may have: no link, no submodule, not executable (T017, T018). */
const REGULAR = '100644';

/** What is wrong with names and modes below the managed folders, whatever the files hold (T016 to T019). */
export function nameIssues(files: readonly ListedFile[]): Issue[] {
  const managed = files.filter(({ path }) => isManaged(path));
  return [...managed.flatMap(ownIssues), ...collisions(managed)];
}

/** Looked for without case, so that `Access-Requests/` is not a hiding place on other people's disks. */
function isManaged(path: string): boolean {
  const folded = fold(path);
  return folded.startsWith(REQUEST_FOLDER) || folded.startsWith(CONTROL_FOLDER);
}

function ownIssues({ path, mode }: ListedFile): Issue[] {
  const where = { file: path, ...FILE_START };
  const isRequest = requestIdOfPath(path) !== undefined;
  const isForeign = fold(path).startsWith(REQUEST_FOLDER) && path !== README && !isRequest;
  const isWrongMode = (isRequest || CONTROL_PATHS.has(path)) && mode !== undefined && mode !== REGULAR;
  return [
    ...(isForeign ? [issue('path_not_request', where, {})] : []),
    ...(isWrongMode ? [issue('file_mode', where, { mode })] : []),
  ];
}

/** Two names that some file system takes for one: the second is another file, or none, on another machine (T019). */
function collisions(files: readonly ListedFile[]): Issue[] {
  const seen = new Map<string, string>();
  const found: Issue[] = [];
  for (const { path } of files.toSorted((a, b) => Number(isOdd(a.path)) - Number(isOdd(b.path)))) {
    const other = seen.get(fold(path));
    if (other !== undefined)
      found.push(issue('path_collision', { file: path, ...FILE_START }, { path: other }));
    else seen.set(fold(path), path);
  }
  return found;
}

/** The plain name is the one that stays. */
function isOdd(path: string): boolean {
  return fold(path) !== path;
}

/** As file systems compare that ignore case and Unicode form, trailing dots and spaces. */
function fold(path: string): string {
  return path
    .normalize('NFC')
    .toLowerCase()
    .split('/')
    .map((segment) => segment.replace(/[. ]+$/, ''))
    .join('/');
}
