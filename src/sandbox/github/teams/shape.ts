import { nodeId } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import type { Schema } from '../schemas.js';
import type { Team } from '../state.js';

export function teamShape(hub: Hub, team: Team): Schema<'team'> {
  const url = `${hub.url}/organizations/${hub.state.organizationId}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url,
    html_url: `${hub.url}/orgs/${hub.options.owner}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: hub.state.organizationId,
    parent: null,
  };
}
