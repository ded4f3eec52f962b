import { type Call, numberParam } from '../http/call.js';
import { notFound } from '../refusal.js';
import type { Issue } from '../state.js';

export function issueAsked(call: Call): Issue {
  const issue = call.hub.state.issues.get(numberParam(call, 'issue_number'));
  if (issue === undefined) throw notFound();
  return issue;
}
