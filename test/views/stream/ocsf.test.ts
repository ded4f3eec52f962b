import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestId } from '../../../src/core/request.js';
import { NOTHING_SAID, type StreamEvent, type StreamedType } from '../../../src/core/stream/event.js';
import { plainEvent } from '../../../src/views/stream/line.js';
import { ocsfEvent } from '../../../src/views/stream/ocsf.js';
import { at, NOON, oid } from '../../app/entries.js';
import { OCSF_CLASSES } from '../../support/ocsf-excerpt.js';

const ajv = new Ajv2020({ strict: false });
const validators = new Map(
  Object.entries(OCSF_CLASSES).map(([uid, schema]) => [Number(uid), ajv.compile(schema)]),
);

/** OCSF class and activity of each. */
const TYPES: Readonly<Record<StreamedType, number>> = {
  'grant.landed': 300401,
  'grant.refused': 300499,
  'grant.scheduled': 300403,
  'grant.intended': 300403,
  'grant.granted': 300501,
  'grant.faulted': 300403,
  'grant.end_requested': 300403,
  'grant.ending': 300403,
  'grant.ended': 300502,
  'grant.voided': 300403,
  'grant.review_due': 300403,
  'grant.reviewed': 300403,
  violation: 200401,
  'orphan.intended': 300403,
  'orphan.removed': 300502,
  'orphan.left': 300403,
  'access_review.asked': 300401,
  'access_review.answered': 300403,
  'access_review.kept': 300403,
  'access_review.ended': 300403,
  'access_review.removed': 300502,
  'access_review.gone': 300403,
  'access_review.left': 300403,
};

function event(type: StreamedType, changes: Partial<StreamEvent> = {}): StreamEvent {
  return {
    ...NOTHING_SAID,
    id: `${oid('a')}.0`,
    type,
    at: NOON,
    commit: oid('a'),
    path: 'grants/2026/11/alice.yaml',
    ...changes,
  };
}

function valid(one: object): boolean {
  const validate = validators.get((one as { class_uid: number }).class_uid);
  if (validate?.(one)) return true;
  throw new Error(JSON.stringify(validate?.errors ?? 'no such class'));
}

describe('an event as OCSF', () => {
  it.each(Object.entries(TYPES) as [StreamedType, number][])('%s is of type %i', (type, uid) => {
    const bare = ocsfEvent(event(type), null);
    const full = ocsfEvent(
      event(type, {
        grant: '2026/11/alice' as RequestId,
        subject: { login: 'alice', id: 1001 },
        requester: { login: 'bob', id: 1002 },
        by: { login: 'carol', id: null },
        entitlements: ['orders-db-readonly'],
        target: 'orders-db',
        heldBy: 'alice_ro',
        until: at(60),
        reason: 'revoked',
        code: 'not_kept',
      }),
      'acme/access',
    );
    for (const one of [bare, full]) {
      expect(valid(one)).toBe(true);
      expect(one).toMatchObject({
        type_uid: uid,
        time: Date.parse(NOON),
        metadata: { uid: `${oid('a')}.0` },
      });
    }
  });

  it('has the form whatever it is about, and stays one line', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(TYPES) as StreamedType[])), text, (type, said) => {
        const one = event(type, {
          heldBy: said,
          target: said,
          entitlements: [said],
          subject: { login: said, id: null },
          code: said,
        });
        expect(valid(ocsfEvent(one, said))).toBe(true);
        for (const record of [ocsfEvent(one, said), plainEvent(one, said)]) {
          expect(JSON.stringify(record)).not.toMatch(/[\n\r]/);
          expect(JSON.parse(JSON.stringify(record))).toEqual(record);
        }
      }),
    );
  });

  it('loses nothing of what the plain one says', () => {
    const one = event('grant.granted', { breakGlass: true });
    expect(ocsfEvent(one, 'acme/access')).toMatchObject({
      severity_id: 3,
      unmapped: { hallpass: plainEvent(one, 'acme/access') },
    });
  });
});
