import { sameLogin } from '../../identity.js';
import { personOf } from '../../people.js';
import { isNobody } from '../membership.js';
import { listed } from '../wording.js';
import { type EntitlementCheck, errored, type RequestCheck, satisfied, unsatisfied } from './check.js';

const MEND_PEOPLE = 'Mend the id in people.yaml once it is clear whose account this is.';

/** Who asks: a person GitHub knows, and the one people.yaml means by that login (T030, T043). */
export const requester: RequestCheck = {
  about: 'request',
  code: 'requester',
  otherwise: 'denied',
  concerns: () => true,
  judge({ evidence, control }) {
    const account = evidence.requester;
    if (account === null) {
      return unsatisfied(
        'The account that opened this pull request is gone.',
        'Let somebody else open a new request.',
      );
    }
    if (evidence.requesterType !== 'User') {
      return unsatisfied(
        `${account.login} is not a person.`,
        'Open the pull request yourself: what a bot opens could hide who asks.',
      );
    }
    if (!isNobody(control.people, account)) return satisfied(`${account.login} asks.`);
    const listedId = personOf(control.people, account.login)?.id;
    const message = `people.yaml lists ${account.login} with id ${listedId}, and this account has id ${account.id}.`;
    return unsatisfied(message, MEND_PEOPLE);
  },
};

/** Who would hold the access: an account that exists, and the one people.yaml means. */
export const subject: RequestCheck = {
  about: 'request',
  code: 'subject',
  otherwise: 'denied',
  concerns: () => true,
  judge({ request, evidence, control }) {
    const account = evidence.subject;
    if (account === null) {
      return unsatisfied(
        `GitHub has no account ${request.subject}.`,
        'Name the login of the person who needs the access.',
      );
    }
    if (!sameLogin(account.login, request.subject)) {
      return errored(
        `The account found for ${request.subject} is ${account.login}.`,
        'Check the request again.',
      );
    }
    if (!isNobody(control.people, account)) return satisfied(`${account.login} would hold the access.`);
    const listedId = personOf(control.people, account.login)?.id;
    const message = `people.yaml lists ${account.login} with id ${listedId}, and that account has id ${account.id}.`;
    return unsatisfied(message, MEND_PEOPLE);
  },
};

/** A name on the target, where the target has names of its own. */
export const identity: EntitlementCheck = {
  about: 'entitlement',
  code: 'identity',
  otherwise: 'denied',
  concerns: ({ entitlement }) => entitlement?.target.abilities.identity === 'mapped',
  judge({ entitlement }, { control, request }) {
    const target = entitlement?.target.id ?? '';
    const name = personOf(control.people, request.subject)?.identities.get(target);
    if (name !== undefined) return satisfied(`${request.subject} is ${name} on ${target}.`);
    return unsatisfied(
      `people.yaml does not say who ${request.subject} is on ${target}.`,
      `Add an identity for ${target} to ${request.subject} in people.yaml.`,
    );
  },
};

/** Reviews after break-glass that nobody gave in time: until they are given, nothing new is granted. */
export const owedReview: RequestCheck = {
  about: 'request',
  code: 'owed_review',
  otherwise: 'denied',
  concerns: ({ evidence }) => evidence.owedReviews.length > 0,
  judge({ request, evidence: { owedReviews, requester, now } }) {
    const logins = [request.subject, ...(requester === null ? [] : [requester.login])];
    const mine = owedReviews.filter((owed) => logins.some((login) => sameLogin(login, owed.subject)));
    // Written so that a due date that is no date counts as past.
    const overdue = mine.filter(({ due }) => !(due > now));
    if (overdue.length === 0) return satisfied('No review after a break-glass is overdue.');
    const ids = listed([...new Set(overdue.map(({ id }) => id))].sort());
    const owners = listed([...new Set(overdue.map(({ subject }) => subject))].sort());
    return unsatisfied(
      `The review of break-glass ${ids} by ${owners} is overdue.`,
      'Let a reviewer record that review; then check this request again.',
    );
  },
};
