import { type Instant, parseInstant } from '../core/time.js';
import { Unable } from './exit.js';

/** An instant as people write it; a day alone is its beginning. */
export function instantFrom(option: string, text: string): Instant {
  const instant = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (instant !== undefined) return instant;
  throw new Unable(
    `${option} ${text} is no time`,
    'Write it as 2026-11-22T14:00:00Z, in UTC and whole seconds.',
  );
}
