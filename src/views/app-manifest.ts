import { neededPermissions, WANTED_EVENTS } from '../core/doctor/app-permissions.js';
import { CALLBACK_PATH } from './web/site.js';

/** What a new GitHub App for Hallpass is to be. */
export interface NewApp {
  readonly organization: string;
  /** Where Hallpass will be reached from outside, without a slash at the end. */
  readonly address: string;
  /** Kinds of the targets there will be. */
  readonly kinds: readonly string[];
}

/** Behind the address. */
const WEBHOOK_PATH = '/api/github/webhooks';

/** GitHub's manifest of an app ("Registering a GitHub App from a manifest"): private, and with no more than it needs. */
export function appManifest({ organization, address, kinds }: NewApp): object {
  return {
    name: nameOf(organization),
    url: address,
    hook_attributes: { url: `${address}${WEBHOOK_PATH}`, active: true },
    redirect_url: address,
    callback_urls: [`${address}${CALLBACK_PATH}`],
    public: false,
    default_permissions: permissionsOf(kinds),
    default_events: WANTED_EVENTS,
  };
}

/**
 * The same as an address at which GitHub shows its form filled in ("Registering a GitHub App using URL parameters"), so that
 * no server has to take part.
 */
export function newAppUrl({ organization, address, kinds }: NewApp): string {
  const query = new URLSearchParams({
    name: nameOf(organization),
    url: address,
    webhook_active: 'true',
    webhook_url: `${address}${WEBHOOK_PATH}`,
    public: 'false',
    'callback_urls[]': `${address}${CALLBACK_PATH}`,
    ...permissionsOf(kinds),
  });
  for (const event of WANTED_EVENTS) query.append('events[]', event);
  return `https://github.com/organizations/${organization}/settings/apps/new?${query}`;
}

function permissionsOf(kinds: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(neededPermissions({ targets: new Map(kinds.map((kind) => [kind, kind])) }));
}

/** Names of apps are taken over all of GitHub, and have at most 34 characters. */
function nameOf(organization: string): string {
  return `hallpass-${organization}`.slice(0, 34);
}
