import { REQUEST_FOLDER, requestIdOfPath } from '../core/request.js';
import { addSeconds, type Instant } from '../core/time.js';
import { FILE_START, type Issue, issue } from './issue.js';

const DAY = 86_400;

/**
 * Whether a request may lie at a path when its pull request was opened at an instant: the folder is that day, or a day either
 * way, because people work in other time zones. Otherwise it says where exactly the file belongs.
 */
export function requestPathIssues(path: string, openedOn: Instant): Issue[] {
  const where = { file: path, ...FILE_START };
  const id = requestIdOfPath(path);
  if (id === undefined) return [issue('path_not_request', where, {})];
  const parts = id.split('/');
  const name = parts.at(-1) ?? '';
  const folder = parts.slice(0, -1);
  const days = [-DAY, 0, DAY].map((seconds) => folderOn(addSeconds(openedOn, seconds), folder.length));
  if (days.includes(folder.join('/'))) return [];
  const right = `${REQUEST_FOLDER}${folderOn(openedOn, folder.length)}/${name}.yaml`;
  return [issue('path_date', where, { path: right })];
}

/** `2026/11`, or `2026/11/22` for paths with a level of days. */
function folderOn(day: Instant, levels: number): string {
  return day.slice(0, 10).split('-').slice(0, levels).join('/');
}
