import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WANTED_EVENTS } from '../../src/core/doctor/app-permissions.js';
import { appManifest, newAppUrl } from '../../src/views/app-manifest.js';
import { cli } from '../cli/harness.js';

const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const keyOf = (title: string) =>
  title
    .replace(/^Organization: /, '')
    .replaceAll('*', '')
    .trim()
    .replaceAll(/\s/g, '_')
    .toLowerCase();

const appPermissions = (kinds: readonly string[]) =>
  (appManifest({ organization: 'acme', address: '', kinds }) as { default_permissions: object })
    .default_permissions;

describe('what the app may do', () => {
  it('is what operators read', () => {
    const rows = [...page.matchAll(/^\| ([^|]+) \| (read|read and write|write instead) \| (.*) \|$/gm)];
    const levels = (wanted: boolean) =>
      Object.fromEntries(
        rows
          .filter(([, , level]) => (level === 'write instead') === wanted)
          .map(([, title = '', level]) => [keyOf(title), level === 'read' ? 'read' : 'write']),
      );
    expect(levels(false)).toEqual(appPermissions([]));
    expect({ ...levels(false), ...levels(true) }).toEqual(appPermissions(['github-team']));
  });

  it('hears of the events operators read of', () => {
    const [, list = ''] = /^Events: ([^.]*)\./m.exec(page) ?? [];
    expect(list.split(', ').map(keyOf)).toEqual([...WANTED_EVENTS]);
  });
});

const APP = { organization: 'acme', address: 'https://hallpass.acme.example', kinds: ['github-team'] };

describe('a new app', () => {
  it('is the same by manifest and by address', () => {
    const manifest = appManifest(APP) as Record<string, unknown>;
    const url = new URL(newAppUrl(APP));
    expect(url.pathname).toBe('/organizations/acme/settings/apps/new');
    const query = url.searchParams;
    expect(query.getAll('events[]')).toEqual(manifest.default_events);
    expect(manifest.default_permissions).toMatchObject({ members: 'write', contents: 'write' });
    for (const [key, level] of Object.entries(manifest.default_permissions as object))
      expect(query.get(key), key).toBe(level);
    expect(manifest).toMatchObject({ public: false, hook_attributes: { url: query.get('webhook_url') } });
    expect(query.get('public')).toBe('false');
    expect(manifest.callback_urls).toEqual(query.getAll('callback_urls[]'));
    expect(query.get('callback_urls[]')).toBe('https://hallpass.acme.example/sign-in/callback');
    expect(page).toContain('/api/github/webhooks');
    expect(query.get('webhook_url')).toBe('https://hallpass.acme.example/api/github/webhooks');
  });

  it('has a name GitHub takes', () => {
    const long = appManifest({ ...APP, organization: 'a'.repeat(39) }) as { name: string };
    expect(long.name).toHaveLength(34);
  });

  it('is printed, and nothing is written', async () => {
    const argv = ['init', '/nowhere', '--manifest', '--organization', 'acme', '--kind', 'github-team'];
    const ran = await cli([...argv, '--address', `${APP.address}/`]);
    expect(JSON.parse(ran.out)).toEqual(appManifest(APP));
  });
});
