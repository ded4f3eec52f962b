import { addSeconds, type Instant } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';

/** A directory that may answer what was so a while ago. For what only shows; what grants asks anew. */
export interface RememberedDirectory extends Directory {
  /** Somebody joined or left: whatever is asked next is asked anew. */
  forget(): void;
}

/** Where the webhook that says so is lost, a change of a team shows this much later at most. */
export const PEOPLE_SECONDS = 300;
/** Who asks after so long is answered from memory, and what will be asked for next is read meanwhile: nobody waits for it then. */
const RENEW_SECONDS = 240;
/** Teams are few, and so are the people who ask within a few minutes. */
const MOST_REMEMBERED = 5_000;

export function rememberPeople(directory: Directory, clock: Clock): RememberedDirectory {
  const team = remembering(directory.team, clock);
  const account = remembering(directory.account, clock);
  return {
    team: team.ask,
    account: account.ask,
    forget() {
      team.forget();
      account.forget();
    },
  };
}

interface Remembered<Answer> {
  readonly answer: Promise<Answer>;
  readonly at: Instant;
  isRenewed: boolean;
}

function remembering<Answer>(ask: (name: string) => Promise<Answer>, clock: Clock) {
  let answers = new Map<string, Remembered<Answer>>();
  const isWithin = ({ at }: Remembered<Answer>, seconds: number): boolean => {
    const now = clock.now();
    // What lies ahead was asked while the clock was fast (T089).
    return at <= now && now < addSeconds(at, seconds);
  };
  const asked = (name: string): Remembered<Answer> => ({
    answer: ask(name),
    at: clock.now(),
    isRenewed: false,
  });
  const renew = async (name: string, known: Remembered<Answer>): Promise<void> => {
    known.isRenewed = true;
    const next = asked(name);
    try {
      await next.answer;
      // Unless all was forgotten meanwhile: this may have been asked before somebody left.
      if (answers.get(name) === known) answers.set(name, next);
    } catch {
      // What is known is good until its time is over, and then it is asked anew.
    }
  };
  return {
    ask(name: string): Promise<Answer> {
      const known = answers.get(name);
      if (known !== undefined && isWithin(known, PEOPLE_SECONDS)) {
        if (!known.isRenewed && !isWithin(known, RENEW_SECONDS)) void renew(name, known);
        return known.answer;
      }
      if (answers.size >= MOST_REMEMBERED) answers = new Map();
      const next = asked(name);
      answers.set(name, next);
      // "Could not" is no answer to remember.
      next.answer.catch(() => {
        if (answers.get(name) === next) answers.delete(name);
      });
      return next.answer;
    },
    forget() {
      answers = new Map();
    },
  };
}
