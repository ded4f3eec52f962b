import type { Oid } from '../core/approval.js';
import type { Issue } from '../documents/issue.js';
import type { Annotation, CheckResult } from '../ports/review-host.js';
import { summaryOf } from './comment.js';
import { type DecisionView, type Standing, standingOf } from './decision-view.js';
import { headlineOf } from './standing-text.js';
import { clip, oneLine } from './untrusted-text.js';

// GitHub lets a merge pass on `neutral`, so whatever waits for people is `action_required`.
const CONCLUSION: Readonly<Record<Standing, CheckResult['conclusion']>> = {
  approved: 'success',
  pending: 'action_required',
  denied: 'failure',
  invalid: 'failure',
  refused: 'failure',
  broken: 'failure',
  removal: 'success',
  control: 'success',
  nothing: 'neutral',
};

/** GitHub takes 50 annotations a call. */
const MOST_ANNOTATIONS = 50;
const MOST_MESSAGE = 2_000;

export function checkOf(view: DecisionView, head: Oid): CheckResult {
  return {
    head,
    conclusion: CONCLUSION[standingOf(view)],
    title: headlineOf(view),
    summary: summaryOf(view),
    annotations: [...view.issues, ...view.requests.flatMap(({ inFile = [] }) => inFile)]
      .slice(0, MOST_ANNOTATIONS)
      .map(annotationOf),
  };
}

/** Annotations are shown as plain text, so unseen characters are all there is to mend. */
function annotationOf({ file, line, severity, code, message, fix }: Issue): Annotation {
  return {
    path: file,
    line: Math.max(1, line),
    level: severity === 'error' ? 'failure' : 'warning',
    title: oneLine(code),
    message: clip(`${oneLine(message)} — ${oneLine(fix)}`, MOST_MESSAGE),
  };
}
