import { type Commands, pick } from './command.js';
import { HOUR, LOGINS } from './documents.js';
import type { Request } from './model.js';
import {
  documentOf,
  instant,
  MINUTE,
  newRequest,
  open,
  pathOf,
  running,
  type Wish,
  wish,
} from './requests.js';
import type { Stage } from './stage.js';

export async function propose(stage: Stage, wish: Wish): Promise<string> {
  const request = newRequest(stage, wish);
  const actor = stage.scenario.world.github.as(request.requester);
  request.head = await actor.push(request.branch, { [pathOf(request)]: documentOf(request) });
  request.pull = await actor.openPullRequest({ head: request.branch });
  await stage.rest();
  const more = [
    request.breakGlass ? 'break-glass' : '',
    request.start ? `from ${instant(request.start)}` : '',
  ];
  const what = `${request.entitlements.join('+')} for ${request.subject}, ${request.seconds / MINUTE} min`;
  return `${request.requester} asks by ${request.branch} for ${what} ${more.join(' ')}`.trim();
}

/** Another head: everything that was approved before is void. */
async function pushAgain(
  stage: Stage,
  { request, by, force }: { request: Request; by: string; force: boolean },
) {
  request.seconds = request.seconds === HOUR ? HOUR / 2 : HOUR;
  request.pushers.add(by);
  request.commits = force ? 1 : request.commits + 1;
  request.head = await stage.scenario.world.github
    .as(by)
    .push(request.branch, { [pathOf(request)]: documentOf(request) }, { force });
  request.headAt = stage.now();
  request.seenAt = undefined;
  await stage.rest();
  return `${by} ${force ? 'forces' : 'pushes'} ${request.branch} to ${request.seconds / MINUTE} min`;
}

/** Every sweep looks at all that are open. */
const MOST_OPEN = 5;
export const mayAsk = ({ model }: Stage): boolean => open(model).length < MOST_OPEN;

/** Who asks, and thinks better of it. */
export const ASKING: Commands = {
  ask: { weight: 9, check: mayAsk, run: (stage, picks) => propose(stage, wish(picks)) },
  'ask for later': {
    weight: 3,
    check: mayAsk,
    run: (stage, picks) =>
      propose(stage, {
        ...wish(picks),
        start: stage.now() + pick([HOUR / 2, HOUR, 2 * HOUR], picks[0] >> 8),
      }),
  },
  'ask to extend': {
    weight: 3,
    check: (stage) => mayAsk(stage) && running(stage).length > 0,
    run(stage, picks) {
      const base = pick(running(stage), picks[0]);
      const { subject, entitlements } = base;
      return propose(stage, { ...wish(picks), subject, entitlements, extends: base });
    },
  },
  'break the glass': {
    weight: 3,
    check: mayAsk,
    async run(stage, picks) {
      const entitlements = [pick(['db-read', 'ci-deploy', 'ci-deploy', 'ci-logs'], picks[1])];
      return propose(stage, {
        ...wish(picks),
        entitlements,
        seconds: pick([HOUR / 2, HOUR, 2 * HOUR], picks[2]),
        breakGlass: true,
      });
    },
  },
  push: {
    weight: 2,
    check: ({ model }) => open(model).length > 0,
    run: (stage, [a, b]) => {
      const request = pick(open(stage.model), a);
      return pushAgain(stage, { request, by: pick([request.requester, ...LOGINS], b), force: false });
    },
  },
  'force-push': {
    weight: 2,
    check: ({ model }) => open(model).length > 0,
    run: (stage, [a, b]) => {
      const request = pick(open(stage.model), a);
      return pushAgain(stage, { request, by: pick([request.requester, ...LOGINS], b), force: true });
    },
  },
  close: {
    weight: 2,
    check: ({ model }) => open(model).length > 0,
    async run(stage, [a]) {
      const request = pick(open(stage.model), a);
      await stage.scenario.world.github.as(request.requester).close(request.pull);
      request.closed = true;
      await stage.rest();
      return `${request.requester} closes ${request.branch}`;
    },
  },
};
