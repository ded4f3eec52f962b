import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { barriers, signIn, startBrowser } from './browser.js';
import { type DashboardWorld, startDashboardWorld } from './world.js';

let browser: Browser;
let dashboard: DashboardWorld;

beforeAll(async () => {
  [browser, dashboard] = await Promise.all([startBrowser(), startDashboardWorld()]);
});
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

it('lets somebody in who may read the access repository, and out again', async () => {
  const page = await browser.newPage();
  await page.goto(`${dashboard.url}/`);
  expect(await page.title()).toBe('Sign in · Hallpass');
  expect(await barriers(page)).toEqual([]);
  await signIn(page, `${dashboard.url}/`, 'alice');
  expect(page.url()).toBe(`${dashboard.url}/`);
  expect(await page.title()).toBe('Now · Hallpass');
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(await page.title()).toBe('Signed out · Hallpass');
  await page.goto(`${dashboard.url}/`);
  expect(await page.title()).toBe('Sign in · Hallpass');
});
