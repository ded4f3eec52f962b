import { orphansPath } from '../../../src/core/audit/layout.js';
import type { Orphan, OrphanRecord, OrphanStage } from '../../../src/core/reconcile/orphan.js';
import { renderOrphans } from '../../../src/documents/orphans.js';
import { at, type Page, type Story } from './audit-story.js';

const MALLORY: Orphan = { subject: 'mallory', grant: { name: 'app_readonly' }, entitlements: [] };
/** What alice's grant holds from page 1 on. */
const ALICE: Orphan = { ...MALLORY, subject: 'alice' };

function removal(stage: OrphanStage, orphan: Orphan): OrphanRecord {
  const when = at(stage === 'intended' ? 2 : 3);
  return { version: 1, target: 'orders-db', at: when, stage, orphans: [orphan] };
}

function pageOf(record: OrphanRecord, path = orphansPath(record)): Page {
  return { subject: 'remove: 1 orphans', writes: new Map([[path, Buffer.from(renderOrphans(record))]]) };
}

/** The story with removals of orphans after its grant was given. */
const told = (story: Story, ...records: readonly OrphanRecord[]): Page[] =>
  story.pages.toSpliced(3, 0, ...records.map((record) => pageOf(record)));

export const orphanStories = (story: Story): readonly (readonly [name: string, pages: () => Page[]])[] => [
  [
    'an orphan that was announced and removed',
    () => told(story, removal('intended', MALLORY), removal('done', MALLORY)),
  ],
  [
    'one that a grant held and that was left alone',
    () => told(story, removal('intended', ALICE), removal('done', { ...ALICE, code: 'held_by_grant' })),
  ],
  ['one whose end is not recorded yet', () => told(story, removal('intended', MALLORY))],
];

export const orphanEdits = (
  story: Story,
): readonly (readonly [name: string, code: string, edit: { readonly pages: () => Page[] }])[] => [
  [
    'an orphan removed while a grant held it',
    'orphan_held',
    { pages: () => told(story, removal('intended', ALICE), removal('done', ALICE)) },
  ],
  [
    'an orphan removed without a word before',
    'orphan_not_intended',
    { pages: () => told(story, removal('done', MALLORY)) },
  ],
  [
    'an orphan removed after another was announced',
    'orphan_not_intended',
    {
      pages: () =>
        told(story, removal('intended', MALLORY), removal('done', { ...MALLORY, subject: 'trent' })),
    },
  ],
  [
    'a record of orphans in the place of another',
    'document_unreadable',
    {
      pages: () =>
        story.pages.toSpliced(
          3,
          0,
          pageOf(removal('intended', MALLORY), 'orphans/2026/11/20261122t000000z-orders-db-intended.yaml'),
        ),
    },
  ],
  [
    'a record of orphans that is none',
    'document_unreadable',
    {
      pages: () => {
        const path = orphansPath(removal('intended', MALLORY));
        const none: Page = {
          subject: 'remove: 1 orphans',
          writes: new Map([[path, Buffer.from('version: 1\n')]]),
        };
        return story.pages.toSpliced(3, 0, none);
      },
    },
  ],
  [
    'a record of orphans changed afterwards',
    'document_rewritten',
    {
      pages: () => {
        const first = removal('intended', MALLORY);
        return [...told(story, first), pageOf({ ...first, orphans: [{ ...MALLORY, subject: 'trent' }] })];
      },
    },
  ],
  [
    'a record of orphans removed',
    'document_removed',
    {
      pages: () => {
        const first = removal('intended', MALLORY);
        return [
          ...told(story, first),
          { subject: 'remove: 1 orphans', writes: new Map([[orphansPath(first), null]]) },
        ];
      },
    },
  ],
];
