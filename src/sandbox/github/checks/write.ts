import { type Call, optional } from '../http/call.js';
import { stampNow } from '../hub.js';
import { invalid, invalidBecause } from '../refusal.js';
import type { Schema } from '../schemas.js';
import { type CheckRun, stamp } from '../state.js';

/** GitHub takes 50 annotations in one call; later calls add to them. */
const MOST_ANNOTATIONS = 50;
const LONGEST_TEXT = 65_535;

const CONCLUSIONS = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
] as const;
const STATUSES = ['queued', 'in_progress', 'completed'] as const;
const LEVELS = ['notice', 'warning', 'failure'];

function oneOf<Value extends string>(call: Call, name: string, values: readonly Value[]): Value | undefined {
  const given = optional(call, name, 'string');
  const value = values.find((each) => each === given);
  if (given !== undefined && value === undefined) {
    throw invalid({ resource: 'CheckRun', field: name, code: 'invalid' });
  }
  return value;
}

function timeGiven(call: Call, name: string): string | undefined {
  const given = optional(call, name, 'string');
  if (given === undefined) return undefined;
  const at = new Date(given);
  if (Number.isNaN(at.getTime())) throw invalid({ resource: 'CheckRun', field: name, code: 'invalid' });
  return stamp(at);
}

/** Takes over what a create or update says. `started_at` and `completed_at` are the caller's word when given. */
export function applyCheck(call: Call, run: CheckRun): void {
  const conclusion = oneOf(call, 'conclusion', CONCLUSIONS);
  const status = conclusion === undefined ? oneOf(call, 'status', STATUSES) : 'completed';
  if (status === 'completed' && conclusion === undefined && run.conclusion === null) {
    throw invalid({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' });
  }
  const output = outputGiven(call);
  run.name = optional(call, 'name', 'string') ?? run.name;
  run.status = status ?? run.status;
  run.conclusion = conclusion ?? (status === undefined || status === 'completed' ? run.conclusion : null);
  run.startedAt = timeGiven(call, 'started_at') ?? run.startedAt;
  run.completedAt = completion(call, run);
  run.detailsUrl = optional(call, 'details_url', 'string') ?? run.detailsUrl;
  run.externalId = optional(call, 'external_id', 'string') ?? run.externalId;
  if (output === undefined) return;
  run.title = output.title;
  run.summary = output.summary;
  run.text = output.text;
  run.annotations.push(...output.annotations);
}

function completion(call: Call, run: CheckRun): string | null {
  if (run.status !== 'completed') return null;
  return timeGiven(call, 'completed_at') ?? run.completedAt ?? stampNow(call.hub);
}

interface Output {
  readonly title: string | null;
  readonly summary: string;
  readonly text: string | null;
  readonly annotations: readonly Schema<'check-annotation'>[];
}

function outputGiven(call: Call): Output | undefined {
  const output = call.body.output;
  if (output === undefined || output === null) return undefined;
  if (typeof output !== 'object') throw invalid({ resource: 'CheckRun', field: 'output', code: 'invalid' });
  const body = output as Readonly<Record<string, unknown>>;
  const summary = optional({ body }, 'summary', 'string');
  if (summary === undefined) throw invalid({ resource: 'CheckRun', field: 'summary', code: 'missing_field' });
  const text = optional({ body }, 'text', 'string') ?? null;
  if (summary.length > LONGEST_TEXT || (text ?? '').length > LONGEST_TEXT) {
    throw invalidBecause(
      'CheckRun',
      `Only ${LONGEST_TEXT} characters are allowed; ${summary.length} were supplied.`,
    );
  }
  const annotations = body.annotations ?? [];
  if (!Array.isArray(annotations))
    throw invalid({ resource: 'CheckRun', field: 'annotations', code: 'invalid' });
  if (annotations.length > MOST_ANNOTATIONS) {
    throw invalidBecause(
      'CheckRun',
      `No more than ${MOST_ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`,
    );
  }
  return {
    title: optional({ body }, 'title', 'string') ?? null,
    summary,
    text,
    annotations: annotations.map((each: unknown) => annotation(each as Readonly<Record<string, unknown>>)),
  };
}

function annotation(body: Readonly<Record<string, unknown>>): Schema<'check-annotation'> {
  const text = (name: string): string | undefined => optional({ body }, name, 'string');
  const number = (name: string): number | undefined => optional({ body }, name, 'number');
  const [path, level, message] = [text('path'), text('annotation_level'), text('message')];
  const [start, end] = [number('start_line'), number('end_line')];
  const complete = path !== undefined && message !== undefined && start !== undefined && end !== undefined;
  if (!complete || level === undefined || !LEVELS.includes(level) || start < 1 || end < start) {
    throw invalid({ resource: 'CheckRun', field: 'annotations', code: 'invalid' });
  }
  return {
    path,
    start_line: start,
    end_line: end,
    start_column: number('start_column') ?? null,
    end_column: number('end_column') ?? null,
    annotation_level: level,
    title: text('title') ?? null,
    message,
    raw_details: text('raw_details') ?? null,
    blob_href: '',
  };
}
