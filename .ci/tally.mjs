// Prints "PASSED FAILED" of a vitest JSON report; says on standard error which tests failed or were skipped. A skipped test proves
// nothing, so it counts as failed, unless its name ends with where it is tried or why it cannot be: `(not here: …)`.
// A suite that is not there at all is not skipped either, so what has to be tried on a real server is listed.
import { readFileSync } from 'node:fs';

/** What has to be real, and how the full names of its tests begin. */
const REAL = [
  ['PostgreSQL 15', 'PostgreSQL 15, membership the provider contract'],
  ['PostgreSQL 17', 'PostgreSQL 17, membership the provider contract'],
  ['pg_cron', 'the reaper, driven by pg_cron'],
  ['sshd', 'with a real sshd the provider contract'],
  ['an sshd that is logged in to', 'a host that trusts the authority'],
  ['slapd', 'with a real slapd the provider contract'],
  ['a slapd with dds', 'entries that end by themselves in a real slapd'],
  ['a SCIM server', 'the provider contract: scim, on scimmy'],
];

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let passed = 0;
let failed = 0;
const optedOut = (test) => test.status === 'skipped' && /\(not here: .+\)$/.test(test.title);
const namesOfPassed = [];
for (const file of report.testResults) {
  // A file that cannot be loaded has no tests to fail.
  if (file.status === 'failed' && file.assertionResults.length === 0) {
    failed += 1;
    console.error(`failed: ${file.name}`);
  }
  for (const test of file.assertionResults) {
    if (optedOut(test)) continue;
    if (test.status === 'passed') {
      passed += 1;
      namesOfPassed.push(test.fullName);
    } else {
      failed += 1;
      console.error(`${test.status}: ${file.name}: ${test.fullName}`);
    }
  }
}
for (const [what, beginning] of REAL) {
  if (namesOfPassed.some((name) => name.startsWith(beginning))) continue;
  failed += 1;
  console.error(`not tried: ${what}; no test that begins with "${beginning}" passed`);
}
// An error outside any test, such as an unhandled rejection.
if (!report.success && failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
