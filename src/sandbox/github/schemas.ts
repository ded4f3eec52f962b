/**
 * GitHub's published OpenAPI types. Every body this stand-in answers is built against them, so a field that GitHub
 * does not know, or knows with another type, does not compile.
 */
import type { components, paths } from '@octokit/openapi-types';

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** GitHub's own path templates, and those it serves without publishing them there. */
export type PathTemplate =
  | keyof paths
  | '/repositories/{id}'
  | '/organizations/{id}/team/{id}/members'
  | '/graphql';

/** For the enormous types of which nobody reads the rest: what is there has GitHub's type. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Loose<T[Key]> }
    : T;
