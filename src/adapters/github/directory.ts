import type { Directory } from '../../ports/directory.js';
import type { GitHubClient } from './client.js';
import { unlessMissing, withFaults } from './faults.js';
import { readAll } from './pages.js';
import { accountOf, typeOf } from './values.js';

interface MemberOnGitHub {
  readonly id: number;
  readonly login: string;
  readonly type: string;
}

export interface DirectoryOptions {
  readonly client: GitHubClient;
  readonly organization: string;
}

/** GitHub lists active members, those of child teams with them; invitations that nobody has taken are not among them. */
export function createDirectory({ client, organization }: DirectoryOptions): Directory {
  const directory: Directory = {
    async team(slug) {
      const team = { org: organization, team_slug: slug };
      const found = await unlessMissing(client.request('GET /orgs/{org}/teams/{team_slug}', team));
      if (found === undefined) return { team: slug, id: null, members: [] };
      const members = await readAll<MemberOnGitHub>(
        client,
        'GET /orgs/{org}/teams/{team_slug}/members',
        team,
      );
      return {
        team: slug,
        id: Number(found.data.id),
        members: members.flatMap((member) => accountOf(member) ?? []),
      };
    },
    async account(login) {
      const found = await unlessMissing(client.request('GET /users/{username}', { username: login }));
      const account = accountOf(found?.data);
      return account === null ? undefined : { account, type: typeOf(found?.data) };
    },
  };
  return withFaults(directory);
}
