import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers, signIn, startBrowser } from '../../web/dashboard/browser.js';

let browser: Browser;
let sandbox: ChildProcess;
let welcome = '';

/** The program itself, as somebody new starts it: a stand-in for GitHub, Hallpass, and a real PostgreSQL. */
beforeAll(async () => {
  browser = await startBrowser();
  sandbox = spawn(process.execPath, ['dist/cli/main.js', 'sandbox'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of sandbox.stdout ?? []) {
    welcome += String(chunk);
    if (welcome.includes('Webhooks go to')) break;
  }
});

afterAll(async () => {
  await browser?.close();
  if (sandbox === undefined || sandbox.exitCode !== null) return;
  const ended = once(sandbox, 'exit');
  sandbox.kill('SIGTERM');
  await ended;
});

const [HOME, DASHBOARD] = [/watch the database:\n {2}(\S+)/u, /sign in as whom you like:\n {2}(\S+)/u];
const address = (pattern: RegExp): string => pattern.exec(welcome)?.[1] ?? 'nowhere';

const become = async (page: Page, login: string): Promise<void> => {
  await page.getByRole('button', { name: login, exact: true }).click();
  await page.locator(`button[value="${login}"][aria-pressed="true"]`).waitFor();
};
/** Looked at where nothing loads it again, so that it holds still. */
const barriersAt = async (page: Page): Promise<readonly string[]> => {
  const still = await page.context().newPage();
  await still.route('**/sandbox/changes', (route) => route.abort());
  await still.goto(page.url());
  const found = await barriers(still);
  await still.close();
  return found;
};
const database = (page: Page) => page.frameLocator('iframe');

test('from a request to access in the real database and to its end, in a browser', async () => {
  const page = await (await browser.newContext()).newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => dialogs.push(error.message));
  await page.goto(address(HOME));
  await page.getByText('Nobody has asked for anything yet').waitFor();
  await database(page).getByText('permission denied').waitFor();
  expect(await barriersAt(page)).toEqual([]);

  await page.getByRole('link', { name: 'ask for access' }).first().click();
  await page.getByLabel('Title', { exact: true }).fill('<img src=x onerror=alert(1)> INC-4242');
  expect(await barriersAt(page)).toEqual([]);
  await page.getByRole('button', { name: 'Open the pull request' }).click();
  await page.waitForURL('**/pull/1');
  await page.getByText('1 approval from team').first().waitFor();
  expect(await barriersAt(page)).toEqual([]);

  for (const approver of ['bob', 'carol']) {
    await become(page, approver);
    await page.getByRole('button', { name: `Approve as ${approver}` }).click();
    await page.getByText(`${approver} approved`).first().waitFor();
  }
  await page.locator('.check.success').waitFor();
  await become(page, 'alice');
  await page.getByRole('button', { name: 'Merge as alice' }).click();
  await page.locator('.state.merged').waitFor();
  // The page follows by itself, and the frame asks the database anew.
  await page.getByText('To end it early').waitFor();
  await database(page).locator('#members').getByText('alice_ro').waitFor();
  await database(page).locator('#answer').getByText('42').waitFor();

  await page.getByRole('button', { name: '1 hour passes' }).click();
  await database(page).getByText('permission denied').waitFor();
  await database(page).locator('#members').getByText('nobody').waitFor();

  await page.getByRole('link', { name: 'Ledger' }).click();
  await page.getByText('end: ').first().waitFor();
  expect(await barriersAt(page)).toEqual([]);
  expect(dialogs).toEqual([]);
});

test('the dashboard of the sandbox is one click and a name away', async () => {
  const page = await (await browser.newContext({ colorScheme: 'dark' })).newPage();
  await page.goto(address(HOME));
  expect(await barriersAt(page)).toEqual([]);
  expect(await page.getByRole('link', { name: 'Dashboard' }).getAttribute('href')).toBe(
    `${address(DASHBOARD)}/`,
  );
  await signIn(page, address(DASHBOARD), 'carol');
  expect(await page.title()).toBe('Now · Hallpass');
});
