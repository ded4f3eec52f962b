import type { Call } from '../http/call.js';
import { numberParam } from '../http/call.js';
import type { Hub } from '../hub.js';
import { notFound } from '../refusal.js';
import { type Account, isPullRequest, type PullRequest } from '../state.js';

export const allPulls = (hub: Hub): PullRequest[] => [...hub.state.issues.values()].filter(isPullRequest);
export const openPulls = (hub: Hub): PullRequest[] => allPulls(hub).filter((pull) => pull.state === 'open');

export function pullNumbered(hub: Hub, number: number): PullRequest {
  const issue = hub.state.issues.get(number);
  if (!isPullRequest(issue)) throw notFound();
  return issue;
}

export const pullAsked = (call: Call): PullRequest =>
  pullNumbered(call.hub, numberParam(call, 'pull_number'));

/** Forks share the object store, each in a git namespace of its owner. */
export const namespaceOf = (owner: Account): string => `u${owner.id}`;

export function refOfBranch(branch: string, forkOwner: number | null = null): string {
  const ref = `refs/heads/${branch}`;
  return forkOwner === null ? ref : `refs/namespaces/u${forkOwner}/${ref}`;
}

export const headRefOf = (pull: PullRequest): string => refOfBranch(pull.headRef, pull.fork);
