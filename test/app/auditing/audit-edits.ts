import { join } from 'node:path';
import type { Oid } from '../../../src/core/approval.js';
import { rotationSubject } from '../../../src/core/audit/subject.js';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import { addSeconds } from '../../../src/core/time.js';
import { parseEntry, renderEntry } from '../../../src/documents/entry.js';
import { blob, git, newSigner, scratch } from '../../adapters/git/world.js';
import { orphanEdits } from './audit-edits-orphans.js';
import { reviewEdits } from './audit-edits-reviews.js';
import { type Bound, bind, type Making, SIGNER } from './audit-pages.js';
import {
  ALICE,
  at,
  BOB,
  DAVE,
  IDS,
  type Page,
  POLICY,
  page,
  requestText,
  type Story,
  tellStory,
} from './audit-story.js';

/** Told once a file: nothing changes it. */
export const story = tellStory(join(scratch({ keep: true }), 'story.git'));
export const bound: Bound = { pages: story.pages, commits: await bind(story.repo, story.pages) };

/** The entry that a page of the story writes. */
export function written(index: number, id: string): Entry {
  const bytes = story.pages[index]?.writes.get(`grants/${id}.yaml`);
  const parsed = parseEntry(bytes as Buffer, 'entry');
  if ('issues' in parsed) throw new Error('no entry there');
  return parsed.value;
}

/** The pages with one of them changed. */
function changed(index: number, change: (one: Page) => Page): Page[] {
  return story.pages.map((one, position) => (position === index ? change(one) : one));
}

function write(index: number, path: string, to: Parameters<Page['writes']['set']>[1]): Page[] {
  return changed(index, (one) => ({ ...one, writes: new Map([...one.writes, [path, to]]) }));
}

function without(index: number, path: string): Page[] {
  return changed(index, (one) => ({
    ...one,
    writes: new Map([...one.writes].filter(([name]) => name !== path)),
  }));
}

/** Changes an entry in every version from the first on, so that nothing but its own falseness can give it away. */
function rewrite(id: string, change: (entry: Entry) => Entry, from = 0): Page[] {
  const path = `grants/${id}.yaml`;
  return story.pages.map((one, index) => {
    if (index < from || !one.writes.has(path)) return one;
    const text = Buffer.from(renderEntry(change(written(index, id))));
    return { ...one, writes: new Map([...one.writes, [path, text]]) };
  });
}

export interface Edit {
  readonly pages?: () => readonly Page[];
  readonly making?: () => Readonly<Record<number, Making>>;
}

const SUBJECT = 'Approved-by: ceo';
const ENTRY = 'grants/2026/11/alice.yaml';
const MARKER = 'active/2026/11/alice';
const LINK = { mode: '120000', oid: blob(story.repo, '../../policy.yaml') };
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Edits by somebody who holds the key, or by a bug: all signed and well-formed, and false in exactly one way. */
export const EDITS: readonly (readonly [name: string, code: string, edit: Edit])[] = [
  ['an unsigned commit', 'unsigned', { making: () => ({ 4: { signer: null } }) }],
  ['an unsigned last commit', 'unsigned', { making: () => ({ 13: { signer: null } }) }],
  ['a commit of another key', 'foreign_key', { making: () => ({ 4: { signer: newSigner() } }) }],
  ['a first commit of another key', 'unknown_signer', { making: () => ({ 0: { signer: newSigner() } }) }],
  [
    'a message changed after signing',
    'unsigned',
    { making: () => ({ 4: { bytes: (all) => edited(all, 'grant:', 'grand:') } }) },
  ],
  [
    'a date changed after signing',
    'unsigned',
    { making: () => ({ 4: { bytes: (all) => edited(all, ' +0000\ncommitter', ' +0100\ncommitter') } }) },
  ],
  [
    'a signature in two parts',
    'unsigned',
    {
      making: () => ({
        4: { bytes: (all) => edited(all, 'gpgsig -----BEGIN', 'gpgsig x\ngpgsig -----BEGIN') },
      }),
    },
  ],
  [
    'a foreign header',
    'foreign_header',
    { making: () => ({ 4: { unsigned: (all) => edited(all, '\n\n', '\nencoding latin1\n\n') } }) },
  ],
  [
    'a merge',
    'not_linear',
    { making: () => ({ 4: { parents: (before) => [before!, story.landings.dave!.commit] } }) },
  ],
  [
    'a first commit with a parent',
    'not_linear',
    { making: () => ({ 0: { parents: () => [story.landings.alice!.commit] } }) },
  ],
  [
    'free text in a message',
    'foreign_message',
    { pages: () => changed(4, (one) => ({ ...one, subject: SUBJECT })) },
  ],
  [
    'a trailer in a message',
    'foreign_message',
    { pages: () => changed(4, (one) => ({ ...one, subject: `${one.subject}\n\n${SUBJECT}` })) },
  ],
  [
    'a commit that changes nothing',
    'commit_empty',
    { pages: () => [...story.pages, { subject: 'end: 1', writes: new Map() }] },
  ],
  [
    'a rotation that changes files',
    'bad_rotation',
    { pages: () => changed(4, (one) => ({ ...one, subject: rotationSubject(SIGNER.publicKey) })) },
  ],
  [
    'a rotation by another key',
    'foreign_key',
    { pages: () => withRotation(), making: () => ({ 5: { signer: newSigner() } }) },
  ],

  ['a foreign file', 'foreign_path', { pages: () => write(4, 'notes.txt', Buffer.from('x')) }],
  [
    'a file below the grants that is none',
    'foreign_path',
    { pages: () => write(4, 'grants/2026/11/x.txt', Buffer.from('x')) },
  ],
  [
    'names that differ in case',
    'foreign_path',
    { pages: () => write(4, 'grants/2026/11/Alice.yaml', Buffer.from('x')) },
  ],
  [
    'a name with a new line',
    'foreign_path',
    { pages: () => write(4, 'a\nb', { mode: '100644', oid: EMPTY_BLOB }) },
  ],
  [
    'a submodule',
    'foreign_path',
    { pages: () => write(4, 'sub', { mode: '160000', oid: story.landings.dave!.commit }) },
  ],
  ['an entry that is a symlink', 'wrong_mode', { pages: () => write(4, ENTRY, LINK) }],
  ['a cursor that is a symlink', 'wrong_mode', { pages: () => write(4, 'cursor', LINK) }],
  [
    'an executable marker',
    'wrong_mode',
    { pages: () => write(4, MARKER, { mode: '100755', oid: EMPTY_BLOB }) },
  ],
  [
    'an executable entry',
    'wrong_mode',
    {
      pages: () =>
        write(4, ENTRY, { mode: '100755', oid: blob(story.repo, renderEntry(written(2, IDS.alice))) }),
    },
  ],
  ['an entry removed', 'document_removed', { pages: () => write(12, 'grants/2026/11/22/dave.yaml', null) }],
  [
    'an entry removed and put back',
    'document_removed',
    {
      pages: () => [
        ...write(12, 'grants/2026/11/22/dave.yaml', null),
        page('end: 1', [written(9, IDS.dave)]),
      ],
    },
  ],
  ['a violation removed', 'document_removed', { pages: () => write(9, violationOf(story), null) }],
  [
    'a violation rewritten',
    'document_rewritten',
    { pages: () => write(9, violationOf(story), Buffer.from('version: 1\n')) },
  ],
  ['the cursor removed', 'document_removed', { pages: () => write(12, 'cursor', null) }],
  ['the read-me rewritten', 'document_rewritten', { pages: () => write(12, 'README.md', Buffer.from('x')) }],
  [
    'an entry that is no YAML',
    'document_unreadable',
    { pages: () => write(2, ENTRY, Buffer.from('version: [')) },
  ],
  [
    'an entry of another version',
    'document_unreadable',
    {
      pages: () =>
        write(2, ENTRY, Buffer.from(renderEntry(written(2, IDS.alice)).replace('version: 1', 'version: 2'))),
    },
  ],
  [
    'an entry under another id',
    'document_unreadable',
    { pages: () => write(2, 'grants/2026/11/other.yaml', Buffer.from(renderEntry(written(2, IDS.alice)))) },
  ],
  [
    'a violation of another commit',
    'document_unreadable',
    { pages: () => moved(3, violationOf(story), `violations/2026/11/${'b'.repeat(40)}.yaml`) },
  ],

  ['a marker missing', 'marker_wrong', { pages: () => without(1, MARKER) }],
  ['a marker taken down early', 'marker_wrong', { pages: () => write(2, MARKER, null) }],
  ['a marker left standing', 'marker_wrong', { pages: () => without(11, MARKER) }],
  [
    'a marker of nothing',
    'marker_wrong',
    { pages: () => write(4, 'active/2026/11/nobody', Buffer.alloc(0)) },
  ],
  ['a marker with something in it', 'marker_wrong', { pages: () => write(1, MARKER, Buffer.from('x')) }],

  [
    'a grant revived',
    'impossible_event',
    {
      pages: () =>
        appended(IDS.dave, 9, (entry) => forced(entry, { event: 'granted', at: at(95) }, 'active')),
    },
  ],
  [
    'a grant revived by its state alone',
    'change_without_event',
    { pages: () => appended(IDS.dave, 9, (entry) => inState(entry, 'active')) },
  ],
  [
    'a state that no event gives',
    'state_not_from_events',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => inState(entry, 'ended'), 11)
          .with(11, story.pages[11]!)
          .toSpliced(
            2,
            1,
            rewriteAt(2, IDS.alice, (entry) => inState(entry, 'ending')),
          ),
    },
  ],
  [
    'a reason that no event gives',
    'state_not_from_events',
    { pages: () => rewrite(IDS.dave, (entry) => withHolding(entry, { reason: 'expired' }), 9) },
  ],
  ['an entitlement out of nothing', 'state_not_from_events', { pages: () => rewrite(IDS.alice, twice) }],
  [
    'a grant whose landing is not told',
    'first_event_wrong',
    { pages: () => rewrite(IDS.alice, (entry) => ({ ...entry, events: entry.events.slice(1) })) },
  ],
  [
    'a refusal that grants',
    'first_event_wrong',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({
          ...entry,
          events: entry.events.with(0, { ...entry.events[0]!, event: 'refused' }),
        })),
    },
  ],
  [
    'an event removed',
    'events_changed',
    {
      pages: () =>
        rewrite(
          IDS.glass,
          (entry) => ({ ...entry, events: entry.events.filter(({ event }) => event !== 'reviewed') }),
          13,
        ),
    },
  ],
  [
    'an event changed',
    'events_changed',
    {
      pages: () =>
        rewrite(
          IDS.glass,
          (entry) => ({
            ...entry,
            events: entry.events.map((one) => (one.event === 'reviewed' ? { ...one, by: BOB } : one)),
          }),
          13,
        ),
    },
  ],
  [
    'a window moved later on',
    'frozen_part_changed',
    { pages: () => rewrite(IDS.alice, (entry) => expiring(entry, 120), 2) },
  ],
  [
    'a decision changed later on',
    'frozen_part_changed',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({ ...entry, decision: { ...entry.decision, rules: ['x'] } }), 2),
    },
  ],
  [
    'a holding changed later on',
    'frozen_part_changed',
    {
      pages: () =>
        rewrite(
          IDS.alice,
          (entry) => withHolding(entry, { holding: { ...entry.holdings[0]!.holding, subject: 'root' } }),
          2,
        ),
    },
  ],
  [
    'standing access forgotten',
    'frozen_part_changed',
    { pages: () => rewrite(IDS.alice, (entry) => withHolding(entry, { preexisting: true }), 2) },
  ],

  [
    'times out of order',
    'times_disordered',
    {
      pages: () =>
        rewrite(IDS.glass, (entry) => ({
          ...entry,
          events: entry.events.map((one) => (one.event === 'reviewed' ? { ...one, at: at(2) } : one)),
        })),
    },
  ],
  [
    'a window that is longer than was asked',
    'window_wrong',
    { pages: () => rewrite(IDS.alice, (entry) => expiring(entry, 61)) },
  ],
  [
    'an extension that starts anew',
    'window_wrong',
    {
      pages: () =>
        rewrite(IDS.longer, (entry) => ({ ...entry, window: { startsAt: at(20), expiresAt: at(80) } })),
    },
  ],
  [
    'a grant before its start',
    'granted_outside_window',
    { pages: () => rewrite(IDS.longer, (entry) => timed(entry, 'intended', 30)) },
  ],
  [
    'a grant after its end',
    'granted_outside_window',
    { pages: () => rewrite(IDS.longer, (entry) => timed(entry, 'granted', 200)) },
  ],
  [
    'an end before its time that nobody asked for',
    'ended_early',
    { pages: () => rewrite(IDS.alice, (entry) => timed(entry, 'ended', 30)) },
  ],
  [
    'an end long after its time',
    'ended_late',
    { pages: () => rewrite(IDS.alice, (entry) => timed(entry, 'ended', 80)) },
  ],
  ['a grant that never ended', 'not_ended', { pages: () => [...story.pages.with(11, keptAlive())] }],
  [
    'break-glass without a review',
    'review_not_owed',
    {
      pages: () =>
        rewrite(IDS.glass, (entry) => ({
          ...entry,
          events: entry.events.filter(({ event }) => event !== 'review_due'),
        })),
    },
  ],

  [
    'a landing that is not on the branch',
    'landing_not_on_branch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({
          ...entry,
          landing: { ...entry.landing, commit: git(story.repo, ['rev-parse', 'work-alice']) as Oid },
        })),
    },
  ],
  [
    'a landing of another commit',
    'landing_mismatch',
    {
      pages: () =>
        rewrite(IDS.dave, (entry) => ({
          ...entry,
          landing: { ...entry.landing, commit: story.landings.glass!.commit },
        })),
    },
  ],
  [
    'a landing with another parent',
    'landing_mismatch',
    {
      pages: () =>
        rewrite(IDS.dave, (entry) => ({
          ...entry,
          landing: { ...entry.landing, parent: story.landings.alice!.parent },
        })),
    },
  ],
  [
    'another content',
    'content_mismatch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({
          ...entry,
          request: { ...entry.request, content: `${entry.request.content}# more\n` },
        })),
    },
  ],
  [
    'another content with its id',
    'landing_mismatch',
    { pages: () => rewrite(IDS.alice, withContent(requestText({ duration: '2h' }))) },
  ],
  [
    'another entitlement',
    'request_mismatch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) =>
          withHolding(entry, { entitlement: 'orders-db-write' }, 'orders-db-write'),
        ),
    },
  ],
  [
    'another subject',
    'request_mismatch',
    { pages: () => rewrite(IDS.alice, (entry) => ({ ...entry, subject: DAVE })) },
  ],
  [
    'another pull request',
    'request_mismatch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({ ...entry, landing: { ...entry.landing, pullRequest: 99 } })),
    },
  ],
  ['another policy', 'control_mismatch', { pages: () => rewrite(IDS.alice, withPolicy(`${POLICY}# lax\n`)) }],
  [
    'a policy that is nowhere',
    'control_unreadable',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({
          ...entry,
          decision: {
            ...entry.decision,
            control: { ...entry.decision.control, policy: 'd'.repeat(40) as Oid },
          },
        })),
    },
  ],
  [
    'other coordinates',
    'holding_mismatch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) =>
          withHolding(entry, { holding: { ...entry.holdings[0]!.holding, grant: { name: 'app_write' } } }),
        ),
    },
  ],
  [
    'another name on the target',
    'holding_mismatch',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) =>
          withHolding(entry, { holding: { ...entry.holdings[0]!.holding, subject: 'dave_ro' } }),
        ),
    },
  ],
  [
    'a grant that was denied',
    'not_approved',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => ({ ...entry, decision: { ...entry.decision, outcome: 'denied' } })),
    },
  ],
  [
    'a refusal that was approved',
    'not_approved',
    {
      pages: () =>
        rewrite(IDS.refused, (entry) => ({ ...entry, decision: { ...entry.decision, outcome: 'approved' } })),
    },
  ],
  [
    'an approval less',
    'too_few_approvers',
    { pages: () => rewrite(IDS.alice, (entry) => withApprovals(entry, (all) => all.slice(0, 1))) },
  ],
  [
    'the same person twice',
    'too_few_approvers',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) => withApprovals(entry, ([first]) => [first!, { ...first!, group: 1 }])),
    },
  ],
  [
    'the requester as an approver',
    'excluded_approver',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) =>
          withApprovals(entry, ([first, second]) => [{ ...first!, account: ALICE }, second!]),
        ),
    },
  ],
  [
    'an approver who did not review',
    'approval_not_counting',
    {
      pages: () =>
        rewrite(IDS.alice, (entry) =>
          withApprovals(entry, ([first, second]) => [{ ...first!, account: DAVE }, second!]),
        ),
    },
  ],
  [
    'a pusher among the approvers',
    'excluded_approver',
    { pages: () => rewrite(IDS.alice, (entry) => knowing(entry, { pushers: [ALICE, BOB] })) },
  ],
  [
    'contributors nobody knows',
    'excluded_approver',
    { pages: () => rewrite(IDS.alice, (entry) => knowing(entry, { contributors: null })) },
  ],
  [
    'an approval of another head',
    'approval_not_counting',
    { pages: () => rewrite(IDS.alice, (entry) => knowing(entry, { head: 'e'.repeat(40) as Oid })) },
  ],
  [
    'an approval before the epoch',
    'approval_not_counting',
    { pages: () => rewrite(IDS.alice, (entry) => knowing(entry, { epoch: at(0) })) },
  ],
  [
    'an approval by a bot',
    'approval_not_counting',
    { pages: () => rewrite(IDS.alice, (entry) => reviewed(entry, { authorType: 'Bot' })) },
  ],
  [
    'an approval that was dismissed',
    'approval_not_counting',
    { pages: () => rewrite(IDS.alice, (entry) => reviewed(entry, { state: 'dismissed' })) },
  ],
  [
    'an approval after the landing',
    'approval_not_counting',
    { pages: () => rewrite(IDS.alice, (entry) => reviewed(entry, { submittedAt: at(1) })) },
  ],
  ['an approval withdrawn later', 'approval_not_counting', { pages: () => rewrite(IDS.alice, withdrawn) }],
  [
    'a decision that does not follow',
    'replay_disagrees',
    { pages: () => rewrite(IDS.alice, (entry) => knowing(entry, { requesterType: 'Bot' })) },
  ],

  [
    'a cursor that goes back',
    'cursor_backwards',
    { pages: () => write(12, 'cursor', Buffer.from(`${story.landings.alice!.commit}\n`)) },
  ],
  [
    'a cursor that is nowhere',
    'cursor_not_on_branch',
    { pages: () => write(12, 'cursor', Buffer.from(`${'b'.repeat(40)}\n`)) },
  ],
  [
    'a cursor on a side branch',
    'cursor_not_on_branch',
    { pages: () => write(12, 'cursor', Buffer.from(`${git(story.repo, ['rev-parse', 'work-longer'])}\n`)) },
  ],
  [
    'a cursor that is no id',
    'cursor_unreadable',
    { pages: () => write(12, 'cursor', Buffer.from('main\n')) },
  ],
  ['a landing passed over', 'landing_unrecorded', { pages: () => without(3, violationOf(story)) }],
  ['an entry that came too late', 'landing_unrecorded', { pages: () => late() }],
  ['an entry out of turn', 'landing_out_of_turn', { pages: () => late() }],
  [
    'a removal ignored',
    'removal_unrecorded',
    {
      pages: () =>
        rewriteFrom(
          IDS.dave,
          (entry) => ({ ...entry, events: entry.events.filter(({ event }) => event !== 'end_requested') }),
          story.pages.toSpliced(9, 1),
        ),
    },
  ],
  [
    'an end by policy that names no reason',
    'end_unexplained',
    { pages: () => endedByPolicy({ control: written(3, IDS.dave).decision.control }) },
  ],
  [
    'an end by policy for a reason there is not',
    'end_unexplained',
    {
      pages: () => endedByPolicy({ code: 'too_tall', control: written(3, IDS.dave).decision.control }),
    },
  ],
  [
    'an end by policy that names no documents',
    'end_unexplained',
    { pages: () => endedByPolicy({ code: 'not_in_people' }) },
  ],
  [
    'an end by documents that never lay there together',
    'end_unexplained',
    {
      pages: () => {
        const { control } = written(3, IDS.dave).decision;
        return endedByPolicy({ code: 'not_in_people', control: { ...control, people: control.policy } });
      },
    },
  ],
  [
    'an end by policy that nobody asked for',
    'ended_early',
    {
      pages: () =>
        rewrite(IDS.dave, (entry) => ({
          ...ineligible(entry),
          events: ineligible(entry).events.filter(({ event }) => event !== 'end_requested'),
        })),
    },
  ],
  ...orphanEdits(story),
  ...reviewEdits(story),
];

function edited(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes(from)) throw new Error(`nothing to edit: ${from}`);
  return Buffer.from(text.replace(from, to), 'latin1');
}

function violationOf({ pages }: Story): string {
  return [...(pages[3]?.writes.keys() ?? [])].find((path) => path.startsWith('violations/')) ?? '';
}

function moved(index: number, from: string, to: string): Page[] {
  return changed(index, (one) => ({
    ...one,
    writes: new Map([...one.writes].map(([path, content]) => [path === from ? to : path, content])),
  }));
}

function withRotation(): Page[] {
  return story.pages.toSpliced(5, 0, { subject: rotationSubject(newSigner().publicKey), writes: new Map() });
}

function appended(id: string, index: number, change: (entry: Entry) => Entry): Page[] {
  return [...story.pages, page('grant: 1', [change(written(index, id))])];
}

function inState(entry: Entry, state: Entry['holdings'][0]['state']): Entry {
  return withHolding(entry, { state });
}

function withHolding(entry: Entry, facts: Partial<Entry['holdings'][0]>, about?: string): Entry {
  const holdings = entry.holdings.map((held) => ({ ...held, ...facts }));
  const events = entry.events.map((one) =>
    one.entitlement === undefined || about === undefined ? one : { ...one, entitlement: about },
  );
  return { ...entry, holdings, events };
}

/** Adds an event whether or not it is possible. */
function forced(
  entry: Entry,
  event: Omit<GrantEvent, 'entitlement'>,
  state: Entry['holdings'][0]['state'],
): Entry {
  const entitlement = entry.holdings[0]?.entitlement ?? '';
  return inState({ ...entry, events: [...entry.events, { ...event, entitlement }] }, state);
}

function twice(entry: Entry): Entry {
  return { ...entry, holdings: [...entry.holdings, ...entry.holdings] };
}

function expiring(entry: Entry, minutes: number): Entry {
  return { ...entry, window: { startsAt: at(0), expiresAt: at(minutes) } };
}

function timed(entry: Entry, name: GrantEvent['event'], minutes: number): Entry {
  return {
    ...entry,
    events: entry.events.map((one) => (one.event === name ? { ...one, at: at(minutes) } : one)),
  };
}

function rewriteAt(index: number, id: string, change: (entry: Entry) => Entry): Page {
  return rewrite(id, change, index)[index]!;
}

function rewriteFrom(id: string, change: (entry: Entry) => Entry, pages: readonly Page[]): Page[] {
  const path = `grants/${id}.yaml`;
  const kept: Page[] = [];
  let last = '';
  for (const one of pages) {
    const bytes = one.writes.get(path);
    if (!Buffer.isBuffer(bytes)) {
      kept.push(one);
      continue;
    }
    const parsed = parseEntry(bytes, path);
    if ('issues' in parsed) throw new Error('no entry there');
    const text = renderEntry(change(parsed.value));
    const same = text === last;
    last = text;
    const others = [...one.writes].filter(([name]) => name !== path);
    kept.push({ ...one, writes: new Map(same ? others : [...others, [path, Buffer.from(text)]]) });
  }
  return kept;
}

/** The page on which alice's grant ends, without that end. */
function keptAlive(): Page {
  const one = story.pages[11]!;
  return { ...one, writes: new Map([...one.writes].filter(([path]) => !path.includes('/alice'))) };
}

function withContent(content: string): (entry: Entry) => Entry {
  return (entry) => ({ ...entry, request: { blob: blob(story.repo, content), content } });
}

export function withPolicy(policy: string, repo = story.repo): (entry: Entry) => Entry {
  return (entry) => ({
    ...entry,
    decision: { ...entry.decision, control: { ...entry.decision.control, policy: blob(repo, policy) } },
  });
}

type Approvals = Entry['decision']['approvals'];

function withApprovals(entry: Entry, change: (all: Approvals) => Approvals): Entry {
  return { ...entry, decision: { ...entry.decision, approvals: change(entry.decision.approvals) } };
}

function knowing(entry: Entry, facts: Partial<Entry['decision']['evidence']>): Entry {
  return { ...entry, decision: { ...entry.decision, evidence: { ...entry.decision.evidence, ...facts } } };
}

/** Dave's grant ended by policy instead of by removing its request. */
export function endedByPolicy(facts: Partial<GrantEvent>): Page[] {
  return rewrite(IDS.dave, (entry) => ineligible(entry, facts), 8);
}

function ineligible(entry: Entry, facts: Partial<GrantEvent> = {}): Entry {
  const reason = 'ineligible';
  return {
    ...entry,
    holdings: entry.holdings.map((held) => (held.reason === undefined ? held : { ...held, reason })),
    events: entry.events.map((event) => {
      if (event.reason === undefined) return event;
      return event.event === 'end_requested' ? { ...event, reason, ...facts } : { ...event, reason };
    }),
  };
}

/** Changes bob's review. */
function reviewed(entry: Entry, facts: Partial<Entry['decision']['evidence']['reviews'][0]>): Entry {
  const { reviews } = entry.decision.evidence;
  const changedReviews = reviews.map((one) => (one.author?.id === BOB.id ? { ...one, ...facts } : one));
  const when = facts.submittedAt;
  const told = knowing(entry, { reviews: changedReviews });
  if (when === undefined) return told;
  return withApprovals(told, (all) =>
    all.map((one) => (one.account.id === BOB.id ? { ...one, at: when } : one)),
  );
}

function withdrawn(entry: Entry): Entry {
  const { reviews } = entry.decision.evidence;
  const [first] = reviews;
  if (first === undefined) throw new Error('no review');
  const later = {
    ...first,
    id: 99,
    state: 'changes_requested' as const,
    submittedAt: addSeconds(first.submittedAt, 1),
  };
  return knowing(entry, { reviews: [...reviews, later] });
}

/** Dave's entry one page after the cursor has passed his landing. */
function late(): Page[] {
  const names = ['grants/2026/11/22/dave.yaml', 'active/2026/11/22/dave'];
  const early = story.pages[3]!;
  const kept = [...early.writes].filter(([path]) => !names.includes(path));
  const held = [...early.writes].filter(([path]) => names.includes(path));
  return story.pages.toSpliced(
    3,
    1,
    { ...early, writes: new Map(kept) },
    { subject: 'intend: 1', writes: new Map(held) },
  );
}
