import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from '../../scenarios/scenario.js';
import { CORPUS } from '../../views/web/corpus.js';
import { barriers, signIn, startBrowser } from './browser.js';

/** One browser and one Hallpass for all of it; a context is one person's browser. */
let browser: Browser;
let scenario: Scenario;
let url: string;

/** As much of it as a request takes: its lines have 400 characters. */
const EVIL = CORPUS.slice(0, 8).join(' ');

beforeAll(async () => {
  [browser, scenario] = await Promise.all([startBrowser(), startScenario({ dashboard: true })]);
  url = scenario.world.running.dashboardUrl ?? '';
  const over = await scenario.ask('alice', 'alice-over', { duration: '30m' });
  await scenario.approve(over, 'bob', 'carol');
  await scenario.merge(over);
  await scenario.after(1_800);
  const live = await scenario.ask('alice', 'alice-live', { duration: '2h', justification: EVIL });
  await scenario.approve(live, 'bob', 'carol');
  await scenario.merge(live);
  const open = await scenario.ask('bob', 'bob-open', { subject: 'bob', justification: EVIL });
  await scenario.approve(open, 'carol');
});
afterAll(async () => {
  await browser?.close();
  await scenario?.close();
});

interface Seat {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained of: errors of scripts, and what the policy of a page refused. */
  readonly complaints: string[];
}

async function seat(options: Parameters<Browser['newContext']>[0] = {}): Promise<Seat> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, complaints };
}

async function aliceAt(path: string, options: Parameters<typeof seat>[0] = {}): Promise<Seat> {
  const one = await seat(options);
  await signIn(one.page, url + path, 'alice');
  return one;
}

const PAGES = (): Readonly<Record<string, string>> => ({
  '/': 'Now · Hallpass',
  '/history': 'History · Hallpass',
  '/targets': 'Targets · Hallpass',
  '/numbers': 'Numbers · Hallpass',
  '/people/alice': 'alice · Hallpass',
  '/entitlements/orders-db-readonly': 'orders-db-readonly · Hallpass',
  [`/grants/${scenario.id('alice-live')}`]: `${scenario.id('alice-live')} · Hallpass`,
  [`/grants/${scenario.id('alice-over')}`]: `${scenario.id('alice-over')} · Hallpass`,
});

describe('in a browser', () => {
  it('somebody signs in, comes to the page they wanted, and signs out', async () => {
    const { page, context } = await seat();
    await page.goto(`${url}/targets`);
    expect(await page.title()).toBe('Sign in · Hallpass');
    expect(await barriers(page)).toEqual([]);
    await signIn(page, `${url}/targets`, 'alice');
    expect(page.url()).toBe(`${url}/targets`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.title()).toBe('Signed out · Hallpass');
    await page.goto(`${url}/`);
    expect(await page.title()).toBe('Sign in · Hallpass');
    await context.close();
  });

  it.each(['light', 'dark'] as const)(
    'every page is there for everybody, %s, without errors',
    async (colorScheme) => {
      const { page, context, complaints } = await aliceAt('/', { colorScheme });
      for (const [path, title] of Object.entries(PAGES())) {
        await page.goto(url + path);
        expect(await page.title()).toBe(title);
        expect([path, ...(await barriers(page))]).toEqual([path]);
      }
      expect(complaints).toEqual([]);
      const back = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect(back).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(17, 21, 27)');
      await context.close();
    },
  );

  it('nothing is wider than a phone, and everything can be read on one', async () => {
    const { page, context } = await aliceAt('/', { viewport: { width: 360, height: 740 } });
    for (const path of Object.keys(PAGES())) {
      await page.goto(url + path);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect([path, wide]).toEqual([path, 360]);
    }
    await context.close();
  });

  it('nothing that people wrote runs, loads or leads away, wherever it stands', async () => {
    const { page, context, complaints } = await aliceAt('/');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const path of Object.keys(PAGES())) {
      await page.goto(url + path);
      const strange = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll('main img, main script, main base, main meta, main [onerror], main [onload], main [onfocus]')].map((one) => one.outerHTML)`,
      );
      expect([path, ...strange]).toEqual([path]);
    }
    const isShown = await page.goto(`${url}/grants/${scenario.id('alice-live')}`);
    expect(isShown?.status()).toBe(200);
    expect(await page.locator('blockquote').textContent()).toContain('<script>alert(1)</script>');
    expect(asked.filter((one) => !one.startsWith(`${url}/`))).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a page refuses what is put into it', async () => {
    const { page, context, complaints } = await aliceAt('/');
    await page.evaluate(`(() => {
      const inline = document.createElement('script');
      try { inline.textContent = 'window.ran = 1'; document.body.append(inline); } catch {}
      const image = document.createElement('img');
      image.src = 'https://evil.example/x.png';
      document.body.append(image);
      document.body.setAttribute('style', 'color: red');
    })()`);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints.join('\n')).toMatch(/script|TrustedScript/i);
    expect(complaints.join('\n')).toContain('evil.example');
    await context.close();
  });
});

describe('without scripts', () => {
  it('everything is there, the search, the pages and signing out', async () => {
    const { page, context } = await aliceAt('/', { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { name: 'Held now' }).isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'Look again' }).isVisible()).toBe(true);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByLabel('State').selectOption('ended');
    await page.getByLabel('Person').fill('alice');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.getByRole('link', { name: scenario.id('alice-over') }).isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: scenario.id('alice-live') }).count()).toBe(0);
    await page.getByRole('link', { name: scenario.id('alice-over') }).click();
    expect(await page.locator('main').textContent()).toContain('Taken away, and read back as gone');
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.title()).toBe('Signed out · Hallpass');
    await context.close();
  });
});

describe('with the keyboard alone', () => {
  it('one can skip to the content, go anywhere, and see where one is', async () => {
    const { page, context } = await aliceAt('/');
    await page.reload();
    const focused = () =>
      page.evaluate<string>('(document.activeElement.textContent || document.activeElement.id).trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe(
      'solid',
    );
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main');
    // Not by `reload`: with `#main` in the address a browser begins there.
    await page.goto(`${url}/`);
    const seen: string[] = [];
    for (let step = 0; step < 9; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen).toEqual([
      'Skip to the content',
      'Hallpass',
      'acme/access',
      'Now',
      'History',
      'Targets',
      'Numbers',
      'alice',
      'Sign out',
    ]);
    await context.close();
  });
});

describe('while one looks', () => {
  it('a page follows what happens, keeps the focus, and says that it changed', async () => {
    const { page, context, complaints } = await aliceAt('/');
    await page.getByRole('link', { name: scenario.id('alice-live') }).focus();
    const second = await scenario.ask('alice', 'alice-second', { duration: '1h' });
    await page.locator('main', { hasText: `#${second}` }).waitFor();
    await scenario.approve(second, 'bob', 'carol');
    await scenario.merge(second);
    await page.getByRole('link', { name: scenario.id('alice-second') }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe(scenario.id('alice-live'));
    expect(await page.getByRole('status').textContent()).toBe('The page was updated.');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a search one is about to type is left alone', async () => {
    const { page, context } = await aliceAt('/history');
    await page.getByLabel('Person').fill('car');
    await scenario.pass();
    expect(await page.getByLabel('Person').inputValue()).toBe('car');
    await context.close();
  });

  it('what is overdue stands before everything, at once', async () => {
    const { page, context } = await aliceAt('/');
    expect(await page.locator('h1').textContent()).toBe('All is well');
    scenario.target.refusing = true;
    scenario.auditMayFind('ended_late');
    await scenario.after(3 * 3_600);
    await page.getByRole('heading', { name: '2 grants are past their end' }).waitFor();
    expect(await page.title()).toBe('(2!) Now · Hallpass');
    expect(await barriers(page)).toEqual([]);
    scenario.target.refusing = false;
    await scenario.after(120);
    await page
      .getByRole('heading', { name: 'Needs a look' })
      .or(page.getByRole('heading', { name: 'All is well' }))
      .waitFor();
    await context.close();
  });
});
