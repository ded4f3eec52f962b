import { graphql } from 'graphql';
import { ANYONE } from '../auth/access.js';
import { type Answer, type Call, ok, wanted } from '../http/call.js';
import type { RouteRow } from '../http/router.js';
import { errorShape } from './errors.js';
import { queries } from './read.js';
import { SCHEMA } from './schema.js';
import { mutations } from './write.js';

export const graphqlRoutes: readonly RouteRow[] = [['POST', '/graphql', ANYONE, answer]];

const rootValue = { ...queries, ...mutations };

/** Whatever went wrong with the question, the status is 200 and the errors are in the body. */
async function answer(call: Call): Promise<Answer> {
  const { data, errors } = await graphql({
    schema: SCHEMA,
    source: wanted(call, 'query', 'string'),
    variableValues: (call.body.variables ?? {}) as Record<string, unknown>,
    rootValue,
    contextValue: call,
  });
  return ok({
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map(errorShape) } : {}),
  });
}

/**
 * What is asked, so that tests can tell one question from another: `/graphql PullRequestFacts` for a query of that name, `/graphql addComment
 * updateCheckRun` for what one call changes.
 */
export function namedRoute(body: Buffer): string {
  const text = body.toString('utf8');
  const changes = [...text.matchAll(/(\w+)\(input:/g)].map(([, field]) => field);
  const name = /query (\w+)/.exec(text)?.[1];
  return ['/graphql', ...(changes.length > 0 ? changes : [name ?? ''])].join(' ').trimEnd();
}
