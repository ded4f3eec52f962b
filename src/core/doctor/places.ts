import type { Setup } from './facts.js';

/** The oldest that Hallpass is tried with. git: `GIT_CONFIG_COUNT` (2.31) and SSH signatures (2.34). */
export const LEAST_GIT = '2.34';
export const LEAST_NODE = '20.19';

/** Fills the places of a fix: where on GitHub, which branch, which number. */
export function inPlace(fix: string, setup: Setup): string {
  const places = placesOf(setup);
  return fix.replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => places.get(name) ?? whole);
}

function placesOf(setup: Setup): ReadonlyMap<string, string> {
  const { web, owner } = setup;
  const repository = `${web}/${owner}/${setup.repository}`;
  const app = `${web}/organizations/${owner}/settings/apps/${setup.appSlug}`;
  return new Map([
    ['owner', owner],
    ['repository', repository],
    ['rules', `${repository}/settings/rules`],
    ['teams', `${web}/orgs/${owner}/teams`],
    ['app_settings', app],
    ['app_permissions', `${app}/permissions`],
    ['app_advanced', `${app}/advanced`],
    ['app_installations', `${app}/installations`],
    ['installation', `${web}/organizations/${owner}/settings/installations/${setup.installationId}`],
    ['app_id', String(setup.appId)],
    ['branch', setup.branch],
    ['ledger', setup.ledgerBranch],
    ['webhook_url', setup.webhookUrl ?? 'the address of Hallpass'],
    ['git', LEAST_GIT],
    ['node', LEAST_NODE],
  ]);
}
