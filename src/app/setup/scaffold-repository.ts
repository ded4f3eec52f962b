import type { Abilities } from '../../core/entitlement.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH, SUITES_FOLDER } from '../../core/pull-request.js';
import { REQUEST_FOLDER } from '../../core/request.js';
import type { ScaffoldAnswers } from '../../core/scaffold.js';
import { PUBLISHED } from '../../documents/schemas/published.js';
import type { NewFiles } from '../../ports/new-files.js';
import type { ProviderKind } from '../../ports/provider.js';
import { ACTIONS_PATHS, actionsYaml, REVIEW_YAML } from '../../views/scaffold/actions.js';
import {
  catalogYaml,
  peopleYaml,
  policyYaml,
  type Scaffold,
  scaffoldOf,
  suiteYaml,
} from '../../views/scaffold/documents.js';
import {
  codeOwners,
  EDITOR_SETTINGS,
  PULL_REQUEST_TEMPLATE,
  readmeMd,
  requestersMd,
  workflowYaml,
} from '../../views/scaffold/pages.js';

interface Deps {
  readonly files: NewFiles;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
}

export interface Scaffolded {
  /** Paths, in the order in which they were written. */
  readonly written: readonly string[];
  /** What lay there before and was left as it was. */
  readonly kept: readonly string[];
}

const SCHEMAS_FOLDER = '.github/access/schemas';
/** Kept in the repository, so that an editor needs no network and sees the schemas of the version that wrote them. */
const EDITED = ['policy', 'catalog', 'people', 'policy-suite', 'access-request'] as const;

/** Lays out an access repository. Whatever lies there already stays as it is, so it may be run again. */
export async function scaffoldRepository(
  { files, kinds }: Deps,
  answers: ScaffoldAnswers,
): Promise<Scaffolded> {
  const written: string[] = [];
  const kept: string[] = [];
  const identity: Abilities['identity'] = kinds.get(answers.kind)?.abilities.identity ?? 'mapped';
  for (const [path, content] of filesOf(scaffoldOf(answers, { identity })))
    (await files.create(path, content)) ? written.push(path) : kept.push(path);
  return { written, kept };
}

function filesOf(scaffold: Scaffold): readonly (readonly [path: string, content: string])[] {
  return [
    ['README.md', readmeMd(scaffold)],
    [CATALOG_PATH, hinted('schemas/catalog', catalogYaml(scaffold))],
    [POLICY_PATH, hinted('schemas/policy', policyYaml(scaffold))],
    [PEOPLE_PATH, hinted('schemas/people', peopleYaml(scaffold))],
    [`${SUITES_FOLDER}/first.yaml`, hinted('../schemas/policy-suite', suiteYaml(scaffold))],
    ...EDITED.map((name) => [`${SCHEMAS_FOLDER}/${name}.schema.json`, schemaText(name)] as const),
    [`${REQUEST_FOLDER}README.md`, requestersMd(scaffold)],
    ['.github/pull_request_template.md', PULL_REQUEST_TEMPLATE],
    ['.github/CODEOWNERS', codeOwners(scaffold)],
    ['.github/workflows/documents.yaml', workflowYaml(scaffold)],
    ['.vscode/settings.json', EDITOR_SETTINGS],
    ...(scaffold.answers.actions
      ? [[ACTIONS_PATHS.run, actionsYaml(scaffold)] as const, [ACTIONS_PATHS.review, REVIEW_YAML] as const]
      : []),
  ];
}

/** The comment by which the YAML language server finds a schema, relative to the file. */
function hinted(schema: string, yaml: string): string {
  return `# yaml-language-server: $schema=${schema}.schema.json\n${yaml}`;
}

function schemaText(name: string): string {
  return `${JSON.stringify(PUBLISHED[name], null, 2)}\n`;
}
