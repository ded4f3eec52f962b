import type {
  ControlBlobs,
  EndReason,
  Entry,
  EventName,
  GrantEvent,
  GrantedHolding,
  Holding,
  HoldingState,
  VoidReason,
} from '../../core/grant.js';
import { record } from '../record.js';
import { documentSchema, flag, integer, list, orNull, type Schema, text, word } from '../schema.js';
import { DECISION } from './ledger-decision.js';
import { EVIDENCE } from './ledger-evidence.js';
import { ACCOUNT, LEDGER_TEXT } from './ledger-words.js';
import { COORDINATES, ID, INSTANT, OID, REQUEST_ID, VERSION } from './words.js';

const CONTROL = record<ControlBlobs>({ policy: OID, catalog: OID, people: OID }, {});

const HOLDING = record<Holding>({ target: ID, subject: LEDGER_TEXT, grant: COORDINATES }, {});

const STATE = word<HoldingState>({
  scheduled: true,
  intended: true,
  active: true,
  ending: true,
  ended: true,
  void: true,
});

const REASON = word<EndReason | VoidReason>({
  expired: true,
  revoked: true,
  reverted: true,
  superseded: true,
  ineligible: true,
  missed: true,
});

const EVENT = word<EventName>({
  landed: true,
  refused: true,
  scheduled: true,
  intended: true,
  granted: true,
  faulted: true,
  end_requested: true,
  ending: true,
  ended: true,
  voided: true,
  review_due: true,
  reviewed: true,
});

/** Whatever the provider gave; read back as it is. */
const RECEIPT: Schema = { description: "the provider's receipt" };

const GRANTED_HOLDING = record<GrantedHolding>(
  { entitlement: ID, holding: HOLDING, state: STATE, preexisting: flag(), receipt: RECEIPT, reason: REASON },
  { preexisting: true, receipt: true, reason: true },
);

const GRANT_EVENT = record<GrantEvent>(
  {
    event: EVENT,
    at: INSTANT,
    host_at: INSTANT,
    entitlement: ID,
    reason: REASON,
    code: text(1, 100, 'a machine code'),
    by: ACCOUNT,
    due: INSTANT,
    control: CONTROL,
  },
  { host_at: true, entitlement: true, reason: true, code: true, by: true, due: true, control: true },
);

/** How a grant's document is written: in this order, so that what happened last stands last. */
export const LEDGER_ENTRY = documentSchema(
  'ledger-entry',
  'Ledger entry',
  record<Entry>(
    {
      version: VERSION,
      id: REQUEST_ID,
      requester: orNull(ACCOUNT),
      subject: orNull(ACCOUNT),
      request: record<Entry['request']>({ blob: OID, content: LEDGER_TEXT }, {}),
      landing: record<Entry['landing']>(
        {
          commit: OID,
          parent: OID,
          pull_request: integer(0, Number.MAX_SAFE_INTEGER, 'a number'),
          merged_at: INSTANT,
        },
        {},
      ),
      window: record<NonNullable<Entry['window']>>({ starts_at: INSTANT, expires_at: INSTANT }, {}),
      extends: REQUEST_ID,
      break_glass: flag(),
      decision: record<Entry['decision']>(
        { at: INSTANT, ...DECISION, control: CONTROL, evidence: EVIDENCE },
        {},
      ),
      holdings: list(GRANTED_HOLDING, 'a list of holdings'),
      events: list(GRANT_EVENT, 'a list of events'),
    },
    { window: true, extends: true },
  ),
);
