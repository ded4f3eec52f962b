import { at } from './client.js';
import { unlessMissing } from './faults.js';
import type { Marks } from './own-marks.js';
import { readAll } from './pages.js';
import type { Publishing } from './publish-comment.js';
import { WriteRefused } from './writer.js';

const LABELS = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

interface LabelOnGitHub {
  readonly name: string;
  readonly node_id: string;
}

interface LabelChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Writes only the difference. GitHub makes a label it does not know; label names compare without case. */
export async function setLabels(to: Publishing, number: number, change: LabelChange): Promise<void> {
  if (change.add.length + change.remove.length === 0) return;
  const labels = to.marks.of(number)?.labels ?? (await readLabels(to, number));
  const add = change.add.filter((name) => !labels.has(name.toLowerCase()));
  const remove = change.remove.filter((name) => labels.has(name.toLowerCase()));
  try {
    await Promise.all([addLabels(to, number, add), removeLabels(to, number, { names: remove, labels })]);
  } catch (error) {
    to.marks.forget(number);
    throw error;
  }
}

async function readLabels({ on }: Publishing, number: number): Promise<Map<string, string>> {
  const there = await readAll<LabelOnGitHub>(on.client, `GET ${LABELS}`, { ...at(on), issue_number: number });
  return new Map(there.map(({ name, node_id: id }) => [name.toLowerCase(), id]));
}

async function addLabels(to: Publishing, number: number, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { on, marks } = to;
  const pull = marks.of(number);
  const ids = names.flatMap((name) => marks.labelIds.get(name.toLowerCase()) ?? []);
  if (pull !== undefined && ids.length === names.length && (await addByIds(to, pull, ids))) {
    for (const [n, name] of names.entries()) pull.labels.set(name.toLowerCase(), ids[n] ?? '');
    return;
  }
  // REST takes names, and makes the label where the repository has none of that name.
  const { data } = await on.client.request(`POST ${LABELS}`, {
    ...at(on),
    issue_number: number,
    labels: [...names],
  });
  for (const { name, node_id: id } of data) {
    marks.labelIds.set(name.toLowerCase(), id);
    pull?.labels.set(name.toLowerCase(), id);
  }
}

/** @returns false when a label has been deleted since. */
async function addByIds(
  { writer, marks }: Publishing,
  pull: Marks,
  ids: readonly string[],
): Promise<boolean> {
  try {
    await writer.write({ field: 'addLabelsToLabelable', input: { labelableId: pull.node, labelIds: ids } });
    return true;
  } catch (error) {
    if (!(error instanceof WriteRefused)) throw error;
    marks.labelIds.clear();
    return false;
  }
}

async function removeLabels(
  { on, marks, writer }: Publishing,
  number: number,
  { names, labels }: { readonly names: readonly string[]; readonly labels: ReadonlyMap<string, string> },
): Promise<void> {
  if (names.length === 0) return;
  const pull = marks.of(number);
  if (pull === undefined) {
    for (const name of names) {
      // Gone meanwhile is as good.
      await unlessMissing(
        on.client.request(`DELETE ${LABELS}/{name}`, { ...at(on), issue_number: number, name }),
      );
    }
    return;
  }
  const labelIds = names.flatMap((name) => labels.get(name.toLowerCase()) ?? []);
  try {
    await writer.write({ field: 'removeLabelsFromLabelable', input: { labelableId: pull.node, labelIds } });
  } catch (error) {
    if (!(error instanceof WriteRefused && error.isGone)) throw error;
  }
  for (const name of names) pull.labels.delete(name.toLowerCase());
}
