/** What a code says: how bad it is, what is so, and how to mend it. `{x}` is filled in by whoever reports it. */
interface Entry {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
}

const error = <M extends string, F extends string>(message: M, fix: F) =>
  ({ severity: 'error', message, fix }) as const;
const warning = <M extends string, F extends string>(message: M, fix: F) =>
  ({ severity: 'warning', message, fix }) as const;

/** The closed list of everything that can be wrong with a document. `docs/spec/errors.md` explains each. */
export const ISSUES = {
  // Bytes and characters
  file_too_large: error('the file has {size} bytes', 'keep it within {limit} bytes'),
  lfs_pointer: error('the file is a Git LFS pointer', 'commit the document itself, without LFS'),
  not_utf8: error('the file is not valid UTF-8', 'save it as UTF-8'),
  byte_order_mark: error('the file starts with a byte order mark', 'save it as UTF-8 without a BOM'),
  carriage_return: error('the file has carriage returns', 'save it with LF line ends'),
  tab: error('there is a tab', 'use spaces'),
  forbidden_character: error('there is a character that cannot be seen: {character}', 'remove it'),
  not_nfc: error('the text is not in Unicode form NFC', 'type it again or normalise the file to NFC'),
  line_too_long: error('the line has {length} characters', 'break it into lines of at most {limit}'),
  empty_document: error('the document is empty', 'start from the example in docs/spec'),

  // YAML
  yaml_syntax: error('this is not YAML: {detail}', 'mend the YAML at this place'),
  yaml_directive: error('there is a YAML directive', 'remove the line that starts with %'),
  yaml_several_documents: error('there is more than one YAML document', 'keep one document, without `...`'),
  yaml_anchor: error('there is an anchor', 'write the value out and remove {text}'),
  yaml_alias: error('there is an alias', 'write the value out instead of {text}'),
  yaml_merge_key: error('there is a merge key', 'write the keys out instead of <<'),
  yaml_tag: error('there is a tag', 'remove {text}; values get their type from how they are written'),
  yaml_nesting: error('the document is nested too deeply', 'use at most {limit} levels'),
  duplicate_key: error('the key {key} is there twice', 'keep one'),
  key_not_text: error('the key {key} is not text', 'write it in double quotes'),
  ambiguous_value: error(
    '{text} can be read in more than one way',
    'write {canonical}, or quote it to mean text',
  ),

  // Shape
  unknown_version: error('version is {found}, and this Hallpass reads 1', 'write `version: 1`'),
  missing_key: error('{key} is missing', 'add it: {expected}'),
  unknown_key: error('{key} is not a key here', '{suggestion}'),
  wrong_type: error('{found} stands where {expected} belongs', 'write {expected}'),
  invalid_value: error('{found} is not {expected}', 'write {expected}'),
  too_few: error('there are {found} items', 'give at least {limit}'),
  too_many: error('there are {found} items', 'give at most {limit}'),
  duplicate_item: error('{item} is listed twice', 'keep one'),
  choose_one: error('exactly one of {keys} belongs here', 'keep one of them'),

  // References between documents
  unknown_kind: error('no provider is of kind {kind}', 'use one of {known}'),
  unknown_target: error('the catalog has no target {id}', '{suggestion}'),
  unknown_tier: error('the catalog has no tier {id}', '{suggestion}'),
  unknown_entitlement: error('the catalog has no entitlement {id}', '{suggestion}'),
  native_expiry_missing: error(
    'tier {tier} wants a target that ends access by itself, and {kind} does not',
    'use another tier or a target of another kind',
  ),

  // Policy
  rule_name_taken: error('another rule is called {rule}', 'give each rule a name of its own'),
  unsatisfiable_group: error(
    'the group asks for {count} people and names {users}',
    'lower count, or name more users or a team',
  ),
  bad_condition: error('the condition does not compile: {problem}', 'mend the CEL expression'),
  bad_pattern: error(
    'the pattern does not compile: {problem}',
    'mend the pattern (RE2 syntax, matched against the whole text)',
  ),
  total_below_duration: error('max_total is shorter than max_duration', 'make max_total at least {limit}'),
  rule_without_entitlements: warning(
    '{pattern} matches nothing in the catalog',
    'mend the pattern, or remove it if nothing is to match',
  ),
  key_without_effect: warning('{key} does nothing in a rule with {effect}', 'remove it'),
  conflict_unknown: warning('the catalog has no entitlement {id}', '{suggestion}'),
  answer_after_next_review: error(
    'owners would be asked again before their answer is due',
    'make within shorter than {limit}',
  ),
  access_reviews_too_long: error('{key} is longer than Hallpass remembers', 'make {key} at most {limit}'),

  // Access reviews
  access_review_changed: error(
    'this is not what was asked: {problem}',
    'put it back as it was; only keep and justification are yours to fill in',
  ),

  // People
  login_taken: error('{login} is listed already; GitHub ignores case in logins', 'keep one of them'),
  person_id_taken: error('{login} has the same numeric id', 'look both up: gh api users/LOGIN --jq .id'),

  // The repository
  document_missing: error('there is no {path}', 'add it, or name the folder of an access repository'),
  document_unread: warning('not judged against {path}, which has problems of its own', 'mend {path} first'),
  path_not_request: error(
    'this is no path for a request',
    'use access-requests/<yyyy>/<mm>/<name>.yaml with lower-case letters, digits, ".", "_" and "-"',
  ),
  path_date: error('the folder is not the date of the pull request', 'move the file to {path}'),
  path_collision: error('the name differs from {path} only in case or Unicode form', 'choose another name'),
  suite_failed: error(
    '{name}: {of} came out as {actual} instead of {expected}',
    'change the policy, or what the case expects',
  ),
  request_id_used: error('the id was used before', 'give the file another name; ids are used once, for ever'),
  path_missing: error('there is no such file', 'name a file of the repository, relative to its root'),
  file_mode: error('the file has mode {mode}', 'commit it as a regular file that is not executable (100644)'),
  request_impossible: error('{finding}', '{unblock}'),
} as const satisfies Record<string, Entry>;

export type IssueCode = keyof typeof ISSUES;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What a code has to be told. Values are put in as they are: quote what a person wrote with `quoted`. */
export type IssueFacts<Code extends IssueCode> = Readonly<
  Record<Placeholders<(typeof ISSUES)[Code]['message'] | (typeof ISSUES)[Code]['fix']>, string | number>
>;
