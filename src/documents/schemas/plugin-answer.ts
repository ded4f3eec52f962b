import type { Verb } from '../plugin-call.js';
import { exactly, flag, integer, list, mapping, pattern, type Schema, word } from '../schema.js';
import { INSTANT } from './words.js';

/** What stands in every answer. */
const HEAD = {
  version: exactly(1),
  id: pattern('^[0-9A-Za-z_-]{1,128}$', 'the id of the call'),
};

const MOST_HELD = 10_000;
const MOST_OFFERS = 1_000;

/** Names on a target: no control characters, nothing longer than a line. */
const NAME = pattern('^[^\\u0000-\\u001f\\u007f-\\u009f]{1,256}$', 'a name of 1 to 256 characters');
const COORDINATES: Schema = {
  type: 'object',
  maxProperties: 16,
  description: 'the coordinates as asked for',
};

const ABILITIES = mapping({
  enumerates: flag(),
  native_expiry: word({ none: true, 'login-only': true, enforced: true }),
  ends_sessions: flag(),
});

const HELD = mapping(
  {
    subject: NAME,
    grant: COORDINATES,
    until: INSTANT,
    managed: word({ yes: true, no: true, unknown: true }),
  },
  { optional: ['until'] },
);

const ok = (properties: Readonly<Record<string, Schema>> = {}, optional: readonly string[] = []): Schema =>
  mapping({ ...HEAD, status: exactly('ok'), ...properties }, { optional });

/** What a successful answer holds, verb by verb. */
export const ANSWERS: Readonly<Record<Verb, Schema>> = {
  describe: ok({ abilities: ABILITIES }),
  preflight: ok(),
  observe: ok(
    {
      complete: flag(),
      held: list(HELD, 'a list of holdings', { maxItems: MOST_HELD }),
      clock: INSTANT,
    },
    ['clock'],
  ),
  grant: ok({ changed: flag(), preexisting: flag(), receipt: {} }, ['receipt']),
  revoke: ok({ changed: flag() }),
  end_sessions: ok({ ended: integer(0, 1_000_000, 'how many there were') }),
  discover: ok({
    offers: list(mapping({ title: NAME, grant: COORDINATES }), 'a list of what can be granted', {
      maxItems: MOST_OFFERS,
    }),
  }),
};

const CODE = pattern('^[a-z][a-z0-9_]{0,62}$', 'a machine code such as not_found');
const SENTENCE: Schema = { type: 'string', minLength: 1, maxLength: 1_000, description: 'a sentence' };

/** What an answer holds that is no success. */
export const FAULTS: Readonly<Record<'retry' | 'blocked', Schema>> = {
  retry: mapping(
    {
      ...HEAD,
      status: exactly('retry'),
      code: CODE,
      message: SENTENCE,
      after: integer(
        0,
        3_600,
        'seconds to wait at least; an end must not wait longer because a plugin says so',
      ),
    },
    { optional: ['after'] },
  ),
  blocked: mapping({
    ...HEAD,
    status: exactly('blocked'),
    code: CODE,
    message: SENTENCE,
    unblock: SENTENCE,
  }),
};
