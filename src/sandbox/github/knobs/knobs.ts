import type { Hub, Rules } from '../hub.js';
import type { Setup } from '../setup/setup.js';
import { type CheckKnobs, checkKnobs } from './checks.js';
import { type PeopleKnobs, peopleKnobs } from './people.js';
import { type ReviewKnobs, reviewKnobs } from './reviews.js';
import { type TeamKnobs, teamKnobs } from './teams.js';

/** What no person could do over the API, or what happens outside the repository. */
export interface Knobs extends ReviewKnobs, PeopleKnobs, TeamKnobs, CheckKnobs {
  /** Branch rules, to be lifted and set again. */
  readonly rules: Rules;
  /** How the App and its repository are set up in the browser. */
  readonly setup: Setup;
}

export const knobsOf = (hub: Hub): Knobs => ({
  ...reviewKnobs(hub),
  ...peopleKnobs(hub),
  ...teamKnobs(hub),
  ...checkKnobs(hub),
  rules: hub.rules,
  setup: hub.setup,
});
