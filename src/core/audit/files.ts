import type { Oid } from '../approval.js';
import type { TreeChange } from '../pull-request.js';
import { type AuditFinding, type Check, failures } from './finding.js';
import { type LedgerPath, ledgerPath } from './layout.js';

/** The id git gives an empty file; markers are empty. */
const EMPTY = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

const WRITTEN_ONCE: ReadonlySet<LedgerPath['kind']> = new Set([
  'violation',
  'readme',
  'orphans',
  'access_review',
]);

/** What a commit may do to one file: add documents, change entries and the cursor, put markers up and take them down. */
export function checkFile(change: TreeChange, commit: Oid): AuditFinding[] {
  const { path, before, after } = change;
  const place = { commit, path };
  const at = ledgerPath(path);
  const plain: Check = [after === null || after.mode === '100644', 'wrong_mode', 'It is not a plain file.'];
  if (at === undefined)
    return failures(place, [[after === null, 'foreign_path', 'No such file belongs here.'], plain]);
  if (at.kind === 'marker') {
    return failures(place, [
      plain,
      [after === null || after.oid === EMPTY, 'marker_wrong', 'A marker is empty.'],
    ]);
  }
  const rewritten = before !== null && after !== null && WRITTEN_ONCE.has(at.kind);
  return failures(place, [
    plain,
    [after !== null, 'document_removed', 'It was removed; documents of the ledger stay for ever.'],
    [!rewritten, 'document_rewritten', 'It was changed; it is written once.'],
  ]);
}
