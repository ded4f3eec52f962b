import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PERMISSIONS } from '../../../src/adapters/github/clients.js';
import { neededPermissions, WANTED_EVENTS } from '../../../src/core/doctor/app-permissions.js';
import { HEALTHY } from './world.js';

it('what the doctor wants the app to have is what tokens are asked for, and no more', () => {
  const asked = Object.values(PERMISSIONS).flatMap((task) => Object.entries(task));
  const most = new Map(asked.toSorted(([, a], [, b]) => (a < b ? -1 : 1)));
  expect(new Map([...neededPermissions(HEALTHY.setup)].toSorted())).toEqual(new Map([...most].toSorted()));
});

it('the page for operators names the events the doctor looks for', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  const [, list = ''] = /^Events: ([^.]*)\./m.exec(page) ?? [];
  const named = list.split(', ').map((name) => name.replaceAll('*', '').replaceAll(/\s/g, '_').toLowerCase());
  expect(named.toSorted()).toEqual([...WANTED_EVENTS].toSorted());
});
