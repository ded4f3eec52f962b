import { createHash } from 'node:crypto';
import type { Oid } from '../../core/approval.js';
import { foldLogin } from '../../core/identity.js';
import type { FactsAnswer, RunAnswer } from './pull-request-query.js';

/** What a comment of this app begins with. Invisible, and by itself proof of nothing: everybody can write it. */
export const STICKY = '<!-- hallpass -->';
const MARKER = /^<!-- hallpass[^\n]*-->/;

/** What this app has put on a pull request, as far as this process has seen it or done it itself. */
export interface Marks {
  /** GitHub's id of the pull request for mutations. */
  readonly node: string;
  /** The name of the head branch, where that is in this repository. */
  readonly headBranch: string | undefined;
  /** The sticky comment; `null`: there is none. `undefined`: nobody has looked through all comments. */
  sticky: { readonly id: string; readonly digest: string } | null | undefined;
  /** First lines of the other comments of this app; all of them only while `allSeen`. */
  readonly notices: Set<string>;
  allSeen: boolean;
  /** Names in small letters to GitHub's ids. */
  readonly labels: Map<string, string>;
  readonly asked: Set<string>;
}

/** A run of our check, as it was last seen or written. */
export interface OwnRun {
  readonly id: string;
  readonly repository: string;
  readonly digest: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly annotations: number;
}

/**
 * Spares reading what this process knows: before writing it would otherwise have to list checks, comments and labels each time. It is only
 * ever a guess what to write, never evidence; what turns out wrong is forgotten and read anew.
 */
export interface OwnMarks {
  learn(
    number: number,
    seen: { readonly answer: FactsAnswer; readonly runs: readonly RunAnswer[]; readonly head: Oid },
  ): void;
  of(number: number): Marks | undefined;
  /** After a write of which nobody knows whether it was done. */
  forget(number: number): void;
  /** `null`: there is none. `undefined`: not known. */
  run(head: Oid): OwnRun | null | undefined;
  learnRun(head: Oid, run: OwnRun | undefined): void;
  /** GitHub's ids of labels of the repository, and of people. */
  readonly labelIds: Map<string, string>;
  person(login: string): string | undefined;
  learnPerson(login: string, id: string): void;
}

const MOST_REMEMBERED = 2_000;
const MOST_PEOPLE = 50_000;

export function createOwnMarks(appSlug: string): OwnMarks {
  const pulls = new Map<number, Marks>();
  const runs = new Map<Oid, OwnRun | null>();
  const people = new Map<string, string>();
  const labelIds = new Map<string, string>();
  return {
    learn(number, { answer, runs: own, head }) {
      keep(pulls, MOST_REMEMBERED, number, marksIn(answer, appSlug));
      const latest = own.at(-1);
      const repository = answer.baseRepository?.id ?? '';
      keep(runs, MOST_REMEMBERED, head, latest === undefined ? noRun(answer) : runFrom(latest, repository));
      for (const label of answer.labels?.nodes ?? [])
        if (label !== null) labelIds.set(label.name.toLowerCase(), label.id);
    },
    of: (number) => pulls.get(number),
    forget(number) {
      pulls.delete(number);
    },
    run: (head) => runs.get(head),
    learnRun(head, run) {
      if (run === undefined) runs.delete(head);
      else keep(runs, MOST_REMEMBERED, head, run);
    },
    labelIds,
    person: (login) => people.get(foldLogin(login)),
    learnPerson: (login, id) => keep(people, MOST_PEOPLE, foldLogin(login), id),
  };
}

export const digestOf = (body: string): string => createHash('sha256').update(plain(body)).digest('base64');

/** GitHub may store line ends and the rim of a text differently. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n').trim();

export const firstLineOf = (body: string): string | undefined => MARKER.exec(body)?.[0];

/** Where the last commit GitHub shows is not the head, nobody knows of its runs. */
function noRun({ tip, headRefOid }: FactsAnswer): null | undefined {
  return tip.nodes?.[0]?.commit.oid === headRefOid ? null : undefined;
}

const runFrom = (run: RunAnswer, repository: string): OwnRun => ({
  id: run.id,
  repository,
  digest: run.externalId,
  status: run.status.toLowerCase(),
  conclusion: run.conclusion?.toLowerCase() ?? null,
  annotations: run.annotations?.totalCount ?? 0,
});

function marksIn(answer: FactsAnswer, appSlug: string): Marks {
  const ours = (answer.comments.nodes ?? []).flatMap((comment) =>
    comment?.author?.__typename === 'Bot' && isSlug(comment.author.login, appSlug) ? [comment] : [],
  );
  const allSeen = !answer.comments.pageInfo.hasNextPage;
  const sticky = ours.find(({ body }) => firstLineOf(body) === STICKY);
  return {
    node: answer.id,
    headBranch: answer.headRepository?.id === answer.baseRepository?.id ? answer.headRefName : undefined,
    sticky:
      sticky === undefined ? (allSeen ? null : undefined) : { id: sticky.id, digest: digestOf(sticky.body) },
    notices: new Set(ours.flatMap(({ body }) => firstLineOf(body) ?? [])),
    allSeen,
    labels: new Map(
      (answer.labels?.nodes ?? []).flatMap((label) =>
        label === null ? [] : [[label.name.toLowerCase(), label.id]],
      ),
    ),
    asked: new Set(
      (answer.reviewRequests?.nodes ?? []).flatMap((one) => {
        const login = one?.requestedReviewer?.login;
        return login === undefined ? [] : [foldLogin(login)];
      }),
    ),
  };
}

/** GraphQL shows a bot without what REST hangs on to its login; nobody else's account is a bot of that name. */
const isSlug = (login: string | undefined, appSlug: string): boolean =>
  login?.replace(/\[bot\]$/, '').toLowerCase() === appSlug.toLowerCase();

/** The oldest go first. */
function keep<Key, Value>(map: Map<Key, Value>, most: number, key: Key, value: Value | undefined): void {
  map.delete(key);
  if (value === undefined) return;
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
