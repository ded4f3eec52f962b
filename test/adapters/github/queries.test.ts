import { schema as published } from '@octokit/graphql-schema';
import { buildSchema, type GraphQLSchema, parse, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { directoryQuery, TEAM_MEMBERS } from '../../../src/adapters/github/directory.js';
import { LANDING, PULL_REQUEST } from '../../../src/adapters/github/pull-request-query.js';
import { type Change, mutationOf } from '../../../src/adapters/github/writer.js';

let github: GraphQLSchema;
beforeAll(() => {
  github = buildSchema(published.idl, { assumeValidSDL: true });
});

const problemsOf = (document: string): readonly string[] =>
  validate(github, parse(document)).map(({ message }) => message);

const CHANGES: readonly Change['field'][] = [
  'updateCheckRun',
  'addComment',
  'updateIssueComment',
  'addLabelsToLabelable',
  'removeLabelsFromLabelable',
  'requestReviews',
];

describe("by GitHub's published schema", () => {
  it.each<[string, string]>([
    ['a pull request', PULL_REQUEST],
    ['a landing', LANDING],
    ['teams and people', directoryQuery(3, 2)],
    ['teams alone', directoryQuery(1, 0)],
    ['people alone', directoryQuery(0, 1)],
    ['further members', TEAM_MEMBERS],
    ['everything that can be written', mutationOf(CHANGES)],
    ['one thing twice', mutationOf(['addComment', 'addComment'])],
  ])('%s can be asked', (_, document) => {
    expect(problemsOf(document)).toEqual([]);
  });

  it('nothing else can', () => {
    expect(problemsOf(PULL_REQUEST.replace('headRefOid', 'headOid'))).not.toEqual([]);
    expect(problemsOf(mutationOf(['addComment']).replace('AddCommentInput', 'AddCommentsInput'))).not.toEqual(
      [],
    );
  });
});
