import { type Instant, secondsBetween } from '../../core/time.js';
import { readableEntries } from '../../ports/ledger.js';
import type { SandboxClock } from '../clock.js';
import type { World } from '../world.js';
import { type Did, isDid } from './did.js';
import { cookieOf, type Form } from './form.js';
import { lookAs } from './look.js';
import { HOME, pullPath, ROUTES } from './routes.js';

interface Scene {
  readonly world: World;
  readonly clock: SandboxClock;
  readonly people: readonly string[];
  readonly login: string;
  readonly path: string;
}

/** Where somebody is led after what she did, or why it could not be done and on which page that is said. */
export type Done =
  | { readonly goTo: string; readonly cookie?: string; readonly did?: Did }
  | { readonly stayOn: string; readonly refused: string };

/** Jumps further than this would not be seen to happen. */
const MOST_SECONDS = 86_400;

/** Does what a form asks for, as the person who is played. `undefined`: there is no such form. */
export async function acts(scene: Scene, form: Form): Promise<Done | undefined> {
  const { path, people } = scene;
  if (path === ROUTES.person) {
    const login = people.find((one) => one === form('login'));
    return { goTo: backTo(form), ...(login === undefined ? {} : { cookie: cookieOf(login) }) };
  }
  if (path === ROUTES.clock) return letTimePass(scene, form);
  if (path === ROUTES.ask) return attempt('ask', path, () => ask(scene, form));
  const [, number, what = ''] = /^\/acme\/access\/pull\/(\d{1,9})\/([a-z]+)$/u.exec(path) ?? [];
  const act = ON_PULL[what];
  if (number === undefined || act === undefined || !isDid(what)) return undefined;
  const on = pullPath(Number(number));
  return attempt(what, on, async () => {
    nextSecond(scene);
    await act(scene, Number(number), form);
    await scene.world.settled();
    return on;
  });
}

type OnPull = (scene: Scene, pull: number, form: Form) => Promise<unknown>;

const ON_PULL: Readonly<Record<string, OnPull>> = {
  review: ({ world, login }, pull, form) =>
    form('event') === 'APPROVE'
      ? world.github.as(login).approve(pull)
      : world.github.as(login).requestChanges(pull),
  merge: ({ world, login }, pull) => world.github.as(login).merge(pull),
  close: ({ world, login }, pull) => world.github.as(login).close(pull),
  comment: ({ world, login }, pull, form) => world.github.as(login).comment(pull, form('body')),
  edit,
};

/** Folders and a name, none of them hidden or a way up; whether Hallpass takes it there is for Hallpass to say. */
const FILE = /^(?:\w[\w.-]*\/){1,8}(?<name>\w[\w-]*)\.ya?ml$/u;

async function ask({ world, login }: Scene, form: Form): Promise<string> {
  const file = form('path');
  const name = FILE.exec(file)?.groups?.name;
  if (name === undefined) throw new Error('Name a file as access-requests/2026/11/why.yaml.');
  const branch = `request/${name}`;
  const me = world.github.as(login);
  await me.push(branch, { [file]: form('text') });
  const pull = await me.openPullRequest({ head: branch, title: form('title') || branch });
  await world.settled();
  return pullPath(pull);
}

/** Pushes another text of a file that the pull request brings to its branch. */
async function edit({ world, login }: Scene, pull: number, form: Form): Promise<void> {
  const seen = await lookAs(world.github, login).pull(pull);
  const path = form('path');
  if (seen?.state !== 'open' || !seen.files.some((file) => file.path === path && file.text !== undefined))
    throw new Error('That file cannot be changed here.');
  await world.github.as(login).push(seen.branch, { [path]: form('text') });
}

/** Stops at every start and end on the way, as time itself would: otherwise each would seem late. */
async function letTimePass({ world, clock }: Scene, form: Form): Promise<Done> {
  const seconds = Number(form('seconds'));
  if (!(seconds > 0 && seconds <= MOST_SECONDS))
    return { stayOn: HOME, refused: 'Time passes by 1 to 86400 seconds.' };
  for (let left = seconds, stops = 0; left > 0; stops += 1) {
    const next = stops < MOST_STOPS ? await secondsToNext(world, clock.now()) : left;
    const step = Math.min(left, next);
    clock.advance(step);
    left -= step;
    world.running.hints.pass();
    await world.settled();
  }
  return { goTo: backTo(form), did: 'clock' };
}

const MOST_STOPS = 50;

/** To the next start or end of what the ledger says lives; `Infinity`: there is none. */
async function secondsToNext({ wired }: World, now: Instant): Promise<number> {
  const known = await wired.ports.ledger.known();
  const entries = known === undefined ? [] : readableEntries(known.snapshot);
  const found = entries.flatMap(({ window }) =>
    window === undefined ? [] : [window.startsAt, window.expiresAt],
  );
  const ahead = found.filter((instant) => instant > now).map((instant) => secondsBetween(now, instant));
  return Math.min(Number.POSITIVE_INFINITY, ...ahead);
}

/** What the stand-in refuses is told in its own words. */
async function attempt(did: Did, stayOn: string, act: () => Promise<string>): Promise<Done> {
  try {
    return { goTo: await act(), did };
  } catch (error) {
    return { stayOn, refused: error instanceof Error ? error.message : String(error) };
  }
}

/** GitHub stamps whole seconds, and an approval counts only when it is later than the check it answers. */
function nextSecond({ clock }: Scene): void {
  clock.advance(2);
}

/** Only to pages of ours: a path, and none that a browser takes for another host. */
function backTo(form: Form): string {
  const here = form('here');
  return /^\/acme\/[\w./-]*$/u.test(here) ? here : HOME;
}
