import { reads } from '../auth/access.js';
import { type Answer, type Call, numberParam, ok } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { branchHead, type Hub } from '../hub.js';
import { notFound, Refusal } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { commitShape } from './commit-shape.js';
import { ruleShapes } from './rulesets.js';
import { repositoryShape } from './shape.js';

const READ = reads('metadata');
const CONTENTS = reads('contents');
const REPOSITORY = '/repos/{owner}/{repo}';
const BRANCHES = `${REPOSITORY}/branches` as const;

export const repositoryRoutes: readonly RouteRow[] = [
  ['GET', REPOSITORY, READ, ({ hub }) => ok(repositoryShape(hub))],
  ['GET', '/repositories/{id}', READ, repositoryById],
  ['GET', BRANCHES, CONTENTS, listBranches],
  ['GET', `${BRANCHES}/{branch}`, CONTENTS, getBranch],
  ['GET', `${REPOSITORY}/rules/branches/{branch}`, READ, branchRules],
];

function repositoryById(call: Call): Answer {
  if (numberParam(call, 'id') !== call.hub.state.repositoryId) throw notFound();
  return ok(repositoryShape(call.hub));
}

const isProtected = (hub: Hub, branch: string): boolean =>
  hub.setup.protection.has(branch) || ruleShapes(hub, branch).length > 0;

const branchNames = (hub: Hub): string[] =>
  [...hub.git.refs.keys()].flatMap((ref) => /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? []).sort();

function listBranches(call: Call): Promise<Answer> {
  const { hub } = call;
  return listed(call, branchNames(hub), (name): Schema<'short-branch'> => {
    const sha = branchHead(hub, name) ?? '';
    const commit = { sha, url: `${repositoryShape(hub).url}/commits/${sha}` };
    return { name, commit, protected: isProtected(hub, name) };
  });
}

async function getBranch(call: Call): Promise<Answer> {
  const { hub } = call;
  const name = call.params.branch ?? '';
  const sha = branchHead(hub, name);
  if (sha === undefined) throw new Refusal(404, 'Branch not found');
  const { url, html_url: html } = repositoryShape(hub);
  const shape: Loose<Schema<'branch-with-protection'>> = {
    name,
    commit: await commitShape(hub, sha),
    protected: isProtected(hub, name),
    _links: { html: `${html}/tree/${name}`, self: `${url}/branches/${name}` },
  };
  return ok(shape);
}

function branchRules(call: Call): Promise<Answer> {
  return listed(call, ruleShapes(call.hub, call.params.branch ?? ''), (rule) => rule);
}
