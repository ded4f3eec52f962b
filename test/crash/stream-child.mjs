// One run of a stream in a process of its own, killed for real before or after its n-th durable step: a delivery, or a note of how far it
// came. Run by stream.test.ts.
import { streamLedger } from '../../src/app/auditing/stream-ledger.js';
import { lineFile, noteIn, openLedgerHistory } from '../../src/wire-offline.js';

const [repo, file, cursor, killAt] = process.argv.slice(2);
let points = 0;

function point() {
  points += 1;
  if (points === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

const around =
  (work) =>
  async (...args) => {
    point();
    const result = await work(...args);
    point();
    return result;
  };

const history = await openLedgerHistory(repo);
const [sink, note] = [lineFile(file), noteIn(cursor)];
await streamLedger({
  history,
  ledgerBranch: 'access-ledger',
  repository: null,
  format: 'json',
  sink: { deliver: around(sink.deliver) },
  cursor: { read: note.read, write: around(note.write) },
});
await history.close();
process.stdout.write(String(points));
