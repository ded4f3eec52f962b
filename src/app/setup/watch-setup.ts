import type { Setup } from '../../core/doctor/facts.js';
import { findingKey, type SetupFinding } from '../../core/doctor/finding.js';
import type { Log } from '../../ports/log.js';
import type { Note } from '../../ports/note.js';
import { inspectSetup } from './doctor.js';
import type { SetupDeps } from './gather-setup.js';

export interface WatchDeps extends SetupDeps {
  /** Keys of the findings of last time. */
  readonly lastFindings: Note;
  readonly log: Log;
}

/** What is otherwise than last time. */
export interface SetupChange {
  /** There was no last time: everything appears, and nothing has changed. */
  readonly isFirst: boolean;
  readonly appeared: readonly SetupFinding[];
  /** Keys of findings that are gone. */
  readonly gone: readonly string[];
}

/**
 * Somebody may loosen a rule of a branch long after the server was set up (T056): looks again, and says what is new since the last time.
 * What was known is not said each day. Nothing is pushed for it.
 */
export async function watchSetup(deps: WatchDeps, setup: Setup): Promise<SetupChange> {
  const findings = await inspectSetup(deps, setup, { canary: false });
  const last = await deps.lastFindings.read();
  const before = keysIn(last);
  const now = new Set(findings.map(findingKey));
  const appeared = findings.filter((finding) => !before.has(findingKey(finding)));
  const gone = [...before].filter((key) => !now.has(key));
  for (const { code, severity, about, message, fix } of appeared) {
    deps.log[severity === 'notice' ? 'info' : 'warn']('setup finding', {
      code,
      severity,
      about,
      message,
      fix,
    });
  }
  for (const key of gone) deps.log.info('setup finding gone', { key });
  if (appeared.length + gone.length > 0) await deps.lastFindings.write(`${JSON.stringify([...now])}\n`);
  return { isFirst: last === undefined, appeared, gone };
}

/** A note that cannot be read knows nothing, so everything is said again. */
function keysIn(text: string | undefined): ReadonlySet<string> {
  try {
    const keys: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}
