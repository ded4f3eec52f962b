import type { Schema } from './schemas.js';

const DOCUMENTATION = 'https://docs.github.com/rest';

export type FieldError = NonNullable<Schema<'validation-error'>['errors']>[number];

/** GitHub says no: the status and body of its answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = extra.errors;
    this.headers = extra.headers ?? {};
  }

  body(): Schema<'basic-error'> & { errors?: readonly FieldError[] } {
    return {
      message: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      documentation_url: DOCUMENTATION,
      status: String(this.status),
    };
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');
export const badCredentials = (): Refusal => new Refusal(401, 'Bad credentials');
export const forbidden = (message: string): Refusal => new Refusal(403, message);
export const notAccessible = (): Refusal => forbidden('Resource not accessible by integration');

export function invalid(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors });
}

/** GitHub's 422 with one sentence, as `POST pulls` answers a duplicate. */
export function invalidBecause(resource: string, message: string): Refusal {
  return invalid({ resource, code: 'custom', message });
}
