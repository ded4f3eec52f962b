import type { TreeFile } from '../../core/pull-request.js';
import { FILE_START, type Issue, issue } from '../../documents/issue.js';
import type { Repository } from '../../ports/repository.js';

/** The only mode a managed file may have: no symlink, no submodule, not executable (T017, T018). */
const REGULAR_FILE = '100644';

/** Reads a document by its object id: mode first, then size, then bytes, so nothing huge is ever held (T002, T015). */
export async function readDocument(
  repository: Pick<Repository, 'read'>,
  file: TreeFile | undefined,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<{ readonly bytes: Uint8Array } | { readonly issues: readonly Issue[] }> {
  const where = { file: path, ...FILE_START };
  if (file === undefined) return { issues: [issue('document_missing', where, { path })] };
  if (file.mode !== REGULAR_FILE) return { issues: [issue('file_mode', where, { mode: file.mode })] };
  const content = await repository.read(file.oid, limit);
  if (content instanceof Uint8Array) return { bytes: content };
  return { issues: [issue('file_too_large', where, { size: content.tooLarge, limit })] };
}

/** Bytes, from the strict profile of the documents (DESIGN section 3). */
export const LARGEST_REQUEST = 16 * 1024;
export const LARGEST_CONTROL_DOCUMENT = 64 * 1024;
export const LARGEST_LIST = 256 * 1024;
