// Prints "PASSED FAILED" of a vitest JSON report; says which tests failed or were skipped on standard error.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let passed = 0;
let failed = 0;
for (const file of report.testResults) {
  // A file that cannot be loaded has no tests to fail.
  if (file.status === 'failed' && file.assertionResults.length === 0) {
    failed += 1;
    console.error(`failed: ${file.name}`);
  }
  for (const test of file.assertionResults) {
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
