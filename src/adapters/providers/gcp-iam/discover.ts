import type { Coordinates } from '../../../core/grant.js';
import { isAboutResource } from './fault.js';
import { parseCoordinates } from './names.js';
import type { Gcp } from './session.js';

const MOST_PROJECTS = 50;
const MOST_PAGES = 10;

interface Found {
  readonly title: string;
  readonly grant: Coordinates;
}

/** The roles that somebody has in a project that we may see, as far as they can be granted here. */
export async function discover(gcp: Gcp): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { projectId, displayName } of (await findProjects(gcp)).slice(0, MOST_PROJECTS)) {
    const resource = `projects/${projectId}`;
    for (const role of await rolesIn(gcp, resource)) {
      const grant = { resource, role };
      if (typeof parseCoordinates(grant) !== 'string')
        found.push({ title: `${role} in ${displayName}`, grant });
    }
  }
  return found;
}

interface Project {
  readonly projectId: string;
  readonly displayName: string;
}

async function findProjects(gcp: Gcp): Promise<readonly Project[]> {
  const all: Project[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { projects, nextPageToken } = ((await gcp.searchProjects(token)) ?? {}) as SearchResult;
    all.push(...(projects ?? []).flatMap(projectOf));
    if (!nextPageToken) break;
    token = nextPageToken;
  }
  return all;
}

/** https://cloud.google.com/resource-manager/reference/rest/v3/projects/search. No projects is no key. */
interface SearchResult {
  readonly projects?: readonly Partial<Project & { readonly state: string }>[];
  readonly nextPageToken?: string;
}

function projectOf({ projectId, displayName, state }: Partial<Project & { state: string }>): Project[] {
  if (typeof projectId !== 'string' || state !== 'ACTIVE') return [];
  return [{ projectId, displayName: typeof displayName === 'string' ? displayName : projectId }];
}

/** A project whose policy we may not read offers nothing. */
async function rolesIn(gcp: Gcp, resource: string): Promise<ReadonlySet<string>> {
  try {
    const { bindings } = await gcp.readPolicy(resource);
    return new Set(bindings.map(({ role }) => role).toSorted());
  } catch (error) {
    if (isAboutResource(error)) return new Set();
    throw error;
  }
}
