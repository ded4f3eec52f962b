import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { openLedger } from '../../src/adapters/git/ledger.js';
import { openMirror } from '../../src/adapters/git/mirror.js';
import { newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { systemClock } from '../../src/adapters/system/clock.js';

// A process that starts on a mirror which is there and finds out what is active: what every restart does first. It says how long that took, in
// milliseconds, and how many there are.
const [directory = ''] = process.argv.slice(2);
const mirror = await openMirror({ url: '/nowhere', directory });
const signer = signerFromPrivateKey(newPrivateKey('bench'));
const ledger = openLedger({ mirror, signer, codec: documentCodec, clock: systemClock });
const begin = performance.now();
const known = await ledger.known();
const took = performance.now() - begin;
const readable = known?.snapshot.active.filter((one) => 'entry' in one) ?? [];
process.stdout.write(`${JSON.stringify({ took, active: readable.length })}\n`);
mirror.close();
