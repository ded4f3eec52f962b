import { patternNames } from './policy/policy.js';
import type { Instant } from './time.js';

export type Severity = 'info' | 'warning' | 'critical';

/** The closed list of what people are told, how bad it is, and whether it wants somebody to do something. */
export const NOTICE_EVENTS = {
  approval_wanted: { severity: 'info', wantsSomebody: true },
  grant_started: { severity: 'info', wantsSomebody: false },
  grant_ends_soon: { severity: 'info', wantsSomebody: false },
  grant_ended: { severity: 'info', wantsSomebody: false },
  grant_refused: { severity: 'info', wantsSomebody: false },
  grant_voided: { severity: 'info', wantsSomebody: false },
  break_glass: { severity: 'critical', wantsSomebody: true },
  review_overdue: { severity: 'warning', wantsSomebody: true },
  end_failed: { severity: 'warning', wantsSomebody: true },
  end_overdue: { severity: 'critical', wantsSomebody: true },
  violation: { severity: 'critical', wantsSomebody: true },
  drift: { severity: 'warning', wantsSomebody: true },
  entry_quarantined: { severity: 'critical', wantsSomebody: true },
  setup_changed: { severity: 'warning', wantsSomebody: true },
} as const satisfies Readonly<
  Record<string, { readonly severity: Severity; readonly wantsSomebody: boolean }>
>;

export type NoticeEvent = keyof typeof NOTICE_EVENTS;

export const ALL_EVENTS = Object.keys(NOTICE_EVENTS) as readonly NoticeEvent[];

/** What a receiver that names no events gets. */
export const URGENT_EVENTS = ALL_EVENTS.filter((event) => NOTICE_EVENTS[event].wantsSomebody);

/** What a notice is about. Empty lists: nothing of that sort. */
export interface NoticeAbout {
  /** The id of the grant; `null` when it is about none, or about several. */
  readonly grant: string | null;
  readonly subject: string | null;
  readonly entitlements: readonly string[];
  readonly targets: readonly string[];
  /** Rules of the policy that the request was decided by. */
  readonly rules: readonly string[];
  readonly pullRequest: number | null;
}

/** Something that happened or stands, said once. Plain JSON; no secrets and no free text of the people involved. */
export interface Notice extends NoticeAbout {
  readonly event: NoticeEvent;
  readonly severity: Severity;
  /** Unique for ever: a receiver that has seen it need not look again. */
  readonly key: string;
  /** The same for notices that say the same again, such as each hour that an end is overdue. */
  readonly thread: string;
  /** One line of plain text. */
  readonly title: string;
  readonly markdown: string;
  readonly at: Instant;
  /** Where to look and act; `null` when there is no such page. */
  readonly link: string | null;
}

/** A notice before anybody knows where its page is. */
export type UnlinkedNotice = Omit<Notice, 'link' | 'severity'>;

/** Which notices a receiver gets. Lists that are absent let everything through. */
export interface NoticeFilter {
  readonly events: readonly NoticeEvent[];
  /** Ids or prefixes with a trailing `*`. */
  readonly entitlements?: readonly string[];
  readonly targets?: readonly string[];
  readonly rules?: readonly string[];
}

/**
 * Whether a receiver wants a notice. Only what a notice names is held against a filter: a violation is about no entitlement, and an
 * alarm that nobody hears is worse than one too many.
 */
export function wantsNotice(filter: NoticeFilter, notice: UnlinkedNotice): boolean {
  if (!filter.events.includes(notice.event)) return false;
  const { entitlements, targets, rules } = filter;
  return (
    touches(notice.entitlements, entitlements, patternNames) &&
    touches(notice.targets, targets, isSame) &&
    touches(notice.rules, rules, isSame)
  );
}

function touches(
  named: readonly string[],
  wanted: readonly string[] | undefined,
  matches: (wanted: string, named: string) => boolean,
): boolean {
  if (wanted === undefined || named.length === 0) return true;
  return named.some((one) => wanted.some((pattern) => matches(pattern, one)));
}

const isSame = (a: string, b: string): boolean => a === b;

/** Whether a value that was stored is a notice. */
export function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const field = value as Readonly<Record<string, unknown>>;
  const texts = ['severity', 'key', 'thread', 'title', 'markdown', 'at'];
  const lists = ['entitlements', 'targets', 'rules'];
  const { event, pullRequest } = field;
  return (
    typeof event === 'string' &&
    Object.hasOwn(NOTICE_EVENTS, event) &&
    texts.every((name) => typeof field[name] === 'string') &&
    ['grant', 'subject', 'link'].every((name) => field[name] === null || typeof field[name] === 'string') &&
    lists.every((name) => isTextList(field[name])) &&
    (pullRequest === null || Number.isSafeInteger(pullRequest))
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
