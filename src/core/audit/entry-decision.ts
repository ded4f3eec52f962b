import { approvalFloor } from '../entitlement.js';
import { canonicalJson, type Entry } from '../grant.js';
import { identityOn } from '../lifecycle/landing.js';
import type { CountedApproval, Decision } from '../policy/decision.js';
import type { Control } from '../policy/evidence.js';
import { patternNames } from '../policy/policy.js';
import { differencesBetween } from './difference.js';
import { type AuditFinding, failures, type Place } from './finding.js';

/** Nothing is granted without an approved decision. */
export function checkOutcome(entry: Entry, place: Place): AuditFinding[] {
  const { outcome, unsatisfied, rules, vetoes, findings } = entry.decision;
  const granting = entry.holdings.length > 0 || entry.window !== undefined;
  const clean =
    outcome === 'approved' &&
    rules.length > 0 &&
    unsatisfied.length === 0 &&
    vetoes.length === 0 &&
    findings.every(({ status }) => status === 'satisfied');
  const owed = entry.events.some(({ event, due }) => event === 'review_due' && due !== undefined);
  return failures(place, [
    [!granting || clean, 'not_approved', `It was granted although the decision was ${outcome}.`],
    [
      granting || outcome !== 'approved',
      'not_approved',
      'It was refused although the decision was approved.',
    ],
    [
      !granting || !entry.breakGlass || owed,
      'review_not_owed',
      'It was granted by break-glass and owes no review.',
    ],
  ]);
}

/** Every approval that counts is a review by a person with clean hands, of the head, in its epoch, before the landing. */
export function checkApprovals(entry: Entry, place: Place): AuditFinding[] {
  const { evidence, approvals } = entry.decision;
  const excluded = new Set(
    [
      evidence.requester,
      evidence.subject,
      entry.requester,
      entry.subject,
      ...(evidence.contributors ?? []),
      ...(evidence.pushers ?? []),
    ].flatMap((account) => (account === null ? [] : [account.id])),
  );
  const known = evidence.contributors !== null && evidence.pushers !== null;
  return approvals.flatMap((approval) =>
    failures(place, [
      [
        known && !excluded.has(approval.account.id),
        'excluded_approver',
        `${approval.account.login} may not approve it.`,
      ],
      [
        counts(approval, entry),
        'approval_not_counting',
        `Review ${approval.review} of ${approval.account.login} does not count.`,
      ],
    ]),
  );
}

function counts(approval: CountedApproval, entry: Entry): boolean {
  const { evidence } = entry.decision;
  const review = evidence.reviews.find(({ id }) => id === approval.review);
  if (review === undefined || review.author === null || evidence.epoch === null) return false;
  const { id } = approval.account;
  const verdicts = evidence.reviews.filter(({ author, state }) => author?.id === id && state !== 'commented');
  const latest = verdicts.every(
    (one) =>
      one.submittedAt < review.submittedAt || (one.submittedAt === review.submittedAt && one.id <= review.id),
  );
  return (
    latest &&
    review.author.id === id &&
    review.authorType === 'User' &&
    review.state === 'approved' &&
    review.commit === evidence.head &&
    review.submittedAt === approval.at &&
    review.submittedAt > evidence.epoch &&
    review.submittedAt <= entry.landing.mergedAt
  );
}

/** Enough different people, under the recorded policy and the floors of the tiers (I-12). */
export function checkQuorum(entry: Entry, control: Control, place: Place): AuditFinding[] {
  if (entry.holdings.length === 0 || entry.breakGlass) return [];
  const { approvals, rules } = entry.decision;
  const unfilled = rules.filter((name) => !isFilled(name, approvals, control));
  return [
    ...failures(place, [
      [
        unfilled.length === 0,
        'too_few_approvers',
        `Rule ${unfilled.join(', ')} is not filled by different people.`,
      ],
    ]),
    ...entry.holdings.flatMap(({ entitlement }) => checkFloor(entry, control, { entitlement, place })),
  ];
}

function checkFloor(
  { decision }: Entry,
  { policy, catalog }: Control,
  { entitlement: id, place }: { readonly entitlement: string; readonly place: Place },
): AuditFinding[] {
  const about = policy.rules.filter(
    ({ name, entitlements }) =>
      decision.rules.includes(name) && entitlements.some((pattern) => patternNames(pattern, id)),
  );
  const counting = decision.approvals.filter(({ rule }) => about.some(({ name }) => name === rule));
  const people = new Set(counting.map(({ account }) => account.id)).size;
  const entitlement = catalog.entitlements.get(id);
  // What the catalog does not have cannot be approved by any number.
  const floor = entitlement === undefined ? Number.POSITIVE_INFINITY : approvalFloor(entitlement);
  return failures(place, [
    [
      about.length > 0 && people >= floor,
      'too_few_approvers',
      `${people} people approved ${id}; its tier asks for ${floor}.`,
    ],
  ]);
}

function isFilled(name: string, approvals: Decision['approvals'], { policy }: Control): boolean {
  const rule = policy.rules.find((one) => one.name === name);
  if (rule === undefined || rule.effect.kind === 'deny' || rule.effect.kind === 'break_glass') return false;
  if (rule.effect.kind === 'auto_approve') return true;
  const filling = approvals.filter((approval) => approval.rule === name && approval.group !== null);
  const distinct = new Set(filling.map(({ account }) => account.id)).size === filling.length;
  return (
    distinct &&
    rule.effect.groups.every(
      ({ count }, index) => filling.filter(({ group }) => group === index).length >= count,
    )
  );
}

/** What is held is what the recorded catalog and people documents say of the entitlement and the subject. */
export function checkHoldings(entry: Entry, control: Control, place: Place): AuditFinding[] {
  return entry.holdings.flatMap(({ entitlement: id, holding }) => {
    const entitlement = control.catalog.entitlements.get(id);
    const subject = entitlement && identityOn(entitlement, entry.subject?.login ?? '', control.people);
    const holds =
      entitlement !== undefined &&
      holding.target === entitlement.target.id &&
      holding.subject === subject &&
      canonicalJson(holding.grant) === canonicalJson(entitlement.grant);
    return failures(place, [[holds, 'holding_mismatch', `What ${id} gives is not what the catalog says.`]]);
  });
}

/** The decision, made once more from what it was made from. @param again the decision that the same facts give now. */
export function checkReplay(entry: Entry, again: Decision, place: Place): AuditFinding[] {
  return failures(place, [
    [
      differencesBetween(entry.decision, again).length === 0,
      'replay_disagrees',
      `Deciding it again gives ${again.outcome}, by ${again.rules.join(', ') || 'no rule'}.`,
    ],
  ]);
}
