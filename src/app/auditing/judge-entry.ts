import type { Oid } from '../../core/approval.js';
import type { Judged } from '../../core/audit/ledger-audit.js';
import type { ControlBlobs, Entry } from '../../core/grant.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control } from '../../core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { parseCatalog } from '../../documents/catalog.js';
import type { Parsed } from '../../documents/issue.js';
import { parsePeople } from '../../documents/people.js';
import { parsePolicy } from '../../documents/policy.js';
import type { Kinds } from '../../documents/provider-kinds.js';
import { parseRequest } from '../../documents/request.js';
import type { LedgerHistory } from '../../ports/ledger-history.js';
import { LARGEST_CONTROL_DOCUMENT } from '../control/read-document.js';
import { keeping } from './keeping.js';

/** Reads what an entry was made from, so that it can be held against it. */
export type Judge = (entry: Entry) => Promise<Judged>;

export function newJudge(options: {
  readonly history: LedgerHistory;
  readonly kinds: Kinds;
  readonly replay?: boolean;
}): Judge {
  const control = controlReader(options.history, options.kinds);
  return async (entry) => {
    const bytes = new TextEncoder().encode(entry.request.content);
    const parsed = parseRequest(bytes, entry.id);
    const request = 'value' in parsed ? parsed.value : undefined;
    const read = await control(entry.decision.control);
    const decidable = options.replay === true && request !== undefined && read !== undefined;
    return {
      contentId: options.history.idOf(bytes),
      ...(request === undefined ? {} : { request }),
      ...(read === undefined ? {} : { control: read }),
      ...(decidable ? { again: evaluate(read, request, entry.decision.evidence) } : {}),
    };
  };
}

/** Control documents change seldom; the last few versions of each are kept. */
const KEPT = 16;

function controlReader(
  history: LedgerHistory,
  kinds: Kinds,
): (blobs: ControlBlobs) => Promise<Control | undefined> {
  const reader = <T>(parse: (bytes: Uint8Array) => Parsed<T>) =>
    keeping(KEPT, async (blob: Oid): Promise<T | undefined> => {
      const bytes = await history.read(blob, LARGEST_CONTROL_DOCUMENT);
      const parsed = bytes && parse(bytes);
      return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
    });
  const policyOf = reader((bytes) => parsePolicy(bytes, POLICY_PATH));
  const catalogOf = reader((bytes) => parseCatalog(bytes, CATALOG_PATH, kinds));
  const peopleOf = reader((bytes) => parsePeople(bytes, PEOPLE_PATH));

  return async (blobs) => {
    const [policy, catalog, people] = await Promise.all([
      policyOf(blobs.policy),
      catalogOf(blobs.catalog),
      peopleOf(blobs.people),
    ]);
    if (policy === undefined || catalog === undefined || people === undefined) return undefined;
    return { policy, catalog, people };
  };
}
