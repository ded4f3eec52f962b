import type { EvidenceReport } from '../../core/report/report.js';
import { type Cell, plain } from './cells.js';

type Row = readonly [what: string, checked: 'yes' | 'no' | 'in part', how: string];

/** What this report rests on, and what it cannot say. An auditor reads this first. */
export function coverageOf({ verification, unread }: EvidenceReport): readonly Row[] {
  const proved = verification.kind === 'verified';
  const sound = proved && verification.findings.length === 0;
  return [
    [
      'Every document of the ledger was read',
      unread.length === 0 ? 'yes' : 'in part',
      unread.length === 0
        ? 'None is left out.'
        : `Not read, and so not in this report: ${unread.join(', ')}.`,
    ],
    [
      'The ledger is as the app wrote it',
      proved ? 'yes' : 'no',
      proved
        ? `Every commit was held against its signature, its place and the rules of the ledger: ${sound ? 'nothing was found' : 'see the findings'}.`
        : 'Give the list of signers with --signers.',
    ],
    [
      'Every decision follows from what was recorded',
      proved ? 'yes' : 'no',
      proved
        ? 'Each was made again from its evidence, by the documents of its time.'
        : 'It is checked with --signers.',
    ],
    [
      'Every request that landed is answered for',
      proved ? 'yes' : 'no',
      proved
        ? 'Requests of the default branch are held against the ledger, up to its cursor.'
        : 'It is checked with --signers.',
    ],
    [
      'The ledger was not set back to an earlier state',
      'no',
      'hallpass audit verify --checkpoint does, with a state that was seen before.',
    ],
    ['Reviews were given on GitHub as recorded', 'no', 'The links lead there.'],
    [
      'Targets held what the ledger says, and nothing else',
      'no',
      'The app reads back what it changes; hallpass drift looks at everything.',
    ],
    [
      'Standing privileges',
      'in part',
      'Recorded are those that owners were asked about, and who held something before a grant of the same. hallpass drift lists all of them as they are now.',
    ],
    [
      'Who changed policy, catalog and people',
      'in part',
      'Author and time are what the commits say of themselves. Workflows and CODEOWNERS are not looked at.',
    ],
  ];
}

export function coverageRows(report: EvidenceReport): readonly (readonly Cell[])[] {
  return coverageOf(report).map((row) => row.map(plain));
}
