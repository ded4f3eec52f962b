import type { Hub } from '../hub.js';
import { pullNumbered } from '../pulls/find.js';
import { isPullRequest, type Review, type Sha } from '../state.js';

/** What befalls pull requests without anybody doing it. */
export interface ReviewKnobs {
  /** GitHub moves a review to another commit, as reported after rebases: same id, same time (T033). */
  rebind(review: number, sha: Sha | null): void;
  /** The fork that has the head of a pull request is deleted: `head.repo` is `null`. */
  deleteFork(pull: number): void;
}

export function reviewKnobs(hub: Hub): ReviewKnobs {
  return {
    rebind(id, sha) {
      reviewWithId(hub, id).commitId = sha;
    },
    deleteFork(number) {
      pullNumbered(hub, number).headRepositoryDeleted = true;
    },
  };
}

function reviewWithId(hub: Hub, id: number): Review {
  const pulls = [...hub.state.issues.values()].filter(isPullRequest);
  const review = pulls.flatMap((pull) => pull.reviews).find((each) => each.id === id);
  if (review === undefined) throw new Error(`there is no review ${id}`);
  return review;
}
