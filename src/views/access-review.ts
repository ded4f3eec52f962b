import type { AccessReviewRecord, AskedItem, RecordedItem } from '../core/access-review/access-review.js';
import { isAnswered, type OwnersSay } from '../core/access-review/answer.js';
import { list, name, names, type Phrase, phrase, strong, toMarkdown } from './phrase.js';
import { utc } from './time-text.js';

/** A list that came back, and what it means so far. */
export interface AccessReviewView {
  readonly asked: AccessReviewRecord;
  readonly say: OwnersSay;
  readonly items: readonly RecordedItem[];
}

const KINDS: Readonly<Record<AccessReviewRecord['kind'], string>> = {
  adoption: 'Adopt or remove',
  periodic: 'Access review',
};

/** Ids only: a title is read where Markdown is not. */
export function accessReviewTitle({ kind, id }: AccessReviewRecord): string {
  return `${KINDS[kind]}: ${id}`;
}

const WHAT: Readonly<Record<AccessReviewRecord['kind'], Phrase>> = {
  adoption: phrase`These are held without a grant. To adopt one is to declare that it stays, why, and until it is asked about again; to remove one is to write no.`,
  periodic: phrase`This has been held for long. Say which of it is still needed, and why.`,
};

const SILENCE: Readonly<Record<AccessReviewRecord['kind'], Phrase>> = {
  adoption: phrase`Without an answer they stay what they are: drift, reported and asked about again. Hallpass takes away what it did not give only where an owner writes no.`,
  periodic: phrase`What nobody keeps by then ends, whether somebody wrote no or nothing.`,
};

/** What the pull request says when it is opened. */
export function accessReviewBody(asked: AccessReviewRecord): string {
  const { kind, due, owners, items } = asked;
  const who = [...owners.teams.map((team) => phrase`team ${name(team)}`), ...owners.users.map(name)];
  return [
    toMarkdown(WHAT[kind]),
    toMarkdown(
      phrase`Edit the file in this pull request: write ${name('keep: yes')} and a justification where it is still needed, and change nothing else. Then one of the owners (${list(who, 'or')}) approves it, and it is merged before ${strong(utc(due))}. Nobody keeps access by their own approval alone.`,
    ),
    toMarkdown(SILENCE[kind]),
    ...items.slice(0, MOST).map((item) => `- ${toMarkdown(itemText(item))}`),
    ...(items.length > MOST ? [`- and ${items.length - MOST} more`] : []),
  ]
    .join('\n\n')
    .replaceAll('\n\n- ', '\n- ');
}

const MOST = 50;

/** Who has what, in one line. */
export function itemText({ subject, entitlements, standing, until, grant }: AskedItem): Phrase {
  const what = entitlements.length > 0 ? names(entitlements) : name(JSON.stringify(standing?.grant ?? {}));
  const end = until === undefined ? [] : phrase` until ${utc(until)}`;
  const where = standing === undefined ? [] : phrase` on ${name(standing.target)}`;
  const by = grant === undefined ? [] : phrase` (grant ${name(grant)})`;
  return phrase`${name(subject)} has ${what}${where}${end}${by}`;
}

const NOT_KEPT: Readonly<Record<string, Phrase>> = {
  no_justification: phrase`says yes without a justification`,
  no_other_owner: phrase`says yes, and nobody but whoever has it has approved`,
};

/** What the comment says of a list as it is now. */
export function accessReviewLines({ asked, say, items }: AccessReviewView): readonly Phrase[] {
  const kept = items.filter(({ keep }) => keep === true).length;
  const wrong = items.flatMap((item) => {
    const why = item.code === undefined ? undefined : NOT_KEPT[item.code];
    return why === undefined ? [] : [phrase`${itemText(item)}: it ${why}, so it is not kept.`];
  });
  const who = [
    ...asked.owners.teams.map((team) => phrase`team ${name(team)}`),
    ...asked.owners.users.map(name),
  ];
  return [
    phrase`As it is now, ${kept} of ${items.length} would be kept. It has to be merged before ${strong(utc(asked.due))}.`,
    ...wrong,
    ...(say.objections.length > 0
      ? [
          phrase`${names(say.objections.map(({ login }) => login))} asked for changes; nothing is answered before they approve.`,
        ]
      : []),
    ...(say.approvals.length > 0
      ? [phrase`Approved by ${names(say.approvals.map(({ account }) => account.login))}.`]
      : [phrase`Missing: the approval of an owner (${list(who, 'or')}), of this version of the file.`]),
  ];
}

export function isListApproved({ say }: AccessReviewView): boolean {
  return isAnswered(say);
}
