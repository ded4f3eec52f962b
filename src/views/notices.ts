import type { EndReason, VoidReason } from '../core/grant.js';
import type { Finding } from '../core/policy/decision.js';
import type { RequestId } from '../core/request.js';
import { type Instant, secondsBetween } from '../core/time.js';
import { name, names, type Phrase, phrase, strong, toMarkdown } from './phrase.js';
import { span, utc } from './time-text.js';
import { markdownBlock } from './untrusted-text.js';

/** What every notice is about: one grant, or the part of it that ended or began together. */
export interface NoticeSubject {
  readonly id: RequestId;
  readonly subject: string;
  readonly entitlements: readonly string[];
}

/** Access started. @param onlyHallpassEnds whether a target has no expiry of its own. */
export function grantedNotice(about: NoticeSubject, until: Instant, onlyHallpassEnds: boolean): string {
  const end = onlyHallpassEnds ? phrase`; only Hallpass ends it` : [];
  return toMarkdown(
    phrase`🟢 ${holds(about)} until ${strong(utc(until))}${end}. To end it early, comment ${name('/hallpass revoke')} or revert this pull request.`,
  );
}

const ENDED: Readonly<Record<EndReason, Phrase>> = {
  expired: phrase`its time was up`,
  revoked: phrase`somebody ended it early`,
  reverted: phrase`the request was removed`,
  superseded: phrase`another grant took its place`,
  ineligible: phrase`its holder may no longer have it`,
};

/** Access ended. @param due when it had to; a later end says how late. */
export function endedNotice(
  about: NoticeSubject,
  end: { readonly reason: EndReason; readonly at: Instant; readonly due: Instant; readonly by?: string },
): string {
  const late = secondsBetween(end.due, end.at);
  const lateness = late > 0 ? phrase`, ${span(late)} after it was due` : [];
  const by = end.by === undefined ? [] : phrase` (${name(end.by)})`;
  return toMarkdown(
    phrase`⚪ ${name(about.subject)} no longer has ${names(about.entitlements)}: ${ENDED[end.reason]}${by}. Ended ${strong(utc(end.at))}${lateness}.`,
  );
}

/** Granted without anybody's approval. Loud, and with what is owed for it. */
export function breakGlassNotice(
  about: NoticeSubject,
  owed: { readonly due: Instant; readonly rules: readonly string[] },
): string {
  return toMarkdown(
    phrase`🚨 ${strong('Break-glass:')} ${name(about.subject)} gets ${names(about.entitlements)} without approval. Somebody the rule ${names(owed.rules)} names has to review this pull request by ${strong(utc(owed.due))}; an objection ends the access. While the review is overdue, new requests of ${name(about.subject)} are refused.`,
  );
}

/** What landed was not what policy allows, so nothing was granted. */
export function refusedNotice(about: NoticeSubject, findings: readonly Finding[]): string {
  const reasons = findings
    .filter(({ status }) => status !== 'satisfied')
    .slice(0, MOST_REASONS)
    .map(
      ({ message, unblock }) =>
        `- ${toMarkdown(phrase`${message}${unblock === undefined ? [] : phrase` ${unblock}`}`)}`,
    );
  const start = phrase`🔴 ${strong('Nothing was granted')} for ${name(about.id)}: what landed was decided once more, and refused.`;
  const end = phrase`An id is used once: to ask again, open a pull request with a new file.`;
  return [toMarkdown(start), '', ...reasons, '', toMarkdown(end)].join('\n');
}

const MOST_REASONS = 20;

const VOIDED: Readonly<Record<VoidReason, Phrase>> = {
  missed: phrase`its time had passed before it could start`,
  ineligible: phrase`its holder may no longer have it`,
  revoked: phrase`somebody ended it before it started`,
  reverted: phrase`the request was removed before it started`,
};

/** Approved, and never granted. */
export function voidedNotice(about: NoticeSubject, reason: VoidReason): string {
  return toMarkdown(
    phrase`⚪ ${name(about.subject)} does not get ${names(about.entitlements)}: ${VOIDED[reason]}.`,
  );
}

/** The end is due and the access may still be there. @param fault what is in the way, and who must do what. */
export function overdueNotice(
  about: NoticeSubject,
  due: Instant,
  fault: { readonly message: string; readonly unblock?: string },
): string {
  const unblock = fault.unblock === undefined ? [] : phrase` ${fault.unblock}`;
  return toMarkdown(
    phrase`🔴 ${strong('Overdue:')} ${name(about.subject)} may still have ${names(about.entitlements)}. It was to end at ${strong(utc(due))} and could not be taken away: ${fault.message}${unblock} Hallpass goes on trying.`,
  );
}

/** It ends soon: exactly what to ask for to go on without a gap. @param now for how soon. */
export function extensionHint(
  about: NoticeSubject,
  at: { readonly until: Instant; readonly now: Instant; readonly duration: string },
): string {
  const file = [
    'version: 1',
    `subject: ${about.subject}`,
    `entitlements: [${about.entitlements.join(', ')}]`,
    `duration: ${at.duration}`,
    'justification: "why it takes longer"',
    `extends: ${about.id}`,
  ];
  const soon = phrase`🟡 ${holds(about)} until ${strong(utc(at.until))}, for ${span(secondsBetween(at.now, at.until))} more.`;
  const how = phrase`To go on without a gap, have a new request with these lines approved before then:`;
  return [toMarkdown(soon), '', toMarkdown(how), '', markdownBlock(file, 'yaml')].join('\n');
}

function holds({ subject, entitlements }: NoticeSubject): Phrase {
  return phrase`${name(subject)} has ${names(entitlements)}`;
}
