import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createSandboxClock } from '../src/sandbox/clock.js';
import { startOrdersDatabase } from '../src/sandbox/demo/database.js';
import { sandboxPages } from '../src/sandbox/pages/handler.js';
import { startWorld } from '../src/sandbox/world.js';
import { createLog } from '../src/wire.js';
import { signIn, startBrowser } from './web/dashboard/browser.js';

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));

it('every picture that a page shows is there, and every picture is shown', () => {
  const shown = ['README.md', 'docs/dashboard.md', 'docs/getting-started.md'].flatMap((path) => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
    return [...text.matchAll(/images\/([\w-]+\.png)/gu)].map(([, name]) => name);
  });
  expect([...new Set(shown)].toSorted()).toEqual(readdirSync(IMAGES).filter((name) => name.endsWith('.png')));
});

const DAYS = 9;

const onDemand = it.runIf(process.env.UPDATE_PICTURES);

/** From the running sandbox. The story takes nine days of its own time, and a minute of ours. */
onDemand('takes the pictures (not here: npm run pictures)', { timeout: 900_000 }, async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-16T08:12:00Z') });
  onTestFinished(() => void vi.useRealTimers());
  const dir = mkdtempSync(join(tmpdir(), 'hallpass-pictures-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const database = await startOrdersDatabase(dir);
  onTestFinished(() => database.stop());
  const clock = createSandboxClock({ standing: true });
  const world = await startWorld({
    dir,
    clock,
    log: createLog({ clock, secrets: () => [], level: 'error', destination: { write: () => {} } }),
    targets: new Map([['orders-db', { kind: 'postgres', connection: database.connection }]]),
    dashboard: true,
  });
  onTestFinished(() => world.close());
  world.github.setPages(
    sandboxPages({
      world,
      clock,
      people: ['alice', 'bob', 'carol', 'dana'],
      async holding() {
        const session = await database.openSession();
        const question = 'SELECT count(*) FROM orders';
        const [members, answer] = [await database.members('app_readonly'), await session.ask(question)];
        await session.close();
        return { role: 'app_readonly', members, question, answer };
      },
    }),
  );
  const { github } = world;
  const pass = async (seconds: number): Promise<void> => {
    clock.advance(seconds);
    world.running.hints.pass();
    await world.settled();
  };
  const ask = async (login: string, name: string, lines: readonly string[]): Promise<number> => {
    const text = ['version: 1', `subject: ${login}`, ...lines, ''].join('\n');
    const me = github.as(login);
    await me.push(name, { [`access-requests/2026/11/${name}.yaml`]: text });
    const pull = await me.openPullRequest({ head: name, title: name.replaceAll('-', ' ') });
    await world.settled();
    return pull;
  };
  const read = (ticket: string, why: string, duration = '1h') => [
    'entitlements: [orders-db-readonly]',
    `duration: ${duration}`,
    `justification: "${ticket}: ${why}"`,
    `ticket: ${ticket}`,
  ];
  const deploy = (why: string) => [
    'entitlements: [orders-deployers]',
    'duration: 4h',
    `justification: "${why}"`,
  ];
  const agreed = async (pull: number, wait: number): Promise<void> => {
    for (const login of ['bob', 'carol']) {
      clock.advance(wait);
      await github.as(login).approve(pull);
      await world.settled();
    }
    clock.advance(30);
    await github.as('alice').merge(pull);
    await world.settled();
  };
  const passAt = (moment: number): Promise<void> => pass((moment - Date.parse(clock.now())) / 1_000);
  const HOUR = 3_600_000;
  for (let day = 0; day < DAYS; day += 1) {
    const morning = Date.parse(clock.now());
    const ends: number[] = [];
    if (day % 2 === 0) {
      await ask('bob', `release-${day}`, deploy(`release 1.${day}`));
      ends.push(Date.parse(clock.now()) + 4 * HOUR);
    }
    if (day % 3 !== 1) {
      const pull = await ask('alice', `checkout-is-slow-${day}`, read(`INC-42${day}`, 'checkout is slow'));
      await agreed(pull, 40 + day * 60);
      ends.push(Date.parse(clock.now()) + HOUR);
    }
    // A pass right at each end, as the timer of a running server makes it.
    for (const end of ends.toSorted((a, b) => a - b)) await passAt(end + 2_000);
    await passAt(morning + 24 * HOUR);
  }
  await agreed(
    await ask('alice', 'invoices-are-missing', read('INC-4250', 'invoices are missing', '2h')),
    90,
  );
  await ask('bob', 'release-1-10', deploy('release 1.10'));
  const open = await ask('alice', 'refunds-are-stuck', read('INC-4251', 'refunds are stuck', '30m'));
  clock.advance(120);
  await github.as('bob').approve(open);
  await world.settled();
  await pass(1_500);

  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const url = world.running.dashboardUrl ?? '';
  const shoot = async (name: string, page: Page): Promise<void> => {
    await page.waitForLoadState('networkidle').catch(() => {});
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  };
  const context = async (options: Parameters<typeof browser.newContext>[0]) =>
    (await browser.newContext({ viewport: { width: 1180, height: 760 }, ...options })).newPage();
  const light = await context({ colorScheme: 'light' });
  await signIn(light, `${url}/`, 'carol');
  await shoot('dashboard', light);
  const dark = await context({ colorScheme: 'dark', viewport: { width: 1180, height: 1_000 } });
  await signIn(dark, `${url}/history`, 'carol');
  await shoot('history', dark);
  const pull = await context({ viewport: { width: 1180, height: 1_000 } });
  await pull.goto(`${github.url}/acme/access/pull/${open}`);
  await pull.frameLocator('iframe').locator('#members').waitFor();
  await shoot('pull-request', pull);
});
