import { createHash } from 'node:crypto';
import { addSeconds, type Instant } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { SignIn } from '../../ports/sign-in.js';

/** Who may read the access repository, as the review host says with their own token. */
export interface Readers {
  /** @throws Retry when the review host does not say; then nothing is shown. */
  mayRead(token: string): Promise<boolean>;
  /** The next answer is the review host's, not a remembered one. */
  forget(token: string): void;
}

/** Seconds an answer counts: so long somebody who was removed still sees pages. */
const REMEMBERED = 60;
const MOST_REMEMBERED = 1_000;

interface Known {
  readonly until: Instant;
  readonly answer: Promise<boolean>;
}

/** Many pages asked for at once are one question. What could not be answered is asked again. */
export function createReaders(signIn: Pick<SignIn, 'mayRead'>, clock: Clock): Readers {
  const known = new Map<string, Known>();
  const ask = (name: string, token: string, now: Instant): Promise<boolean> => {
    const answer = signIn.mayRead(token);
    answer.catch(() => known.delete(name));
    known.delete(name);
    known.set(name, { until: addSeconds(now, REMEMBERED), answer });
    const [oldest] = known.keys();
    if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    return answer;
  };
  return {
    mayRead(token) {
      const now = clock.now();
      const name = nameOf(token);
      const last = known.get(name);
      // A clock that was set back must not make an answer last.
      const counts = last !== undefined && now < last.until && addSeconds(now, REMEMBERED) >= last.until;
      return counts ? last.answer : ask(name, token, now);
    },
    forget: (token) => void known.delete(nameOf(token)),
  };
}

/** Tokens themselves are not kept. */
const nameOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
