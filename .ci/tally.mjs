// Prints "PASSED FAILED" of a vitest JSON report; says on standard error which tests failed or were skipped. A skipped test proves
// nothing, so it counts as failed, unless it says for what reason it cannot be: a contract suite opts out with `(not here: …)`.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let passed = 0;
let failed = 0;
const optedOut = (test) => test.status === 'skipped' && /\(not here: .+\)$/.test(test.title);
for (const file of report.testResults) {
  // A file that cannot be loaded has no tests to fail.
  if (file.status === 'failed' && file.assertionResults.length === 0) {
    failed += 1;
    console.error(`failed: ${file.name}`);
  }
  for (const test of file.assertionResults) {
    if (optedOut(test)) continue;
    if (test.status === 'passed') passed += 1;
    else {
      failed += 1;
      console.error(`${test.status}: ${file.name}: ${test.fullName}`);
    }
  }
}
// An error outside any test, such as an unhandled rejection.
if (!report.success && failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
