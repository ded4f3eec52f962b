import { schema as octokit } from '@octokit/graphql-schema';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLFieldMap,
  type GraphQLInputFieldMap,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCHEMA } from '../../../src/sandbox/github/graphql/schema.js';
import { startWorld, type World } from './world.js';

/** What is here and not there, or of another type. */
function inventions(ours: GraphQLSchema, theirs: GraphQLSchema): readonly string[] {
  const named = Object.values(ours.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return named.flatMap((type) => {
    const other = theirs.getType(type.name);
    return other === undefined ? [type.name] : partsOf(type).filter((part) => !partsOf(other).includes(part));
  });
}

/** One line for each field, argument, value or member, with its type. */
function partsOf(type: GraphQLNamedType): readonly string[] {
  if (isObjectType(type) || isInterfaceType(type)) return fieldsOf(type.name, type.getFields());
  if (isInputObjectType(type)) return fieldsOf(type.name, type.getFields());
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} = ${name}`);
  return [];
}

const fieldsOf = (
  of: string,
  fields: GraphQLFieldMap<unknown, unknown> | GraphQLInputFieldMap,
): readonly string[] =>
  Object.values(fields).flatMap((field) => [
    `${of}.${field.name}: ${field.type}`,
    ...('args' in field
      ? [...field.args].map((arg: GraphQLArgument) => `${of}.${field.name}(${arg.name}: ${arg.type})`)
      : []),
  ]);

/** Arguments and inputs GitHub demands; here they may not be left out. */
function demands(schema: GraphQLSchema, of: readonly GraphQLNamedType[]): readonly string[] {
  return of.flatMap(({ name }) => {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      isNonNullType(field.type) ? [`${name}.${field.name}`] : [],
    );
  });
}

describe('the schema', () => {
  const published = buildSchema(octokit.idl, { assumeValidSDL: true });

  it("is a part of GitHub's", () => {
    expect(inventions(SCHEMA, published)).toEqual([]);
  });

  it('demands what GitHub demands', () => {
    const inputs = Object.values(SCHEMA.getTypeMap()).filter(isInputObjectType);
    expect(demands(SCHEMA, inputs).toSorted()).toEqual(demands(published, inputs).toSorted());
  });

  it('would be found out', () => {
    const invented = buildSchema(
      'type Query { user(login: Int!): User viewer: Nobody } type User { id: ID } type Nobody { x: Int }',
    );
    expect(inventions(invented, published)).toEqual([
      'Query.user(login: Int!)',
      'Query.viewer: Nobody',
      'User.id: ID',
      'Nobody',
    ]);
  });
});

describe('an answer', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const ask = async (query: string, variables: object = {}, token = world.github.token('alice')) => {
    const answer = await fetch(`${world.github.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as object };
  };

  it('names what there is not, beside null and with 200', async () => {
    const query =
      'query X { repository(owner: "acme", name: "access") { pullRequest(number: 404) { number } } }';
    expect(await ask(query)).toMatchObject({
      status: 200,
      body: {
        data: { repository: { pullRequest: null } },
        errors: [{ type: 'NOT_FOUND', path: ['repository', 'pullRequest'] }],
      },
    });
  });

  it('to a question GitHub does not know is an error without data', async () => {
    const { body } = await ask('query X { nothing }');
    expect(body).toMatchObject({ errors: [{ message: expect.stringContaining('nothing') }] });
    expect(body).not.toHaveProperty('data');
  });

  it('comes out of an hour of its own', async () => {
    const before = await ask('query X { user(login: "alice") { databaseId } }');
    const after = await ask('query X { user(login: "ALICE") { databaseId } }');
    expect(after.body).toEqual({ data: { user: { databaseId: expect.any(Number) } } });
    expect(after.headers.get('x-ratelimit-resource')).toBe('graphql');
    const left = ({ headers }: { headers: Headers }) => Number(headers.get('x-ratelimit-remaining'));
    expect(left(before) - left(after)).toBe(1);
  });

  it('gives pages of a hundred at most', async () => {
    const logins = Array.from({ length: 130 }, (_, n) => `user${n}`);
    logins.forEach((login, n) => void world.github.addUser({ login, id: 5_000 + n, permission: 'read' }));
    world.github.createTeam('large', logins);
    const query = `query X($after: String) { organization(login: "acme") { team(slug: "large") {
      members(first: 500, after: $after) { nodes { login } pageInfo { hasNextPage endCursor } } } } }`;
    const membersOf = (body: object) =>
      (
        body as {
          data: {
            organization: {
              team: { members: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
            };
          };
        }
      ).data.organization.team.members;
    const first = membersOf((await ask(query)).body);
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([100, true]);
    const second = membersOf((await ask(query, { after: first.pageInfo.endCursor })).body);
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([30, false]);
  });

  it('is for nobody without a token', async () => {
    expect((await ask('query X { user(login: "alice") { id } }', {}, 'nothing')).status).toBe(401);
  });

  it('to several changes does those that can be done', async () => {
    await world.github.as('alice').push('topic', { 'a.txt': 'a' });
    const number = await world.github.as('alice').openPullRequest({ head: 'topic' });
    const facts = await ask(
      'query X($n: Int!) { repository(owner: "acme", name: "access") { pullRequest(number: $n) { id } } }',
      { n: number },
    );
    const id = (facts.body as { data: { repository: { pullRequest: { id: string } } } }).data.repository
      .pullRequest.id;
    const { body } = await ask(
      `mutation X($a: AddCommentInput!, $b: UpdateIssueCommentInput!) {
        a: addComment(input: $a) { commentEdge { node { body } } }
        b: updateIssueComment(input: $b) { issueComment { id } }
      }`,
      { a: { subjectId: id, body: 'here' }, b: { id: 'bm90aGluZw==', body: 'nowhere' } },
    );
    expect(body).toMatchObject({
      data: { a: { commentEdge: { node: { body: 'here' } } }, b: null },
      errors: [{ type: 'NOT_FOUND', path: ['b'] }],
    });
    expect(world.github.calls.at(-1)?.route).toBe('/graphql addComment updateIssueComment');
  });
});
