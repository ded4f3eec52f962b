import { type Commands, pick } from './command.js';
import { LOGINS } from './documents.js';
import type { Model, Request } from './model.js';
import { landed, open, waiting } from './requests.js';
import type { Stage } from './stage.js';

const reviewersOf = (request: Request): readonly string[] =>
  [...LOGINS, 'root'].filter((login) => login !== request.requester);

async function review(
  stage: Stage,
  { request, by, state }: { request: Request; by: string; state: 'approved' | 'changes' },
): Promise<void> {
  const actor = stage.scenario.world.github.as(by);
  const id = await (state === 'approved' ? actor.approve(request.pull) : actor.requestChanges(request.pull));
  request.reviews.push({ id, by, head: request.head, at: stage.now(), state });
}

export async function allApprove(stage: Stage, request: Request): Promise<string> {
  const all = reviewersOf(request).filter((by) => by !== request.subject && by !== 'root');
  for (const by of all) await review(stage, { request, by, state: 'approved' });
  await stage.rest();
  return `${all.join(', ')} approve ${request.branch}`;
}

const dismissible = (model: Model): readonly Request[] =>
  open(model).filter(({ reviews }) => reviews.some(({ state }) => state !== 'dismissed'));

/** Who reviews, in time or afterwards. */
export const REVIEWING: Commands = {
  approve: {
    weight: 9,
    check: ({ model }) => open(model).length > 0,
    async run(stage, [a, b]) {
      const request = pick(open(stage.model), a);
      const by = pick(reviewersOf(request), b);
      await review(stage, { request, by, state: 'approved' });
      await stage.rest();
      return `${by} approves ${request.branch}`;
    },
  },
  'all approve': {
    weight: 9,
    check: (stage) => waiting(stage).length > 0,
    run: (stage, [a]) => allApprove(stage, pick(waiting(stage), a)),
  },
  'request changes': {
    weight: 2,
    check: ({ model }) => open(model).length > 0,
    async run(stage, [a, b]) {
      const request = pick(open(stage.model), a);
      const by = pick(reviewersOf(request), b);
      await review(stage, { request, by, state: 'changes' });
      await stage.rest();
      return `${by} requests changes on ${request.branch}`;
    },
  },
  'comment in a review': {
    weight: 1,
    check: ({ model }) => open(model).length > 0,
    async run(stage, [a, b]) {
      const request = pick(open(stage.model), a);
      const by = pick(reviewersOf(request), b);
      await stage.scenario.world.github.as(by).review(request.pull, 'COMMENT');
      await stage.rest();
      return `${by} only comments on ${request.branch}`;
    },
  },
  dismiss: {
    weight: 2,
    check: ({ model }) => dismissible(model).length > 0,
    async run(stage, [a, b]) {
      const request = pick(dismissible(stage.model), a);
      const set = pick(
        request.reviews.filter(({ state }) => state !== 'dismissed'),
        b,
      );
      await stage.scenario.world.github.as('root').dismiss(request.pull, set.id);
      set.state = 'dismissed';
      await stage.rest();
      return `root dismisses the review of ${set.by} on ${request.branch}`;
    },
  },
  'review after the glass was broken': {
    weight: 2,
    check: ({ model }) => landed(model).some(({ breakGlass }) => breakGlass),
    async run(stage, [a, b]) {
      const request = pick(
        landed(stage.model).filter(({ breakGlass }) => breakGlass),
        a,
      );
      const by = pick(
        ['carol', 'dana'].filter((login) => login !== request.requester),
        b,
      );
      await stage.scenario.world.github.as(by).approve(request.pull);
      await stage.rest();
      return `${by} reviews ${request.branch} afterwards`;
    },
  },
};
