import { type Picks, pick } from './command.js';
import { HOUR } from './documents.js';
import { type Model, type Request, verdictOn, windowOf } from './model.js';
import type { Stage } from './stage.js';

/** The requests there are, and how a new one is drawn and written. */

export const MINUTE = 60;
const MONTH = /^\d{4}-\d{2}/;

export const open = ({ requests }: Model): readonly Request[] =>
  requests.filter(({ pull, closed, mergedAt }) => pull > 0 && !closed && mergedAt === undefined);
export const landed = ({ requests }: Model): readonly Request[] =>
  requests.filter(({ pull, mergedAt }) => pull > 0 && mergedAt !== undefined);
export const approved = (stage: Stage): readonly Request[] =>
  open(stage.model).filter((request) => verdictOn(stage.model, request, stage.now()) === 'yes');
export const waiting = (stage: Stage): readonly Request[] =>
  open(stage.model).filter((request) => verdictOn(stage.model, request, stage.now()) === 'no');
/** Landed, known to the ledger, and still to end. */
export const running = (stage: Stage): readonly Request[] =>
  landed(stage.model).filter((request) => {
    const window = windowOf(request);
    return (
      request.known !== 'nothing' && !request.endAsked && window !== undefined && stage.now() < window.to
    );
  });

export const pathOf = (request: Request): string => `access-requests/${request.id}.yaml`;
export const instant = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000', '');

export function documentOf(request: Request): string {
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

export type Wish = Pick<Request, 'requester' | 'subject' | 'entitlements' | 'seconds'> &
  Partial<Pick<Request, 'start' | 'extends' | 'breakGlass'>>;

export function newRequest(stage: Stage, wish: Wish): Request {
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
    commits: 1,
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
    blurred: false,
  };
  stage.model.requests.push(fresh);
  return fresh;
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

export const wish = ([a, b, c]: Picks): Wish => ({
  requester: pick(ASKERS, a),
  subject: pick(['alice', 'alice', 'bob', pick(ASKERS, a)], a >> 4),
  entitlements: pick(WANTED, b),
  seconds: pick(LENGTHS, c),
});
