import type { NoticeEvent } from '../core/notice.js';
import type { Instant } from '../core/time.js';
import { name, names, type Phrase, phrase, toText } from './phrase.js';
import { span, utc } from './time-text.js';
import { clip } from './untrusted-text.js';

/** What a title may need to say; each event uses its own part. */
export interface TitleFacts {
  readonly id: string;
  readonly subject: string;
  readonly entitlements: readonly string[];
  /** The end or what is due; otherwise when it happened. */
  readonly at: Instant;
  /** An end reason or the code of a fault. */
  readonly code: string;
  /** How long something is overdue. */
  readonly seconds: number;
}

const TITLES: Readonly<Record<NoticeEvent, (facts: TitleFacts) => Phrase>> = {
  approval_wanted: (of) => phrase`${name(of.subject)} asks for ${names(of.entitlements)} and needs approval`,
  grant_started: (of) => phrase`${holds(of)} until ${utc(of.at)}`,
  grant_ends_soon: (of) => phrase`${holds(of)} only until ${utc(of.at)}`,
  grant_ended: (of) => phrase`${name(of.subject)} no longer has ${names(of.entitlements)}: ${of.code}`,
  grant_refused: (of) => phrase`Nothing was granted for ${name(of.id)}`,
  grant_voided: (of) => phrase`${name(of.subject)} does not get ${names(of.entitlements)}: ${of.code}`,
  break_glass: (of) =>
    phrase`Break-glass: ${name(of.subject)} gets ${names(of.entitlements)} without approval; a review is due by ${utc(of.at)}`,
  review_overdue: (of) =>
    phrase`The review of break-glass grant ${name(of.id)} was due ${span(of.seconds)} ago`,
  end_failed: (of) => phrase`An end failed (${of.code}): ${mayHave(of)}`,
  end_overdue: (of) => phrase`Overdue for ${span(of.seconds)}: ${mayHave(of)}`,
  violation: (of) => phrase`Commit ${name(of.id.slice(0, 12))} reached the default branch and grants nothing`,
  drift: (of) => phrase`Drift on target ${name(of.id)}: ${of.code}`,
  entry_quarantined: (of) => phrase`The ledger entry ${name(of.id)} cannot be read and counts as ended`,
  setup_changed: (of) => phrase`Something around Hallpass is set up otherwise than before: ${name(of.id)}`,
};

/** A line is read on a lock screen. */
const LONGEST_TITLE = 240;

/** One line of plain text: the title of an issue and of a message are read where Markdown is not. */
export function titleOf(event: NoticeEvent, facts: Partial<TitleFacts> & Pick<TitleFacts, 'at'>): string {
  const all = { id: '', subject: 'nobody', entitlements: [], code: '', seconds: 0, ...facts };
  return clip(toText(TITLES[event](all)), LONGEST_TITLE);
}

function holds({ subject, entitlements }: TitleFacts): Phrase {
  return phrase`${name(subject)} has ${names(entitlements)}`;
}

function mayHave({ subject, entitlements }: TitleFacts): Phrase {
  return phrase`${name(subject)} may still have ${names(entitlements)}`;
}
