import {
  type AccessReviewId,
  type AccessReviewRecord,
  pathOfAccessReview,
  type ReviewList,
} from '../core/access-review/access-review.js';
import type { ListDifference, ListProblem } from '../core/access-review/answer.js';
import { canonicalJson } from '../core/grant.js';
import { emitYaml } from './emit.js';
import { FILE_START, type Issue, issue, type Parsed } from './issue.js';
import { parseRecord, renderRecord } from './ledger-document.js';
import { LIST_PROFILE } from './profile.js';
import { fromDocument, toDocument } from './record.js';
import { ACCESS_REVIEW, ACCESS_REVIEW_RECORD } from './schemas/access-review.js';
import { checkShape, checkVersion } from './shape.js';
import { quoted } from './visible.js';
import { readYaml } from './yaml-profile.js';

/** A list as its owners filled it in. Nobody has compared it with what was asked. */
export function parseReviewList(bytes: Uint8Array, id: AccessReviewId): Parsed<ReviewList> {
  const draft = readYaml(bytes, pathOfAccessReview(id), LIST_PROFILE);
  if (checkVersion(draft)) checkShape(draft, ACCESS_REVIEW);
  return draft.conclude(() => fromDocument(draft.value, ACCESS_REVIEW) as ReviewList);
}

const HEAD = `# Access that you answer for. Write \`keep: yes\` and a justification where it is still needed.
# Nothing else may be changed. An owner who is not asked about approves the pull request, and it is merged before it is due.
`;

/**
 * A list to fill in: every key of an item on a line of its own, so that an answer changes two lines. @throws RangeError when the strict
 * profile could not read it back: what a target calls somebody may be anything.
 */
export function renderReviewList(list: ReviewList, id: AccessReviewId): string {
  const { items, ...head } = toDocument(list, ACCESS_REVIEW) as Readonly<Record<string, unknown>> & {
    readonly items: readonly Readonly<Record<string, unknown>>[];
  };
  const lines = items.flatMap(({ keep, justification, ...asked }) => {
    const own = Object.entries(asked).flatMap(([key, value]) =>
      emitYaml({ [key]: value })
        .trimEnd()
        .split('\n'),
    );
    const all = [...own, `keep: ${keep}`, ...emitYaml({ justification }).trimEnd().split('\n')];
    return all.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`);
  });
  const text = `${HEAD}${emitYaml(head)}items:\n${lines.join('\n')}\n`;
  const parsed = parseReviewList(new TextEncoder().encode(text), id);
  // What cannot be seen is spelled out when it is written, and then means another name.
  const isSame = 'value' in parsed && canonicalJson(parsed.value as never) === canonicalJson(list as never);
  if (!isSame) throw new RangeError('a list that could not be read back as it is');
  return text;
}

const PROBLEMS: Readonly<Record<ListProblem, string>> = {
  head_changed: 'kind, due or owners are others',
  item_missing: 'a line is missing',
  item_unknown: 'a line was added',
  item_twice: 'a line is there twice',
  item_changed: 'a line says something else',
};

/** What is wrong with a list beside its form. */
export function differenceIssues(
  differences: readonly ListDifference[],
  id: AccessReviewId,
): readonly Issue[] {
  const file = pathOfAccessReview(id);
  return differences.map(({ problem, at, subject }) => {
    const where = at === undefined ? '' : ` (item ${at + 1})`;
    const whose = subject === undefined ? '' : `, about ${quoted(subject)}`;
    const facts = { problem: `${PROBLEMS[problem]}${where}${whose}` };
    return issue('access_review_changed', { file, ...FILE_START }, facts);
  });
}

export function parseAccessReviewRecord(bytes: Uint8Array, file: string): Parsed<AccessReviewRecord> {
  return parseRecord<AccessReviewRecord>(bytes, file, ACCESS_REVIEW_RECORD);
}

export function renderAccessReviewRecord(record: AccessReviewRecord): string {
  return renderRecord(record, ACCESS_REVIEW_RECORD);
}
