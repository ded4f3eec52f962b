import { liveGrantsOf } from '../live.js';
import type { Situation } from '../situation.js';
import { listed } from '../wording.js';
import { type RequestCheck, satisfied, unsatisfied } from './check.js';

/** Sets of which something is asked for. */
function setsConcerned({ control, request }: Situation): readonly (readonly string[])[] {
  return control.policy.conflicts.filter((set) => set.some((id) => request.entitlements.includes(id)));
}

/** Separation of duties: of some sets nobody holds two at once, whether asked for together or held already. */
export const conflicts: RequestCheck = {
  about: 'request',
  code: 'conflicts',
  otherwise: 'denied',
  concerns: (situation) => setsConcerned(situation).length > 0,
  judge(situation) {
    const { request } = situation;
    const held = liveGrantsOf(situation).flatMap(({ entitlements }) => entitlements);
    const together = setsConcerned(situation)
      .map((set) => [...new Set(set)].filter((id) => request.entitlements.includes(id) || held.includes(id)))
      .filter((ids) => ids.length > 1);
    const [first] = together;
    if (first === undefined) return satisfied('Nothing asked for conflicts with anything else.');
    const already = first.filter((id) => !request.entitlements.includes(id));
    return unsatisfied(
      `${listed(first)} must not be held by one person at once.`,
      already.length > 0
        ? `Wait until ${listed(already)} has ended for ${request.subject}.`
        : 'Ask for one of them only.',
    );
  },
};
