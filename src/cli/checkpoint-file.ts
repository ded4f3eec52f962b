import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CHECKPOINT_NAMESPACE, type Checkpoint, parseCheckpoint } from '../core/audit/checkpoint.js';
import { parseAllowedSigners } from '../core/audit/signers.js';
import { signerOfText } from '../wire-offline.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';

/** A checkpoint and its signature beside it. Anything that is not exactly right proves nothing, and is not silently left out. */
export async function checkpointIn(
  file: string,
  { io, signers, branch }: { readonly io: Io; readonly signers: string; readonly branch: string },
): Promise<Checkpoint> {
  const path = resolve(io.cwd, file);
  const [text, signature] = await Promise.all([textOf(path, file), textOf(`${path}.sig`, `${file}.sig`)]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === undefined) throw unproved(file, 'is no checkpoint');
  const key = await signerOfText(text, signature, CHECKPOINT_NAMESPACE);
  if (key === undefined) throw unproved(file, 'carries no good signature');
  if (!parseAllowedSigners(signers, CHECKPOINT_NAMESPACE).has(key))
    throw unproved(file, 'is signed by a key that may not sign checkpoints');
  if (checkpoint.branch !== branch) throw unproved(file, `is about the branch ${checkpoint.branch}`);
  return checkpoint;
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw unproved(file, 'cannot be read');
  }
}

function unproved(file: string, why: string): Unable {
  return new Unable(
    `--checkpoint: ${file} ${why}`,
    'Give the file as hallpass audit checkpoint wrote it, FILE.sig beside it, and its key among the signers with namespaces="hallpass-checkpoint".',
  );
}
