// One append to a ledger in a process of its own, killed for real around its n-th step on the disk. Run by ledger-writes.test.ts.
import files, { readFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { openLedger } from '../../src/adapters/git/ledger.js';
import { openMirror } from '../../src/adapters/git/mirror.js';
import { signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';

const plan = JSON.parse(await readFile(process.argv[2], 'utf8'));
let points = 0;

/** A point where the machine may go down. */
function point() {
  points += 1;
  if (points === plan.killAt) process.kill(process.pid, 'SIGKILL');
}

const mirror = await openMirror({ url: plan.remote, directory: plan.directory });
const signer = signerFromPrivateKey(plan.key);
const ledger = openLedger({ mirror, signer, codec: documentCodec, clock: { now: () => plan.now } });
const { head } = await ledger.read();

// After a file is made it is empty; before it is moved it is whole.
for (const name of ['open', 'rename']) {
  const real = files[name];
  files[name] = async (...args) => {
    point();
    const result = await real(...args);
    point();
    return result;
  };
}
syncBuiltinESMExports();
await ledger.append({ base: head, subject: 'grant: entries', entries: plan.entries, violations: [] });
mirror.close();
process.stdout.write(JSON.stringify({ points }));
