// One pass in a process of its own, killed for real before or after its n-th call that reaches a target, the ledger or the spool, or file that
// it puts in its place. Run by crash.test.ts.
import files, { readFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { runPass } from '../../src/app/reconciling/run-pass.js';
import { wireServer } from '../../src/wire.js';

const plan = JSON.parse(await readFile(process.argv[2], 'utf8'));
const silent = { info() {}, warn() {}, error() {} };
let points = 0;

/** A point where the machine may go down. */
function point() {
  points += 1;
  if (points === plan.killAt) process.kill(process.pid, 'SIGKILL');
}

/** The same calls, with a point before and after each. */
function withPoints(target, names) {
  const wrapped = names.map((name) => [
    name,
    async (...args) => {
      point();
      const result = await target[name](...args);
      point();
      return result;
    },
  ]);
  return { ...target, ...Object.fromEntries(wrapped) };
}

// Objects of the mirror are no news until a ref leads to them; ledger-writes.test.ts kills between them.
const { rename } = files;
files.rename = async (from, to) => {
  if (String(to).includes('/objects/')) return rename(from, to);
  point();
  await rename(from, to);
  point();
};
syncBuiltinESMExports();

const clock = { now: () => plan.now };
const targets = new Map(Object.entries(plan.targets));
const { ports, close } = await wireServer({ ...plan.options, targets, clock, log: silent });
const providers = new Map(
  [...ports.providers].map(([id, provider]) => [
    id,
    withPoints(provider, ['observe', 'preflight', 'grant', 'revoke', 'endSessions']),
  ]),
);
// PostgreSQL's clock is not the one that the test moves.
for (const provider of providers.values()) {
  const { observe } = provider;
  provider.observe = async (...asked) => ({ ...(await observe(...asked)), clock: plan.now });
}
const ledger = withPoints(ports.ledger, ['append']);
const spool = withPoints(ports.spool, ['append', 'settle']);
const report = await runPass({ ...ports, ledger, spool, providers }, { observe: true, told: new Set() });
await close();
process.stdout.write(JSON.stringify({ points, faults: report.faults }));
