import type { Oid } from '../approval.js';
import type { Entry } from '../grant.js';
import { sameLogin } from '../identity.js';
import { type AccessRequest, pathOfRequest } from '../request.js';
import type { Branch } from './branch.js';
import { type AuditFinding, failures, type Place } from './finding.js';

/** Between which commits of the default branch a ledger commit may speak: after the cursor before it, up to its own. */
export interface Turn {
  readonly from: number;
  readonly to: number;
}

/** The landing is a step of the default branch that brought exactly these bytes to this path, for the first time. */
export function checkLanding(
  entry: Entry,
  branch: Branch,
  { turn, place }: { turn: Turn; place: Place },
): AuditFinding[] {
  const { landing } = entry;
  const path = pathOfRequest(entry.id);
  const position = branch.position(landing.commit);
  if (position === undefined) {
    return failures(place, [
      [
        false,
        'landing_not_on_branch',
        `Its landing ${landing.commit} is no first-parent commit of the default branch.`,
      ],
    ]);
  }
  const landed = branch.landings(position - 1, position).find((one) => one.path === path);
  return failures(place, [
    [
      branch.at(position - 1) === landing.parent,
      'landing_mismatch',
      'Its landing has another parent than it says.',
    ],
    [landed?.kind === 'added', 'landing_mismatch', `Its landing did not add ${path}.`],
    [landed?.mode === '100644', 'landing_mismatch', `${path} did not land as a plain file.`],
    [
      landed?.blob === entry.request.blob,
      'landing_mismatch',
      'What landed is not the request it was decided on.',
    ],
    [branch.firstSeen(path) === position, 'id_reused', 'Its id had been used before.'],
    [
      position > turn.from && position <= turn.to,
      'landing_out_of_turn',
      'Its landing was not the next to be decided.',
    ],
  ]);
}

/** The control documents are those of the landing's parent, never those the pull request or anybody else brought (T058). */
export function checkControl(entry: Entry, branch: Branch, place: Place): AuditFinding[] {
  const position = branch.position(entry.landing.commit);
  const there = position === undefined ? {} : branch.controlAt(position - 1);
  return failures(
    place,
    (['policy', 'catalog', 'people'] as const).map((name) => [
      there[name] === entry.decision.control[name],
      'control_mismatch',
      `The ${name} it was decided under is not the one of the landing's parent.`,
    ]),
  );
}

/** The entry says what its request says. @param contentId the id git gives the content the entry quotes. */
export function checkRequest(
  entry: Entry,
  request: AccessRequest,
  { contentId, place }: { contentId: Oid; place: Place },
): AuditFinding[] {
  const { evidence } = entry.decision;
  const granted = entry.holdings.map(({ entitlement }) => entitlement);
  const asked = request.entitlements;
  const covers =
    granted.length === 0 || (granted.length === asked.length && granted.every((id, at) => id === asked[at]));
  const named =
    entry.subject === null ? granted.length === 0 : sameLogin(entry.subject.login, request.subject);
  return failures(place, [
    [contentId === entry.request.blob, 'content_mismatch', 'The content it quotes is not the blob it names.'],
    [covers, 'request_mismatch', 'It grants other entitlements than were asked for.'],
    [named, 'request_mismatch', 'Its subject is not the one of the request.'],
    [
      entry.subject?.id === evidence.subject?.id,
      'request_mismatch',
      'Its subject is not the one that was decided on.',
    ],
    [
      entry.requester?.id === evidence.requester?.id,
      'request_mismatch',
      'Its requester is not the one that was decided on.',
    ],
    [
      entry.breakGlass === request.breakGlass,
      'request_mismatch',
      'It differs from its request about break-glass.',
    ],
    [
      entry.extends === request.extends,
      'request_mismatch',
      'It differs from its request about what it prolongs.',
    ],
    [
      entry.landing.pullRequest === evidence.pullRequest.number,
      'request_mismatch',
      'It was decided for another pull request.',
    ],
  ]);
}
