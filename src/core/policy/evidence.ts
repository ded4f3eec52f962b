import type { Oid, Review } from '../approval.js';
import type { Catalog } from '../entitlement.js';
import type { Account, Login } from '../identity.js';
import type { People } from '../people.js';
import type { RequestId } from '../request.js';
import type { Instant } from '../time.js';
import type { Policy } from './policy.js';

/** The documents that rule over a decision, always from the base branch (T058). */
export interface Control {
  readonly policy: Policy;
  readonly catalog: Catalog;
  readonly people: People;
}

/** Who is an active member of a team at `now`. A team that does not exist has `id: null` and no members. */
export interface TeamFacts {
  readonly team: string;
  readonly id: number | null;
  readonly members: readonly Account[];
}

/** A grant that has not ended, as far as deciding needs it. */
export interface LiveGrant {
  readonly id: RequestId;
  readonly subject: Login;
  readonly entitlements: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  /** Start of the first grant of the chain this one extends; its own `from` when it extends nothing. */
  readonly chainFrom: Instant;
}

/** A break-glass grant of somebody whose review is still owed. */
export interface OwedReview {
  readonly id: RequestId;
  readonly subject: Login;
  readonly due: Instant;
}

/**
 * The frozen facts one decision is made from, `now` included. Plain JSON, so it goes into the ledger as it is and a past
 * decision can be made again. `null` always means "could not be known", and unknown means no.
 */
export interface Evidence {
  readonly now: Instant;
  readonly pullRequest: { readonly number: number; readonly openedAt: Instant };
  /** The opener of the pull request. `null`: a deleted account. */
  readonly requester: Account | null;
  readonly requesterType: string;
  /** The account behind the subject's login; `null`: there is none. */
  readonly subject: Account | null;
  readonly head: Oid;
  /** Reviews at or before this instant do not count (D12). */
  readonly epoch: Instant | null;
  /** All reviews of all pages, in any order. */
  readonly reviews: readonly Review[];
  /** Authors, committers and co-authors of every commit in base..head over all parents (T028). */
  readonly contributors: readonly Account[] | null;
  /** Why contributors are unknown, for the person who has to mend it. */
  readonly contributorsProblem?: string;
  readonly pushers: readonly Account[] | null;
  readonly teams: readonly TeamFacts[];
  /** Those of `Needs.logins` that have an account. Only used to say who could approve: eligibility asks nobody's word for a name. */
  readonly accounts?: readonly Account[];
  /** Grants that have not ended and belong to the subject, to an approver, or are named by `extends`. */
  readonly live: readonly LiveGrant[];
  /** Open request pull requests of the requester, this one included; `null` when nobody asked or it could not be known. */
  readonly openRequests: number | null;
  /** Seconds the subject held an entitlement in the seven days before `now`: one element for every id of `Needs.held`, zero included. */
  readonly held: readonly { readonly entitlement: string; readonly seconds: number }[] | null;
  readonly owedReviews: readonly OwedReview[];
}

/** Which facts a decision wants. `app` fetches exactly these. */
export interface Needs {
  /** Team slugs whose members matter, sorted, none twice. */
  readonly teams: readonly string[];
  /** Logins whose accounts matter: the subject and the users that approval groups name. Sorted without case, none twice. */
  readonly logins: readonly Login[];
  readonly reviews: boolean;
  readonly openRequests: boolean;
  readonly held: readonly string[];
}
