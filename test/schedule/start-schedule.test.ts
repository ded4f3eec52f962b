import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.js';
import { startSchedule } from '../../src/schedule/start-schedule.js';

it.each(['* * * * *', '0 0 29 2 *', '*/5 * * * * *'])(
  'is not late before %s has come',
  async (expression) => {
    const schedule = startSchedule({
      expression,
      clock: systemClock,
      fullEvery: 5,
      onTick: () => {},
      onWake: () => {},
    });
    try {
      expect(schedule.lateBeat()).toBeLessThan(1);
    } finally {
      await schedule.stop();
    }
  },
);
