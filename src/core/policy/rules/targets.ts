import { nearestOf } from '../../nearest.js';
import { durationSeconds } from '../../time.js';
import { type EntitlementCheck, type RequestCheck, satisfied, unsatisfied } from './check.js';

/** A request for nothing is no request: were it let through, every check that is made per entitlement would be made of none. */
export const something: RequestCheck = {
  about: 'request',
  code: 'something',
  otherwise: 'invalid',
  concerns: ({ asked }) => !(asked.length > 0),
  judge: () => unsatisfied('The request asks for nothing.', 'Name at least one entitlement of the catalog.'),
};

/** What is asked for has to be in the catalog, by its own key (T010, T065). */
export const entitlement: EntitlementCheck = {
  about: 'entitlement',
  code: 'entitlement',
  otherwise: 'invalid',
  concerns: () => true,
  judge({ id, entitlement: known }, { control }) {
    if (known !== undefined) return satisfied(`${id} is: ${known.title}.`);
    const near = nearestOf(id, control.catalog.entitlements.keys());
    const meant = near === undefined ? '' : ` Did you mean ${near}?`;
    return unsatisfied(
      `The catalog has no entitlement ${id}.`,
      `Ask for an id that the catalog lists.${meant}`,
    );
  },
};

/** The longest a grant of the tier may last. Written so that a length that is no number is too long. */
export const tierDuration: EntitlementCheck = {
  about: 'entitlement',
  code: 'tier_duration',
  otherwise: 'denied',
  concerns: ({ entitlement: known }) => known?.tier?.maxDuration !== undefined,
  judge({ id, entitlement: known }, { request }) {
    const { tier } = known ?? {};
    const limit = tier?.maxDuration;
    if (limit !== undefined && durationSeconds(request.duration) <= durationSeconds(limit)) {
      return satisfied(`${request.duration} is within the ${limit} of tier ${tier?.id}.`);
    }
    return unsatisfied(
      `${id} is of tier ${tier?.id}, which allows ${limit} at most; the request asks for ${request.duration}.`,
      `Ask for ${limit} or less in a new request.`,
    );
  },
};

/** Tiers that must not depend on Hallpass alone want targets that end access by themselves. */
export const nativeExpiry: EntitlementCheck = {
  about: 'entitlement',
  code: 'native_expiry',
  otherwise: 'denied',
  concerns: ({ entitlement: known }) => known?.tier?.nativeExpiry === 'required',
  judge({ id, entitlement: known }) {
    const target = known?.target;
    if (target?.abilities.nativeExpiry === 'enforced')
      return satisfied(`${target.id} ends the access by itself.`);
    return unsatisfied(
      `${id} is of a tier whose targets end access by themselves, and ${target?.id} does not.`,
      'Move the entitlement to another tier or to another target in the catalog.',
    );
  },
};
