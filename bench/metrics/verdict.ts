import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { evidenceOf } from '../../src/app/policy/suite-evidence.js';
import { evaluate } from '../../src/core/policy/evaluate.js';
import type { RequestId } from '../../src/core/request.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import type { Parsed } from '../../src/documents/issue.js';
import { parsePeople } from '../../src/documents/people.js';
import { parsePolicy } from '../../src/documents/policy.js';
import { parseRequest } from '../../src/documents/request.js';
import { parseSuite } from '../../src/documents/suite.js';
import { compare, cpuHere } from '../measure.js';
import type { Metric } from '../metric.js';

const EXAMPLE = 'examples/two-person-production';
const ID = '2026/11/alice-orders-db' as RequestId;
const REQUEST = `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: "INC-4242: checkout is slow, need to read query plans"
ticket: INC-4242
`;
/** A turn is long enough that the compilers of V8 are not what is measured. */
const TIMES = 2_000;

/** Written as nobody but a person would, so that the parser reads it and not the reader of what is plainly written. */
const ANNOTATED = REQUEST.replace('duration: 2h', "duration: '2h' # until the incident is over");

/** From the bytes of a request to a decision that explains itself, with every check of the rule set. */
export const verdict: Metric = {
  name: 'verdict',
  async measure() {
    const decide = decider();
    return [
      { ...(await measured(REQUEST, decide)), name: 'verdict', target: { atMost: 1.2 } },
      { ...(await measured(ANNOTATED, decide)), name: 'verdict.annotated' },
    ];
  },
};

async function measured(text: string, decide: (bytes: Uint8Array) => void) {
  const bytes = Buffer.from(text);
  const { ratio, spread, floor } = await compare(
    15,
    () => cpuHere(() => repeat(() => decide(bytes))),
    () => cpuHere(() => repeat(() => parseDocument(bytes.toString('utf8'), OPTIONS).toJS())),
  );
  const each = ((floor * 1_000) / TIMES).toFixed(0);
  return {
    value: ratio,
    unit: '× CPU',
    floor: `\`parseDocument\` of \`yaml\` on the same bytes, ${each} µs`,
    spread,
  };
}

/** What the strict profile asks of the parser. */
const OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, strict: true } as const;

function decider(): (bytes: Uint8Array) => void {
  const read = (name: string) => readFileSync(`${EXAMPLE}/${name}.yaml`);
  const catalog = valueIn(parseCatalog(read('catalog'), 'catalog.yaml', providerKinds));
  const policy = valueIn(parsePolicy(read('policy'), 'policy.yaml', catalog));
  const control = { catalog, policy, people: valueIn(parsePeople(read('people'), 'people.yaml')) };
  const suite = valueIn(parseSuite(read('suite'), 'suite.yaml'));
  const [first] = suite.cases;
  if (first === undefined) throw new TypeError('the example has no case');
  const evidence = evidenceOf(suite, first, control);
  return (bytes) => {
    const { outcome } = evaluate(control, valueIn(parseRequest(bytes, ID)), evidence);
    if (outcome !== 'approved') throw new TypeError(`the example is ${outcome}`);
  };
}

function valueIn<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value;
  throw new TypeError(parsed.issues.map(({ message }) => message).join('\n'));
}

function repeat(task: () => void): void {
  for (let time = 0; time < TIMES; time += 1) task();
}
