import { type Commands, type Picks, pick } from './command.js';
import { BROKEN_POLICY, HOUR, LOGINS, POLICY } from './documents.js';
import { land, type Model, type Request, verdictOn, windowOf } from './model.js';
import { askEnd, type Stage } from './stage.js';

/** What people do: ask, push, review, merge, remove, revoke. Each changes GitHub by hand and the model by the same fact. */

const MINUTE = 60;
const MONTH = /^\d{4}-\d{2}/;

const open = ({ requests }: Model): readonly Request[] =>
  requests.filter(({ pull, closed, mergedAt }) => pull > 0 && !closed && mergedAt === undefined);
const landed = ({ requests }: Model): readonly Request[] =>
  requests.filter(({ pull, mergedAt }) => pull > 0 && mergedAt !== undefined);
const approved = (stage: Stage): readonly Request[] =>
  open(stage.model).filter((request) => verdictOn(stage.model, request, stage.now()) === 'yes');
const waiting = (stage: Stage): readonly Request[] =>
  open(stage.model).filter((request) => verdictOn(stage.model, request, stage.now()) === 'no');
/** Landed, known to the ledger, and still to end. */
const running = (stage: Stage): readonly Request[] =>
  landed(stage.model).filter((request) => {
    const window = windowOf(request);
    return (
      request.known !== 'nothing' && !request.endAsked && window !== undefined && stage.now() < window.to
    );
  });

const pathOf = (request: Request): string => `access-requests/${request.id}.yaml`;
const instant = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000', '');

function documentOf(request: Request): string {
  return [
    'version: 1',
    `subject: ${request.subject}`,
    `entitlements: [${request.entitlements.join(', ')}]`,
    `duration: ${request.seconds / MINUTE}m`,
    'justification: look at it',
    ...(request.start === undefined ? [] : [`start: ${instant(request.start)}`]),
    ...(request.extends === undefined ? [] : [`extends: ${request.extends.id}`]),
    ...(request.breakGlass ? ['break_glass: true'] : []),
    '',
  ].join('\n');
}

type Wish = Pick<Request, 'requester' | 'subject' | 'entitlements' | 'seconds'> &
  Partial<Pick<Request, 'start' | 'extends' | 'breakGlass'>>;

function newRequest(stage: Stage, wish: Wish): Request {
  stage.asked += 1;
  const branch = `ask-${stage.asked}`;
  const month = MONTH.exec(instant(stage.now()))?.[0].replace('-', '/') ?? '';
  const fresh: Request = {
    start: undefined,
    extends: undefined,
    breakGlass: false,
    ...wish,
    id: `${month}/${branch}`,
    branch,
    pull: 0,
    pushers: new Set([wish.requester]),
    head: '',
    headAt: stage.now(),
    seenAt: undefined,
    reviews: [],
    mergedAt: undefined,
    closed: false,
    stray: false,
    readable: true,
    landing: { ever: false, always: true },
    starting: { ever: false, always: true },
    known: 'nothing',
    waited: false,
    endAsked: false,
    heardAt: undefined,
    reviewedAfter: false,
    blurred: false,
  };
  stage.model.requests.push(fresh);
  return fresh;
}

async function propose(stage: Stage, wish: Wish): Promise<string> {
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

const ASKERS = ['alice', 'bob', 'alice', 'dana', 'alice', 'bob', 'carol'];
const WANTED = [
  ['db-read'],
  ['db-reports'],
  ['ci-deploy'],
  ['ci-logs'],
  ['db-reports', 'ci-logs'],
  ['ci-deploy', 'db-read'],
];
const LENGTHS = [HOUR / 2, HOUR, 2 * HOUR, HOUR, 2 * HOUR, HOUR, 3 * HOUR];

const wish = ([a, b, c]: Picks): Wish => ({
  requester: pick(ASKERS, a),
  subject: pick(['alice', 'bob', pick(ASKERS, a)], a >> 4),
  entitlements: pick(WANTED, b),
  seconds: pick(LENGTHS, c),
});

/** Another head: everything that was approved before is void. */
async function pushAgain(
  stage: Stage,
  { request, by, force }: { request: Request; by: string; force: boolean },
) {
  request.seconds = request.seconds === HOUR ? HOUR / 2 : HOUR;
  request.pushers.add(by);
  request.head = await stage.scenario.world.github
    .as(by)
    .push(request.branch, { [pathOf(request)]: documentOf(request) }, { force });
  request.headAt = stage.now();
  request.seenAt = undefined;
  await stage.rest();
  return `${by} ${force ? 'forces' : 'pushes'} ${request.branch} to ${request.seconds / MINUTE} min`;
}

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

async function merge(stage: Stage, request: Request, by: string, method: 'merge' | 'squash' | 'rebase') {
  await stage.scenario.world.github.as(by).merge(request.pull, { method, bypass: by === 'root' });
  land(stage.model, request, stage.now());
  await stage.rest();
  return `${by} lands ${request.branch} by ${method}`;
}

/** Every sweep looks at all that are open. */
const MOST_OPEN = 5;
const mayAsk = ({ model }: Stage): boolean => open(model).length < MOST_OPEN;

async function rule(stage: Stage, readable: boolean): Promise<string> {
  await stage.scenario.world.github
    .as('root')
    .push('main', { '.github/access/policy.yaml': readable ? POLICY : BROKEN_POLICY });
  stage.model.policyReadable = readable;
  await stage.rest();
  return `the policy is ${readable ? 'mended' : 'broken'}`;
}

const METHODS = ['merge', 'squash', 'rebase'] as const;

export const PEOPLE_COMMANDS: Commands = {
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
    async run(stage, [a]) {
      const request = pick(waiting(stage), a);
      const all = reviewersOf(request).filter((by) => by !== request.subject && by !== 'root');
      for (const by of all) await review(stage, { request, by, state: 'approved' });
      await stage.rest();
      return `${all.join(', ')} approve ${request.branch}`;
    },
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
  'a person leaves a team': {
    weight: 2,
    check: ({ model }) => [...model.teams.values()].some((team) => team.size > 1),
    async run(stage, [a, b]) {
      const [team, members] = pick(
        [...stage.model.teams].filter(([, people]) => people.size > 1),
        a,
      );
      const login = pick([...members], b);
      await stage.scenario.world.github.removeFromTeam(team, login);
      members.delete(login);
      await stage.rest();
      return `${login} leaves ${team}`;
    },
  },
  'a person joins a team': {
    weight: 4,
    check: ({ model }) => absent(model).length > 0,
    async run(stage, [a]) {
      const [team, login] = pick(absent(stage.model), a);
      await stage.scenario.world.github.addToTeam(team, login);
      stage.model.teams.get(team)?.add(login);
      await stage.rest();
      return `${login} joins ${team}`;
    },
  },
  'break the policy': {
    weight: 1,
    check: ({ model }) => model.policyReadable,
    run: (stage) => rule(stage, false),
  },
  'mend the policy': {
    weight: 4,
    check: ({ model }) => !model.policyReadable,
    run: (stage) => rule(stage, true),
  },
};

const dismissible = (model: Model): readonly Request[] =>
  open(model).filter(({ reviews }) => reviews.some(({ state }) => state !== 'dismissed'));

const HOME: readonly (readonly [string, string])[] = [
  ['engineering', 'alice'],
  ['engineering', 'bob'],
  ['engineering', 'dana'],
  ['dba', 'bob'],
  ['dba', 'dana'],
  ['security', 'carol'],
  ['security', 'dana'],
  ['on-call', 'alice'],
  ['on-call', 'bob'],
];
const absent = (model: Model): readonly (readonly [string, string])[] =>
  HOME.filter(([team, login]) => model.teams.get(team)?.has(login) === false);
