import type { SetupFinding } from '../core/doctor/finding.js';
import type { Instant } from '../core/time.js';
import type { NoticeSubject } from './notices.js';
import { name, names, type Phrase, phrase, strong, toMarkdown } from './phrase.js';
import { span, utc } from './time-text.js';

/** Access outlasts its end: the one thing that must not be. Said again every hour. */
export function overdueAlert(
  about: NoticeSubject,
  { since, seconds }: { readonly since: Instant; readonly seconds: number },
): string {
  return toMarkdown(
    phrase`🔴 ${strong('Overdue:')} ${name(about.subject)} may still have ${names(about.entitlements)}. It was to end at ${strong(utc(since))}, ${span(seconds)} ago, and is not known to be gone. Hallpass goes on trying; somebody should take it away on the target by hand.`,
  );
}

/** A break-glass grant nobody has looked at in time. */
export function reviewAlert(about: NoticeSubject, due: Instant): string {
  return toMarkdown(
    phrase`🟡 ${strong('Review overdue:')} ${name(about.subject)} got ${names(about.entitlements)} by break-glass, and nobody entitled to has reviewed it. It was due by ${strong(utc(due))}. Review this pull request; until then new requests of ${name(about.subject)} are refused.`,
  );
}

/** The ledger holds what nobody can read, so nobody knows what it granted. */
export function quarantineAlert(id: string): string {
  return toMarkdown(
    phrase`🔴 ${strong('Quarantined:')} the entry ${name(id)} of the ledger cannot be read, so it counts as ended and nothing of it is known. Look at what it granted on the target and take it away by hand; \`hallpass audit verify\` says what is wrong with the entry.`,
  );
}

/** @param counts how many holdings differ in which way. */
export function driftAlert(target: string, counts: string): string {
  return toMarkdown(
    phrase`🟡 ${strong('Drift:')} ${name(target)} shows something else than the ledger wants: ${counts}. The log names each of them.`,
  );
}

/** What the daily look at the setup found that was not so the day before. */
export function setupAlert({ code, message, risk, fix }: SetupFinding): string {
  return toMarkdown(
    phrase`🟡 ${strong('Setup changed:')} ${name(code)}. ${message} What is at stake: ${risk} What to do: ${fix}`,
  );
}

/** Says whose turn it is and where: approving is a review, so no message can do it. */
export function approvalWantedText(about: NoticeSubject, asked: readonly string[]): string {
  const whom: Phrase = asked.length === 0 ? [] : phrase` Asked for a review: ${names(asked)}.`;
  return toMarkdown(
    phrase`🔵 ${name(about.subject)} asks for ${names(about.entitlements)}.${whom} To approve, review the pull request.`,
  );
}
