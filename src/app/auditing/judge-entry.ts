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

/** Control documents change seldom; those of the last few versions are kept. */
const KEPT = 16;

function controlReader(
  history: LedgerHistory,
  kinds: Kinds,
): (blobs: ControlBlobs) => Promise<Control | undefined> {
  const kept = new Map<string, Promise<Control | undefined>>();

  async function read<T>(
    blob: ControlBlobs[keyof ControlBlobs],
    parse: (bytes: Uint8Array) => Parsed<T>,
  ): Promise<T | undefined> {
    const bytes = await history.read(blob, LARGEST_CONTROL_DOCUMENT);
    const parsed = bytes && parse(bytes);
    return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
  }

  async function load(blobs: ControlBlobs): Promise<Control | undefined> {
    const [policy, catalog, people] = await Promise.all([
      read(blobs.policy, (bytes) => parsePolicy(bytes, POLICY_PATH)),
      read(blobs.catalog, (bytes) => parseCatalog(bytes, CATALOG_PATH, kinds)),
      read(blobs.people, (bytes) => parsePeople(bytes, PEOPLE_PATH)),
    ]);
    if (policy === undefined || catalog === undefined || people === undefined) return undefined;
    return { policy, catalog, people };
  }

  return (blobs) => {
    const key = `${blobs.policy} ${blobs.catalog} ${blobs.people}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    const loading = load(blobs);
    kept.set(key, loading);
    return loading;
  };
}
