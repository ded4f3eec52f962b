import { expect, test } from 'vitest';
import { scheduleMaintenance } from '../../src/schedule/maintenance.js';
import { createManualTimer } from '../support/manual-timer.js';

function world() {
  const timer = createManualTimer();
  const warnings: string[] = [];
  const log = { info() {}, warn: (message: string) => void warnings.push(message), error() {} };
  return { timer, warnings, log };
}

test('maintenance comes an hour after the start and every hour after that, also when it fails', async () => {
  const { timer, warnings, log } = world();
  let times = 0;
  scheduleMaintenance({
    timer,
    log,
    async maintain() {
      times += 1;
      if (times === 2) throw new Error('the disk is full');
    },
  });
  expect(times).toBe(0);
  await timer.pass(3_600);
  expect(times).toBe(1);
  await timer.pass(7_200);
  expect(times).toBe(3);
  expect(warnings).toEqual(['maintenance failed']);
});

test('never two at once, and none once it is stopped', async () => {
  const { timer, log } = world();
  let times = 0;
  let finish = (): void => {};
  const stop = scheduleMaintenance({
    timer,
    log,
    maintain: () =>
      new Promise((resolve) => {
        times += 1;
        finish = resolve;
      }),
  });
  await timer.pass(36_000);
  expect(times).toBe(1);
  finish();
  stop();
  await timer.pass(36_000);
  expect(times).toBe(1);
  expect(timer.waiting).toBe(0);
});
