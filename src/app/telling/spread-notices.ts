import {
  NOTICE_EVENTS,
  type Notice,
  type NoticeFilter,
  type UnlinkedNotice,
  wantsNotice,
} from '../../core/notice.js';
import { isFault, Retry } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { NoticeMemory, Notices, Notifier, Remembered } from '../../ports/notifier.js';
import type { Timer } from '../../ports/timer.js';

/** A receiver, and what it wants to hear. */
export interface Route {
  /** Unique and lasting: what was delivered is remembered under it. */
  readonly name: string;
  readonly filter: NoticeFilter;
  readonly notifier: Notifier;
}

export interface SpreadDeps {
  readonly routes: readonly Route[];
  readonly remembered: Remembered;
  readonly memory: Pick<NoticeMemory, 'save'>;
  readonly timer: Timer;
  readonly log: Log;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
  readonly linkOf: (pullRequest: number) => string;
}

/** What became of the notices of one receiver. */
export interface NoticeCounts {
  sent: number;
  /** Given up. */
  failed: number;
  /** Pushed out by newer ones while the receiver was away. */
  dropped: number;
}

export interface SpreadNotices extends Notices {
  counts(): ReadonlyMap<string, Readonly<NoticeCounts>>;
  /** Resolves when nothing is on its way but what waits to be tried again. */
  idle(): Promise<void>;
  /** Takes nothing more and lets what is on its way arrive, but not for ever. */
  close(): Promise<void>;
}

const MOST_PENDING = 200;
const MOST_REMEMBERED = 2_000;
/** 5, 10, 20 … 300 seconds apart: a receiver may be away for some 20 minutes. */
const MOST_TRIES = 10;
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 300;
/** Longer than this nobody waits for a receiver that says when to come again. */
const LONGEST_ASKED_SECONDS = 3_600;
const CLOSING_SECONDS = 10;

interface Pending {
  readonly notice: Notice;
  tries: number;
  /** Whether a timer brings it back. */
  waits: boolean;
}

interface Outbox extends Route {
  readonly delivered: Set<string>;
  readonly counts: NoticeCounts;
  pending: Pending[];
  sending: Pending | undefined;
  running: Promise<void> | undefined;
}

/**
 * Gives every notice to everybody who wants it. Each receiver has an outbox of its own, so one that is away delays nobody else, and one
 * notice that is refused does not hold up the next. At least once; twice only when the process dies between an answer and noting it.
 */
export function createNotices(deps: SpreadDeps): SpreadNotices {
  const outboxes = deps.routes.map((route) => outboxOf(route, deps.remembered));
  let isOpen = true;
  let isStopped = false;

  const remember = (): void =>
    deps.memory.save({
      delivered: byName(outboxes, ({ delivered }) => [...delivered]),
      pending: byName(outboxes, ({ pending }) => pending.map(({ notice }) => notice)),
    });

  const pump = (outbox: Outbox): void => {
    outbox.running ??= drain(outbox);
  };

  const drain = async (outbox: Outbox): Promise<void> => {
    // Nothing is sent in the middle of what tells it.
    await Promise.resolve();
    for (;;) {
      const next = isStopped ? undefined : outbox.pending.find(({ waits }) => !waits);
      if (next === undefined) {
        outbox.running = undefined;
        return;
      }
      outbox.sending = next;
      const wait = await attempt(deps, outbox, next);
      outbox.sending = undefined;
      if (wait === undefined) settle(outbox, next);
      else {
        next.waits = true;
        deps.timer.after(wait, () => {
          next.waits = false;
          pump(outbox);
        });
      }
      remember();
    }
  };

  for (const outbox of outboxes) if (outbox.pending.length > 0) pump(outbox);

  const idle = async (): Promise<void> => {
    for (let busy = running(outboxes); busy.length > 0; busy = running(outboxes)) await Promise.all(busy);
  };
  return {
    tell(unlinked) {
      if (!isOpen) return;
      const key = deps.clean(unlinked.key);
      let notice: Notice | undefined;
      for (const outbox of outboxes) {
        if (!wantsNotice(outbox.filter, unlinked) || isKnown(outbox, key)) continue;
        notice ??= finished(unlinked, deps);
        outbox.pending.push({ notice, tries: 0, waits: false });
        dropOldest(deps, outbox);
        pump(outbox);
      }
      if (notice !== undefined) remember();
    },
    counts: () => new Map(outboxes.map(({ name, counts }) => [name, counts])),
    idle,
    async close() {
      isOpen = false;
      await Promise.race([
        idle(),
        new Promise<void>((resolve) => deps.timer.after(CLOSING_SECONDS, resolve)),
      ]);
      isStopped = true;
    },
  };
}

function outboxOf(route: Route, { delivered, pending }: Remembered): Outbox {
  const own = <T>(of: Readonly<Record<string, readonly T[]>>): readonly T[] =>
    Object.hasOwn(of, route.name) ? (of[route.name] ?? []) : [];
  return {
    ...route,
    delivered: new Set(own(delivered)),
    pending: own(pending).map((notice) => ({ notice, tries: 0, waits: false })),
    counts: { sent: 0, failed: 0, dropped: 0 },
    sending: undefined,
    running: undefined,
  };
}

function byName<T>(outboxes: readonly Outbox[], of: (outbox: Outbox) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(outboxes.map((outbox) => [outbox.name, of(outbox)]));
}

const running = (outboxes: readonly Outbox[]): Promise<void>[] =>
  outboxes.flatMap(({ running }) => (running === undefined ? [] : [running]));

const isKnown = (outbox: Outbox, key: string): boolean =>
  outbox.delivered.has(key) || outbox.pending.some(({ notice }) => notice.key === key);

/** As it may leave: with its page, and without secrets wherever they might have got in. */
function finished(unlinked: UnlinkedNotice, { clean, linkOf }: SpreadDeps): Notice {
  const { event, key, thread, title, markdown, grant, subject, pullRequest } = unlinked;
  return {
    ...unlinked,
    key: clean(key),
    thread: clean(thread),
    title: clean(title),
    markdown: clean(markdown),
    grant: grant === null ? null : clean(grant),
    subject: subject === null ? null : clean(subject),
    entitlements: unlinked.entitlements.map(clean),
    targets: unlinked.targets.map(clean),
    rules: unlinked.rules.map(clean),
    severity: NOTICE_EVENTS[event].severity,
    link: pullRequest === null ? null : linkOf(pullRequest),
  };
}

function dropOldest({ log }: SpreadDeps, outbox: Outbox): void {
  if (outbox.pending.length <= MOST_PENDING) return;
  const oldest = outbox.pending.findIndex((one) => one !== outbox.sending);
  outbox.pending.splice(oldest, 1);
  outbox.counts.dropped += 1;
  // Of what may come by the thousand, fewer and fewer lines.
  if (Number.isInteger(Math.log2(outbox.counts.dropped)))
    log.warn('notices dropped', { to: outbox.name, count: outbox.counts.dropped });
}

/** @returns the seconds to wait before another try; `undefined` when it is done, whether it went well or not. */
async function attempt({ log }: SpreadDeps, outbox: Outbox, pending: Pending): Promise<number | undefined> {
  const { notice } = pending;
  pending.tries += 1;
  try {
    await outbox.notifier.deliver(notice);
    outbox.counts.sent += 1;
    return undefined;
  } catch (error) {
    if (error instanceof Retry && pending.tries < MOST_TRIES) return waitAfter(pending.tries, error.after);
    outbox.counts.failed += 1;
    const { event, key } = notice;
    const [level, code] = isFault(error)
      ? (['warn', error.code] as const)
      : (['error', 'unexpected'] as const);
    log[level]('notice not given', { to: outbox.name, event, key, code, tries: pending.tries });
    return undefined;
  }
}

function waitAfter(tries: number, asked: number): number {
  const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (tries - 1), LONGEST_WAIT_SECONDS);
  return asked > 0 ? Math.max(wait, Math.min(asked, LONGEST_ASKED_SECONDS)) : wait;
}

/** What was given up is not begun again by the next pass; what says so again every hour has another key. */
function settle(outbox: Outbox, done: Pending): void {
  outbox.pending = outbox.pending.filter((one) => one !== done);
  outbox.delivered.add(done.notice.key);
  for (const key of outbox.delivered) {
    if (outbox.delivered.size <= MOST_REMEMBERED) break;
    outbox.delivered.delete(key);
  }
}
