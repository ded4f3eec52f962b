import { durationSeconds } from '../core/time.js';
import type { SecretSource } from './settings-targets.js';
import { valueAt } from './shape.js';
import { quoted } from './visible.js';
import { durationOf } from './words.js';
import type { Draft } from './yaml-profile.js';

/** Where a stream of the ledger goes; exactly one of `file` and `url`. */
export interface StreamSettings {
  readonly name: string;
  readonly format: 'ocsf' | 'json';
  readonly file?: string;
  readonly url?: SecretSource;
  /** Of a webhook, at least one; it signs with each. */
  readonly secrets: readonly SecretSource[];
}

/** Where and how often the state of the ledger is written down; at least one place. */
export interface CheckpointSettings {
  readonly everySeconds: number;
  readonly folder?: string;
  readonly command?: readonly string[];
}

export interface StreamDocument {
  readonly name: string;
  readonly format: 'ocsf' | 'json';
  readonly file?: string;
  readonly url?: SecretSource;
  readonly secrets?: readonly SecretSource[];
}

export interface CheckpointsDocument {
  readonly every: string;
  readonly folder?: string;
  readonly command?: readonly string[];
}

export function streamOf({ secrets = [], ...stream }: StreamDocument): StreamSettings {
  return { ...stream, secrets };
}

export function checkpointsOf({ every, ...places }: CheckpointsDocument): CheckpointSettings {
  return { ...places, everySeconds: durationSeconds(durationOf(every)) };
}

/** What a schema cannot say: names are unique, since how far a stream was delivered is remembered by them, and each has one place. */
export function checkStreams(draft: Draft): void {
  const streams = valueAt(draft.value, ['streams']);
  if (!Array.isArray(streams)) return;
  const names = new Set<unknown>();
  streams.forEach(({ name, file, url, secrets }: StreamDocument, index) => {
    const at = ['streams', index];
    if (!draft.isSound(at)) return;
    if (names.has(name)) draft.report('duplicate_item', [...at, 'name'], { item: quoted(name) });
    names.add(name);
    if ((file === undefined) === (url === undefined)) draft.report('choose_one', at, { keys: 'file, url' });
    if (url !== undefined && secrets === undefined)
      draft.report('missing_key', at, { key: 'secrets', expected: 'a list of secrets to sign with' });
    if (url === undefined && secrets !== undefined) {
      const facts = { key: quoted('secrets'), suggestion: 'remove it' };
      draft.report('unknown_key', [...at, 'secrets'], facts, 'key');
    }
  });
}

export function checkCheckpoints(draft: Draft): void {
  const at = ['checkpoints'];
  const checkpoints = valueAt(draft.value, at) as CheckpointsDocument | undefined;
  if (checkpoints === undefined || !draft.isSound(at)) return;
  const { folder, command } = checkpoints;
  if (folder === undefined && command === undefined)
    draft.report('missing_key', at, { key: 'folder or command', expected: 'where checkpoints are kept' });
  if (command !== undefined && !command[0]?.startsWith('/'))
    draft.report('invalid_value', [...at, 'command', 0], {
      found: quoted(command[0] ?? ''),
      expected: 'the absolute path of a program',
    });
}
