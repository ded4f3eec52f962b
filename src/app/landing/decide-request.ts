import type { Oid } from '../../core/approval.js';
import type { Entry } from '../../core/grant.js';
import { applyEvent } from '../../core/lifecycle/grant.js';
import { entryOf } from '../../core/lifecycle/landing.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control } from '../../core/policy/evidence.js';
import type { TreeChange, TreeFile } from '../../core/pull-request.js';
import { type AccessRequest, type RequestId, requestIdOfPath } from '../../core/request.js';
import { addSeconds, durationSeconds, type Instant } from '../../core/time.js';
import { parseEntry, renderEntry } from '../../documents/entry.js';
import { parseRequest } from '../../documents/request.js';
import { Retry } from '../../ports/fault.js';
import type { PullRequestFacts } from '../../ports/review-host.js';
import { changedMeaning, changedSentence } from '../control/changed-meaning.js';
import { loadControl } from '../control/load-control.js';
import { LARGEST_REQUEST, readDocument } from '../control/read-document.js';
import type { Ports } from '../ports.js';
import type { Journal } from '../reconciling/journal.js';
import { gatherEvidence } from '../reviewing/gather-evidence.js';
import type { Refusal, Step } from './landing-origin.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log'>;

/** One request that appeared in one landing, and the pull request that proposed it. */
export interface Case {
  readonly step: Step;
  readonly change: TreeChange;
  readonly facts: PullRequestFacts;
}

/** Decides on one landed request. Faults pass through. */
export async function decideRequest(deps: Deps, journal: Journal, one: Case): Promise<Entry | Refusal> {
  const { step, change, facts } = one;
  const { pullRequest } = facts;
  const id = requestIdOfPath(change.path);
  if (id === undefined) return { code: 'malformed_path', message: 'No request may lie at this path.' };
  if (await isUsed(deps, journal, { id, path: change.path, parent: step.parent })) {
    return { code: 'reused_id', message: 'The id was used before; ids are used once, for ever.' };
  }
  const read = await readRequest(deps, change.after, { id, path: change.path });
  if ('code' in read) return read;
  const loaded = await loadControl(deps, step.parent);
  if ('issues' in loaded) {
    const [first] = loaded.issues;
    return {
      code: 'unapproved_landing',
      message: `The policy could not be read: ${first?.file ?? ''} ${first?.code ?? ''}`,
    };
  }
  const merged = pullRequest.merged;
  if (merged === null)
    throw new Retry('not_merged_yet', 'the pull request is not merged as far as the host says');
  const { control } = loaded;
  const { head } = pullRequest;
  const changed = await changedMeaning(deps, { request: read.request, control, base: step.parent, head });
  if (changed.length > 0) return { code: 'unapproved_landing', message: changedSentence(changed) };
  const question = {
    facts,
    base: step.parent,
    request: read.request,
    control,
    now: merged.at,
    live: journal.live(),
  };
  const evidence = await gatherEvidence(deps, question);
  const decision = evaluate(control, read.request, evidence);
  const prolonged = evidence.live.find((grant) => grant.id === read.request.extends);
  const entry = entryOf(
    {
      ...read,
      commit: step.commit,
      parent: step.parent,
      pullRequest: pullRequest.number,
      mergedAt: merged.at,
      requester: pullRequest.author,
      decision,
      evidence,
      control: loaded.blobs,
      ...(prolonged === undefined ? {} : { prolongs: prolonged.until }),
    },
    control,
    deps.clock.now(),
  );
  return readable(owingReview(entry, control, deps.clock.now()));
}

/** What could not be read back could never be ended, so it is never begun. @throws when it could not: then it is refused. */
function readable(entry: Entry): Entry {
  const parsed = parseEntry(new TextEncoder().encode(renderEntry(entry)), entry.id);
  if ('value' in parsed) return entry;
  throw new RangeError(`the entry of ${entry.id} could not be read back`);
}

/** Break-glass is granted now and reviewed afterwards; the review is owed from the moment of the landing. */
function owingReview(entry: Entry, control: Control, now: Instant): Entry {
  if (!entry.breakGlass || entry.window === undefined) return entry;
  const within = control.policy.rules.flatMap(({ name, effect }) =>
    effect.kind === 'break_glass' && entry.decision.rules.includes(name)
      ? [durationSeconds(effect.reviewWithin)]
      : [],
  );
  return applyEvent(entry, { event: 'review_due', at: now, due: addSeconds(now, Math.min(...within)) });
}

async function isUsed(
  deps: Deps,
  journal: Journal,
  { id, path, parent }: { readonly id: RequestId; readonly path: string; readonly parent: Oid },
): Promise<boolean> {
  if (journal.entry(id) !== undefined || (await deps.ledger.entry(id)) !== undefined) return true;
  return deps.repository.everExisted(path, parent);
}

async function readRequest(
  deps: Deps,
  file: TreeFile | null,
  { id, path }: { readonly id: RequestId; readonly path: string },
): Promise<{ readonly request: AccessRequest; readonly blob: Oid; readonly content: string } | Refusal> {
  const read = await readDocument(deps.repository, file ?? undefined, { path, limit: LARGEST_REQUEST });
  const parsed = 'bytes' in read ? parseRequest(read.bytes, id) : read;
  if ('issues' in parsed || file === null || !('bytes' in read)) {
    const [first] = 'issues' in parsed ? parsed.issues : [];
    return {
      code: 'unapproved_landing',
      message: `The request is not valid: line ${first?.line ?? 1}, ${first?.code ?? ''}`,
    };
  }
  return {
    request: parsed.value,
    blob: file.oid,
    content: new TextDecoder('utf-8', { fatal: true }).decode(read.bytes),
  };
}
