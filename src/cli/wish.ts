import type { Wish } from '../app/asking/draft-request.js';
import { type Login, parseLogin } from '../core/identity.js';
import type { Control } from '../core/policy/evidence.js';
import { type Policy, patternNames } from '../core/policy/policy.js';
import { parseDuration } from '../core/time.js';
import { entitlementChoices } from '../views/entitlement-choice.js';
import { Unable } from './exit.js';
import type { Prompts } from './prompts.js';

/** What was said on the command line. */
export interface WishOptions {
  readonly subject?: string;
  readonly duration?: string;
  readonly justification?: string;
  readonly ticket?: string;
  readonly start?: string;
  readonly extends?: string;
  readonly breakGlass?: true;
  readonly name?: string;
}

interface Asked {
  readonly options: WishOptions;
  readonly entitlements: readonly string[];
  /** Who asks; absent where nobody is known, and then a subject has to be named. */
  readonly login?: Login;
  readonly control: Control;
  readonly prompts?: Prompts;
}

/** What somebody asks for: from flags, and from questions for what they leave open. */
export async function wishFor(asked: Asked): Promise<Wish> {
  const { options, control, prompts } = asked;
  const subject = subjectOf(asked);
  const entitlements =
    asked.entitlements.length > 0 ? asked.entitlements : await chosen(control, subject, prompts);
  const duration =
    options.duration ??
    (await prompts?.text({
      message: 'For how long? 30m, 2h or 1d; counted from the merge',
      initial: '1h',
      wrong: (answer) =>
        parseDuration(answer) === undefined ? 'Give minutes, hours or days: 30m, 2h, 1d.' : undefined,
    }));
  const justification =
    options.justification ??
    (await prompts?.text({
      message: 'What for? Approvers read this',
      wrong: (answer) => (answer.trim() === '' ? 'Say what you need it for.' : undefined),
    }));
  if (duration === undefined) throw missing('--duration', 'Say for how long, such as --duration 1h.');
  if (justification === undefined) throw missing('--justification', 'Say what you need it for.');
  const ticket = options.ticket ?? (await askedTicket(control.policy, entitlements, prompts));
  const { start, extends: prolonged, breakGlass, name } = options;
  return {
    subject,
    entitlements,
    duration,
    justification,
    ...(ticket === undefined ? {} : { ticket }),
    ...(start === undefined ? {} : { start }),
    ...(prolonged === undefined ? {} : { extends: prolonged }),
    ...(breakGlass === undefined ? {} : { breakGlass }),
    ...(name === undefined ? {} : { name }),
  };
}

function missing(flag: string, advice: string): Unable {
  return new Unable(`${flag} is missing`, advice);
}

function subjectOf({ options, login }: Asked): Login {
  const subject = options.subject === undefined ? login : parseLogin(options.subject);
  if (subject !== undefined) return subject;
  if (options.subject !== undefined)
    throw new Unable(
      `${options.subject} is no login`,
      'Give the GitHub login of whoever will hold the access.',
    );
  throw missing('--subject', 'Name the GitHub login of whoever will hold the access.');
}

async function chosen(
  { catalog, policy }: Control,
  login: Login,
  prompts: Prompts | undefined,
): Promise<readonly string[]> {
  if (prompts === undefined)
    throw new Unable('nothing is asked for', 'Name entitlements of the catalog, such as orders-db-readonly.');
  const choices = entitlementChoices([...catalog.entitlements.values()], policy, login);
  if (choices.length === 0)
    throw new Unable(`no rule of the policy gives ${login} anything`, 'Ask who keeps the policy.');
  return prompts.chooseSome({
    message: 'What do you need? Type to search',
    options: choices.map(({ id, title, about }) => ({ value: id, label: `${title} (${id})`, hint: about })),
  });
}

/** Only where a rule about it asks for one. */
async function askedTicket(
  { rules }: Policy,
  entitlements: readonly string[],
  prompts: Prompts | undefined,
): Promise<string | undefined> {
  const wanting = rules.filter(
    ({ ticket, entitlements: patterns }) =>
      ticket !== undefined &&
      entitlements.some((id) => patterns.some((pattern) => patternNames(pattern, id))),
  );
  if (wanting.length === 0 || prompts === undefined) return undefined;
  const pattern = wanting[0]?.ticket?.pattern;
  return prompts.text({
    message: 'Which ticket?',
    wrong: (answer) =>
      answer !== '' && (pattern === undefined || pattern.matches(answer))
        ? undefined
        : `Give a ticket${pattern === undefined ? '' : ` that matches ${pattern.source}`}.`,
  });
}
