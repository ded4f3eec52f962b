import { GraphQLError } from 'graphql';
import { Refusal } from '../refusal.js';

/** What GitHub calls the kinds of refusals in `errors[].type`. */
const TYPES: Readonly<Record<number, string>> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  422: 'UNPROCESSABLE',
};

export const unresolved = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } });

/** One error as GitHub writes it: the kind beside the path, not within extensions. */
export function errorShape(error: GraphQLError) {
  const { message, path, locations, originalError } = error;
  const type =
    originalError instanceof Refusal
      ? TYPES[originalError.status]
      : (error.extensions.type as string | undefined);
  const detail = originalError instanceof Refusal ? originalError.errors?.[0]?.message : undefined;
  return { ...(type === undefined ? {} : { type }), path, locations, message: detail ?? message };
}
