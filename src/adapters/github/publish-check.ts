import { createHash } from 'node:crypto';
import type { Annotation, CheckResult } from '../../ports/review-host.js';
import { type CheckRunOnGitHub, readOwnCheckRuns } from './check-runs.js';
import { at, CHECK_NAME, type OnGitHub, type Rest } from './client.js';
import { outgoing } from './outgoing.js';
import type { OwnRun } from './own-marks.js';
import { readAll } from './pages.js';
import type { Publishing } from './publish-comment.js';

type AnnotationOnGitHub = Rest['checks']['listAnnotations']['response']['data'][number];

/** GitHub's limits ("Create a check run"). */
const PER_CALL = 50;
const LONGEST_SUMMARY = 65_535;
const LONGEST_TITLE = 255;
const LONGEST_MESSAGE = 16_000;

/**
 * One run for each head. GitHub only ever adds annotations to a run, so a run that points at lines which are in order now is
 * followed by a new one; GitHub shows the newest of a name. The `external_id` is the digest of what was written, set with the
 * last of several calls, so that a half-written run is written again.
 */
export async function publishCheck(to: Publishing, wanted: CheckResult): Promise<void> {
  const result = fitted(wanted);
  const digest = createHash('sha256').update(JSON.stringify(result)).digest('hex');
  const known = to.marks.run(result.head);
  if (known !== undefined && known !== null && isWritten(known, digest, result)) return;
  try {
    await (known === undefined || hasAnnotations(known, result)
      ? publishAnew(to, result, digest)
      : publishOver(to, known, { result, digest }));
  } catch (error) {
    to.marks.learnRun(result.head, undefined);
    throw error;
  }
}

/** Which annotations a run has, only GitHub can tell. */
const hasAnnotations = (known: OwnRun | null, { annotations }: CheckResult): boolean =>
  known !== null && known.annotations + annotations.length > 0;

/** The usual way: what is there is known from the facts that were read just before. */
async function publishOver(
  { on, marks, writer }: Publishing,
  known: OwnRun | null,
  { result, digest }: { readonly result: CheckResult; readonly digest: string },
): Promise<void> {
  const { head, conclusion, title, summary, annotations } = result;
  if (known === null) {
    await write(on, { result, digest, run: undefined, missing: annotations });
    // GitHub has to be asked what it made of it.
    marks.learnRun(head, undefined);
    return;
  }
  const { id: checkRunId, repository: repositoryId } = known;
  const change = { status: 'COMPLETED', conclusion: conclusion.toUpperCase(), externalId: digest };
  const input = { repositoryId, checkRunId, ...change, output: { title, summary } };
  await writer.write({ field: 'updateCheckRun', input }, 'soon');
  marks.learnRun(head, { ...known, digest, status: 'completed', conclusion });
}

async function publishAnew({ on, marks }: Publishing, result: CheckResult, digest: string): Promise<void> {
  const latest = (await readOwnCheckRuns(on, result.head)).at(-1);
  const seen = latest && { digest: latest.external_id, status: latest.status, conclusion: latest.conclusion };
  if (seen !== undefined && isWritten(seen, digest, result)) return;
  const there = latest === undefined ? [] : await readAnnotations(on, latest);
  const asked = new Set(result.annotations.map(keyOfAnnotation));
  const isStale = there.some((each) => !asked.has(each));
  const run = isStale ? undefined : latest?.id;
  const known = new Set(isStale ? [] : there);
  await write(on, {
    result,
    digest,
    run,
    missing: result.annotations.filter((each) => !known.has(keyOfAnnotation(each))),
  });
  marks.learnRun(result.head, undefined);
}

function isWritten(
  run: Pick<OwnRun, 'digest' | 'status' | 'conclusion'>,
  digest: string,
  { conclusion }: CheckResult,
): boolean {
  // Somebody who asks for a re-run sets the status back.
  return run.digest === digest && run.status === 'completed' && run.conclusion === conclusion;
}

interface Writing {
  readonly result: CheckResult;
  readonly digest: string;
  /** The run to go on with; a new one when absent. */
  readonly run: number | undefined;
  readonly missing: readonly Annotation[];
}

async function write(on: OnGitHub, { result, digest, run, missing }: Writing): Promise<void> {
  let id = run;
  const calls = Math.max(1, Math.ceil(missing.length / PER_CALL));
  for (let call = 0; call < calls; call += 1) {
    const body = {
      ...at(on),
      status: 'completed' as const,
      conclusion: result.conclusion,
      ...(call === calls - 1 ? { external_id: digest } : { external_id: '' }),
      output: {
        title: result.title,
        summary: result.summary,
        annotations: missing.slice(call * PER_CALL, (call + 1) * PER_CALL).map(annotationBody),
      },
    };
    if (id === undefined) {
      const route = 'POST /repos/{owner}/{repo}/check-runs';
      const { data } = await on.client.request(route, { ...body, name: CHECK_NAME, head_sha: result.head });
      id = Number(data.id);
    } else {
      await on.client.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
        ...body,
        check_run_id: id,
      });
    }
  }
}

async function readAnnotations(on: OnGitHub, run: CheckRunOnGitHub): Promise<readonly string[]> {
  if (run.output.annotations_count === 0) return [];
  const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
  const all = await readAll<AnnotationOnGitHub>(on.client, route, { ...at(on), check_run_id: run.id });
  return all.map((each) =>
    JSON.stringify([each.path, each.start_line, each.annotation_level, each.title, each.message]),
  );
}

const keyOfAnnotation = ({ path, line, level, title, message }: Annotation): string =>
  JSON.stringify([path, line, level, title, message]);

function annotationBody({ path, line, level, title, message }: Annotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}

/** Within GitHub's limits, and calling nobody. */
function fitted(result: CheckResult): CheckResult {
  return {
    ...result,
    title: outgoing(result.title, LONGEST_TITLE),
    summary: outgoing(result.summary, LONGEST_SUMMARY),
    annotations: result.annotations.map((each) => ({
      ...each,
      title: outgoing(each.title, LONGEST_TITLE),
      message: outgoing(each.message, LONGEST_MESSAGE),
    })),
  };
}
