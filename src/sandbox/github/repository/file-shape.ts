import type { FileChange } from '../git/diff.js';
import type { Hub } from '../hub.js';
import type { Schema } from '../schemas.js';
import type { Sha } from '../state.js';
import { repositoryShape } from './shape.js';

export const urlPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export function fileShape(hub: Hub, commit: Sha, file: FileChange): Schema<'diff-entry'> {
  const { url, html_url: html } = repositoryShape(hub);
  const path = urlPath(file.path);
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commit}/${path}`,
    raw_url: `${html}/raw/${commit}/${path}`,
    contents_url: `${url}/contents/${path}?ref=${commit}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
