import { mayAsk, propose } from './asking.js';
import { type Commands, pick } from './command.js';
import { LOGINS } from './documents.js';
import { land, type Request, verdictOn } from './model.js';
import { approved, documentOf, newRequest, open, pathOf, running, wish } from './requests.js';
import { allApprove } from './reviewing.js';
import { askEnd, type Stage } from './stage.js';

async function merge(stage: Stage, request: Request, by: string, method: 'merge' | 'squash' | 'rebase') {
  await stage.scenario.world.github.as(by).merge(request.pull, { method, bypass: by === 'root' });
  land(stage.model, request, stage.now());
  // Each commit lands by itself, and the first need not be what was approved.
  if (method === 'rebase' && request.commits > 1) request.blurred = true;
  await stage.rest();
  return `${by} lands ${request.branch} by ${method}`;
}

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** What lands, and how its end is asked for. */
export const LANDING: Commands = {
  'a request goes all the way': {
    weight: 8,
    check: mayAsk,
    async run(stage, picks) {
      const story = [await propose(stage, wish(picks))];
      const request = stage.model.requests.at(-1);
      if (request === undefined || request.mergedAt !== undefined) return story.join('; ');
      stage.advance(5);
      story.push(await allApprove(stage, request));
      if (verdictOn(stage.model, request, stage.now()) !== 'yes') return story.join('; ');
      stage.advance(5);
      story.push(await merge(stage, request, request.requester, pick(METHODS, picks[2])));
      return story.join('; ');
    },
  },
  'merge what is approved': {
    weight: 18,
    check: (stage) => approved(stage).length > 0,
    run(stage, [a, b, c]) {
      const request = pick(approved(stage), a);
      return merge(stage, request, pick([request.requester, 'root'], b), pick(METHODS, c));
    },
  },
  'merge anything': {
    weight: 3,
    check: ({ model }) => open(model).length > 0,
    run: (stage, [a, b, c]) =>
      merge(stage, pick(open(stage.model), a), pick(['root', ...LOGINS], b), pick(METHODS, c)),
  },
  'push to main': {
    weight: 2,
    async run(stage, picks) {
      const request = newRequest(stage, wish(picks));
      request.stray = true;
      request.mergedAt = stage.now();
      await stage.scenario.world.github.as('root').push('main', { [pathOf(request)]: documentOf(request) });
      await stage.rest();
      return `root pushes ${request.branch} to main`;
    },
  },
  'remove by a pull request': {
    weight: 2,
    check: (stage) => running(stage).length > 0,
    async run(stage, [a, b]) {
      const request = pick(running(stage), a);
      const actor = stage.scenario.world.github.as(pick(LOGINS, b));
      await actor.push(`remove-${request.branch}`, { [pathOf(request)]: null });
      await actor.merge(await actor.openPullRequest({ head: `remove-${request.branch}` }));
      askEnd(stage, request);
      await stage.rest(request.heardAt !== undefined);
      return `${actor.login} removes ${request.branch}`;
    },
  },
  'remove by a push': {
    weight: 1,
    check: (stage) => running(stage).length > 0,
    async run(stage, [a]) {
      const request = pick(running(stage), a);
      await stage.scenario.world.github.as('root').push('main', { [pathOf(request)]: null });
      askEnd(stage, request);
      await stage.rest(request.heardAt !== undefined);
      return `root removes ${request.branch} by a push`;
    },
  },
  'revoke by a comment': {
    weight: 3,
    check: (stage) => running(stage).length > 0,
    async run(stage, [a, b]) {
      const request = pick(running(stage), a);
      const may = [request.subject, request.requester, ...(stage.model.teams.get('security') ?? [])];
      const by = pick(may, b);
      await stage.scenario.world.github.as(by).comment(request.pull, '/hallpass revoke');
      askEnd(stage, request);
      await stage.rest(request.heardAt !== undefined);
      return `${by} revokes ${request.branch}`;
    },
  },
  'a stranger says revoke': {
    weight: 1,
    check: (stage) => running(stage).length > 0,
    async run(stage, [a]) {
      const request = pick(running(stage), a);
      await stage.scenario.world.github.as('root').comment(request.pull, '/hallpass revoke');
      await stage.rest();
      return `root, who may not, says revoke on ${request.branch}`;
    },
  },
};
