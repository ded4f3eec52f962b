import type { Oid } from '../../core/approval.js';
import { type Account, type Login, sameLogin } from '../../core/identity.js';
import { personOf } from '../../core/people.js';
import { isAbout } from '../../core/policy/applicability.js';
import type { Control, Evidence } from '../../core/policy/evidence.js';
import { needs } from '../../core/policy/needs.js';
import type { Rule } from '../../core/policy/policy.js';
import type { AccessRequest } from '../../core/request.js';
import { addSeconds, type Instant } from '../../core/time.js';

const NO_COMMIT = '0'.repeat(40) as Oid;

/** A request nobody has opened yet. */
export interface Unopened {
  readonly request: AccessRequest;
  /** Who is going to open it; absent: its subject. */
  readonly requester?: Account;
}

/**
 * Evidence in favour of a request nobody has opened yet: its subject asks for it unless somebody else is known to, they are in
 * every team that lets somebody ask and in none that forbids it, hold nothing else, and nobody has reviewed. What is still
 * missing under it is missing for sure; only for explaining, never for deciding.
 */
export function assumeEvidence(control: Control, { request, requester }: Unopened, now: Instant): Evidence {
  const wanted = needs(control, request);
  const accounts = wanted.logins.map((login, index) => accountOf(control, login, index));
  const known = accounts.find(({ login }) => sameLogin(login, request.subject));
  const listed = known ?? accountOf(control, request.subject, accounts.length);
  // Somebody who asks for themselves is known by GitHub's own number.
  const isOwn = requester !== undefined && sameLogin(requester.login, request.subject);
  const subject = isOwn ? requester : listed;
  const opener = requester ?? subject;
  const people = isOwn || requester === undefined ? [subject] : [opener, subject];
  const joined = teamsToAsk(control, request);
  return {
    now,
    pullRequest: { number: 0, openedAt: now },
    requester: opener,
    requesterType: 'User',
    subject,
    head: NO_COMMIT,
    epoch: now,
    reviews: [],
    contributors: [opener],
    pushers: [opener],
    teams: wanted.teams.map((team, index) => ({
      team,
      id: index + 1,
      members: joined.has(team) ? people : [],
    })),
    accounts,
    live: prolonged(request, now),
    openRequests: wanted.openRequests ? 1 : null,
    held: wanted.held.map((entitlement) => ({ entitlement, seconds: 0 })),
    owedReviews: [],
  };
}

/** The account people lists, or one with an id that is nobody's. */
function accountOf(control: Control, login: Login, index: number): Account {
  return { login, id: personOf(control.people, login)?.id ?? -1 - index };
}

function teamsToAsk(control: Control, request: AccessRequest): ReadonlySet<string> {
  const rules = control.policy.rules.filter((rule) =>
    request.entitlements.some((id) => isAbout(rule, id, { request })),
  );
  const teamsOf = (rule: Rule): readonly string[] =>
    [rule.requesters, rule.onBehalfOf].flatMap((group) => group?.teams ?? []);
  const forbidding = new Set(rules.filter(({ effect }) => effect.kind === 'deny').flatMap(teamsOf));
  return new Set(rules.flatMap(teamsOf).filter((team) => !forbidding.has(team)));
}

/** The grant that an extension names, just about to end. */
function prolonged(request: AccessRequest, now: Instant): Evidence['live'] {
  if (request.extends === undefined) return [];
  const { extends: id, subject, entitlements } = request;
  return [{ id, subject, entitlements, from: now, until: addSeconds(now, 60), chainFrom: now }];
}
