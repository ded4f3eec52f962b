import { type RuleCheck, satisfied, unsatisfied } from './check.js';

export const ticket: RuleCheck = {
  about: 'rule',
  code: 'ticket',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.ticket !== undefined,
  judge({ rule }, { request }) {
    const pattern = rule.ticket?.pattern;
    const form = pattern === undefined ? '' : ` of the form ${pattern.source}`;
    if (request.ticket === undefined) {
      return unsatisfied(
        `Rule ${rule.name} asks for a ticket, and the request names none.`,
        `Name a ticket${form} in a new request.`,
      );
    }
    if (pattern === undefined || pattern.matches(request.ticket))
      return satisfied(`The ticket is ${request.ticket}.`);
    return unsatisfied(
      `${request.ticket} is not a ticket of the form rule ${rule.name} asks for.`,
      `Name a ticket${form} in a new request.`,
    );
  },
};

export const justification: RuleCheck = {
  about: 'rule',
  code: 'justification',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.justification !== undefined,
  judge({ rule }, { request }) {
    const pattern = rule.justification?.pattern;
    if (pattern?.matches(request.justification))
      return satisfied('The justification has the form that is asked for.');
    return unsatisfied(
      `The justification does not have the form rule ${rule.name} asks for.`,
      `Write a justification of the form ${pattern?.source} in a new request.`,
    );
  },
};
