import { type NoticeEvent, type NoticeFilter, URGENT_EVENTS } from '../core/notice.js';
import type { SecretSource } from './settings-targets.js';
import { valueAt } from './shape.js';
import { quoted } from './visible.js';
import type { Draft } from './yaml-profile.js';

/** A receiver of notices as the settings name it: where it is and what it gets. */
export interface ReceiverSettings {
  readonly name: string;
  readonly kind: 'slack' | 'webhook';
  readonly url: SecretSource;
  /** Of a webhook, at least one; it signs with each. */
  readonly secrets: readonly SecretSource[];
  readonly filter: NoticeFilter;
}

export interface ReceiverDocument {
  readonly name: string;
  readonly kind: 'slack' | 'webhook';
  readonly url: SecretSource;
  readonly secrets?: readonly SecretSource[];
  readonly events?: readonly NoticeEvent[];
  readonly entitlements?: readonly string[];
  readonly targets?: readonly string[];
  readonly rules?: readonly string[];
}

export function receiverOf(document: ReceiverDocument): ReceiverSettings {
  const { name, kind, url, secrets = [], events = URGENT_EVENTS, ...rest } = document;
  const { entitlements, targets, rules } = rest;
  return {
    name,
    kind,
    url,
    secrets,
    filter: {
      events,
      ...(entitlements === undefined ? {} : { entitlements }),
      ...(targets === undefined ? {} : { targets }),
      ...(rules === undefined ? {} : { rules }),
    },
  };
}

/** The name the review host has among receivers: no setting may take it. */
const TAKEN = 'github';

/** What a schema cannot say: names are unique, since what was delivered is remembered by them, and only webhooks are signed. */
export function checkReceivers(draft: Draft): void {
  const receivers = valueAt(draft.value, ['notify']);
  if (!Array.isArray(receivers)) return;
  const names = new Set<unknown>([TAKEN]);
  receivers.forEach((receiver: ReceiverDocument, index) => {
    const at = ['notify', index];
    if (!draft.isSound(at)) return;
    const { name, kind, secrets } = receiver;
    if (names.has(name)) draft.report('duplicate_item', [...at, 'name'], { item: quoted(name) });
    names.add(name);
    if (kind === 'webhook' && secrets === undefined)
      draft.report('missing_key', at, { key: 'secrets', expected: 'a list of secrets to sign with' });
    if (kind === 'slack' && secrets !== undefined)
      draft.report(
        'unknown_key',
        [...at, 'secrets'],
        { key: quoted('secrets'), suggestion: 'remove it' },
        'key',
      );
  });
}
