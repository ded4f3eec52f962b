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

function remembering<Answer>(ask: (name: string) => Promise<Answer>, clock: Clock) {
  let answers = new Map<string, { readonly answer: Promise<Answer>; readonly at: Instant }>();
  const isFresh = (at: Instant): boolean => {
    const now = clock.now();
    // What lies ahead was asked while the clock was fast (T089).
    return at <= now && now < addSeconds(at, PEOPLE_SECONDS);
  };
  return {
    ask(name: string): Promise<Answer> {
      const known = answers.get(name);
      if (known !== undefined && isFresh(known.at)) return known.answer;
      if (answers.size >= MOST_REMEMBERED) answers = new Map();
      const asked = { answer: ask(name), at: clock.now() };
      answers.set(name, asked);
      // "Could not" is no answer to remember.
      asked.answer.catch(() => {
        if (answers.get(name) === asked) answers.delete(name);
      });
      return asked.answer;
    },
    forget() {
      answers = new Map();
    },
  };
}
