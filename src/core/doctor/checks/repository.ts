import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../pull-request.js';
import { type Check, failing, ifSeen } from '../check.js';
import { ownsPath } from '../code-owners.js';

export const repository: Check = ({ setup, repository: look }) =>
  ifSeen(look, (facts) =>
    failing(
      [
        facts.id === setup.repositoryId,
        {
          code: 'repository_stranger',
          message: `the repository has the id ${facts.id}, the settings say ${setup.repositoryId}`,
        },
      ],
      [!facts.archived, { code: 'repository_archived', message: 'the repository is archived' }],
      [!facts.public, { code: 'repository_public', message: 'the repository is public' }],
      [!facts.autoMerge, { code: 'auto_merge_on', message: 'auto-merge is allowed' }],
      [
        facts.defaultBranch === setup.branch,
        {
          code: 'default_branch_differs',
          message: `the default branch is ${facts.defaultBranch}, the settings say ${setup.branch}`,
        },
      ],
    ),
  );

const CONTROL = [POLICY_PATH, CATALOG_PATH, PEOPLE_PATH];

export const codeOwners: Check = ({ codeOwners: look }) =>
  ifSeen(look, (facts) => {
    const unowned = CONTROL.filter((path) => facts === null || !ownsPath(facts.text, path));
    const errors = facts?.errors ?? 0;
    return failing(
      [unowned.length === 0, { code: 'code_owners_missing', message: `nobody owns ${unowned.join(', ')}` }],
      [
        errors === 0,
        { code: 'code_owners_errors', message: `GitHub cannot use ${errors} lines of CODEOWNERS` },
      ],
    );
  });
