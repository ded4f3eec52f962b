import { expect, it } from 'vitest';
import type { SurveyedTarget } from '../../../src/app/targets/survey-targets.js';
import { checkRows } from '../../../src/app/targets/target-rows.js';

const target: SurveyedTarget = { id: 'db', kind: 'memory', configured: true, entitlements: [] };

it.each([
  [61, /^the clock of db is 61 s ahead$/],
  [-61, /^the clock of db is 61 s behind$/],
])('a clock that is %i s off is said', (clockAhead, message) => {
  expect(checkRows({ ...target, clockAhead })).toMatchObject([
    { target: 'db', entitlement: null, ok: false, code: 'clock', message: expect.stringMatching(message) },
  ]);
});

it.each([0, 60, -60, undefined])('a clock that is %s s off is not', (clockAhead) => {
  expect(checkRows(clockAhead === undefined ? target : { ...target, clockAhead })).toEqual([]);
});
