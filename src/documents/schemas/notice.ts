import { NOTICE_EVENTS } from '../../core/notice.js';
import { documentSchema, exactly, integer, list, mapping, orNull, pattern, text, word } from '../schema.js';
import { ID, INSTANT } from './words.js';

const EVENTS = Object.keys(NOTICE_EVENTS).map((event) => [`hallpass.${event}`, true] as const);
const NAMES = { maxItems: 100 };
const LINE = text(1, 400, 'a line of text');

/** What a signed webhook carries, as this version sends it. Later ones may add keys. */
export const NOTICE = documentSchema(
  'notice',
  'Body of a notice sent as a signed webhook',
  mapping({
    type: word(Object.fromEntries(EVENTS)),
    timestamp: INSTANT,
    data: mapping({
      version: exactly(1),
      repository: pattern(
        '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$',
        'owner and name of the access repository',
      ),
      severity: word({ info: true, warning: true, critical: true }),
      key: LINE,
      thread: LINE,
      title: LINE,
      markdown: { type: 'string', maxLength: 8_000, description: 'Markdown' },
      grant: orNull(text(1, 400, 'the id of a grant')),
      subject: orNull(text(1, 39, 'a login')),
      entitlements: list(ID, 'entitlements', NAMES),
      targets: list(ID, 'targets', NAMES),
      rules: list(ID, 'names of rules', NAMES),
      pull_request: orNull(integer(1, Number.MAX_SAFE_INTEGER, 'the number of a pull request')),
      link: orNull(text(1, 2_000, 'an address')),
    }),
  }),
);
