import { type Difference, differencesBetween } from '../../core/audit/difference.js';
import { entryPath } from '../../core/audit/layout.js';
import type { ControlBlobs, Entry } from '../../core/grant.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control } from '../../core/policy/evidence.js';
import { factsLacking } from '../../core/policy/impact.js';
import type { AccessRequest, RequestId } from '../../core/request.js';
import { parseEntry } from '../../documents/entry.js';
import type { Issue } from '../../documents/issue.js';
import type { Kinds } from '../../documents/provider-kinds.js';
import type { LedgerHistory } from '../../ports/ledger-history.js';
import type { RequestView } from '../../views/decision-view.js';
import { type ReadDocument, readControl } from '../control/read-control.js';
import { newJudge } from './judge-entry.js';

interface Deps {
  readonly history: LedgerHistory;
  /** Reads a file of the ledger's head. */
  readonly ledger: ReadDocument;
  readonly kinds: Kinds;
  /** Reads the control documents to judge by instead of the recorded ones. */
  readonly instead?: ReadDocument;
}

export interface Replay {
  readonly kind: 'replayed';
  readonly recorded: Entry['decision'];
  /** The decision made again, as every surface shows one. */
  readonly view: RequestView;
  readonly differences: readonly Difference[];
  /** Facts the other documents ask for and nobody recorded; with any, a difference may come from that alone. */
  readonly lacking: readonly string[];
  /** The documents the recorded decision was made by. */
  readonly control: ControlBlobs;
}

export type Replayed =
  | Replay
  | {
      readonly kind: 'unable';
      readonly reason: 'no_entry' | 'entry_unreadable' | 'request_unreadable' | 'control_unreadable';
      readonly issues: readonly Issue[];
    };

/**
 * Makes a past decision once more from the evidence recorded then: by its own documents, and then it must agree, or by others, and
 * then it shows what they would have said.
 */
export async function replayDecision(deps: Deps, id: RequestId): Promise<Replayed> {
  const bytes = await deps.ledger(entryPath(id));
  if (bytes === undefined) return unable('no_entry');
  const parsed = parseEntry(bytes, entryPath(id));
  if ('issues' in parsed) return unable('entry_unreadable', parsed.issues);
  const entry = parsed.value;
  if (entry.id !== id) return unable('entry_unreadable');
  const judged = await newJudge(deps)(entry);
  if (judged.request === undefined) return unable('request_unreadable');
  if (deps.instead === undefined) {
    if (judged.control === undefined) return unable('control_unreadable');
    return replayBy(judged.control, entry, judged.request);
  }
  const others = await readControl(deps.instead, deps.kinds);
  if ('issues' in others) return unable('control_unreadable', others.issues);
  const replay = replayBy(others.value, entry, judged.request);
  const { evidence } = entry.decision;
  return { ...replay, lacking: factsLacking(others.value, { request: judged.request, evidence }) };
}

function unable(
  reason: Extract<Replayed, { kind: 'unable' }>['reason'],
  issues: readonly Issue[] = [],
): Replayed {
  return { kind: 'unable', reason, issues };
}

function replayBy(control: Control, entry: Entry, request: AccessRequest): Replay {
  const again = evaluate(control, request, entry.decision.evidence);
  return {
    kind: 'replayed',
    recorded: entry.decision,
    view: {
      request,
      requester: entry.requester?.login ?? null,
      decision: again,
      entitlements: request.entitlements.flatMap((one) => control.catalog.entitlements.get(one) ?? []),
      ...(entry.window === undefined ? {} : { window: entry.window }),
    },
    differences: differencesBetween(entry.decision, again),
    lacking: [],
    control: entry.decision.control,
  };
}
