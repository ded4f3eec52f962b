import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEMAND, LIFE, LIMITS, SHARDS } from './budgets.js';
import { BUSIEST_HOUR, simulateYear } from './year.js';

const MEAN = DEMAND.requestsADay / DEMAND.repositories;
/** Once a month everybody of a team asks at once: four times the usual for an hour. */
const INCIDENTS = new Map(Array.from({ length: 12 }, (_, month) => [(30 * month + 9) * 24 + 10, 4] as const));
const print = (what: string, report: object): void => {
  if (process.env.HALLPASS_PRINT) process.stdout.write(`${what} ${JSON.stringify(report)}\n`);
};

describe('a year of access repositories', () => {
  it.each([
    ['one like the others', 1],
    ['the busiest', DEMAND.busiest],
  ])('%s stays within every budget of GitHub', (what, times) => {
    const year = simulateYear({ seed: 1, requestsADay: MEAN * times, incidents: INCIDENTS });
    print(what, year);
    expect(year.callsInAnHour).toBeLessThan(LIMITS.callsAnHour);
    expect(year.pushesInAMinute).toBeLessThanOrEqual(LIMITS.pushesAMinute);
    expect(year.filesInAFolder).toBeLessThan(LIMITS.filesAFolder);
    expect(year.markersInAShard).toBeLessThan(LIMITS.filesAFolder);
    expect(year.left).toBe(0);
    // Checks and comments are hardly late on a usual day. In an incident they are; ends are not, since they need none of it.
    expect(year.usuallyWaits).toBeLessThan(30);
    expect(year.contentWaits).toBeLessThan(8 * 60);
    expect(year.active).toBeGreaterThan(MEAN * times * DEMAND.meanDays * 0.6);
  });

  it('the calculation says what breaks first: content, long before calls, pushes or folders', () => {
    const anHour = DEMAND.requestsADay * BUSIEST_HOUR;
    const need = {
      content: (anHour * LIFE.content) / LIMITS.contentAnHour,
      calls: (anHour * LIFE.calls) / LIMITS.callsAnHour,
      files: DEMAND.requestsADay / LIMITS.filesAFolder,
      markers: (DEMAND.requestsADay * DEMAND.meanDays) / (LIMITS.filesAFolder * SHARDS),
    };
    print('need', need);
    expect(Math.max(...Object.values(need))).toBe(need.content);
    expect(need.content).toBeLessThan(DEMAND.repositories / 2);
  });

  it.each([
    ['half the repositories for the same work', MEAN * DEMAND.busiest * 4],
    ['all of it in one repository', DEMAND.requestsADay / 10],
  ])('%s does not: the simulation notices', (_, requestsADay) => {
    const year = simulateYear({ seed: 1, requestsADay, incidents: new Map(), days: 30 });
    expect(year.usuallyWaits).toBeGreaterThan(60);
  });

  it('the page calculates with the same numbers', () => {
    const page = readFileSync('docs/scaling.md', 'utf8');
    const rows = new Map(
      [...page.matchAll(/^\| ([^|]+) \| ([\d,.]+) \|/gm)].map(([, name, value]) => [name, value]),
    );
    const said = (name: string): number => Number(rows.get(name)?.replaceAll(',', ''));
    expect({
      requestsADay: said('requests on a working day'),
      meanDays: said('days a grant lasts in the mean'),
      repositories: said('access repositories'),
      calls: said('calls of a life'),
      content: said('of which create content'),
      jobs: said('jobs of a life'),
    }).toEqual({
      requestsADay: DEMAND.requestsADay,
      meanDays: DEMAND.meanDays,
      repositories: DEMAND.repositories,
      calls: LIFE.calls,
      content: LIFE.content,
      jobs: LIFE.jobs,
    });
  });
});
