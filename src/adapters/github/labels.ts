import { at, type OnGitHub } from './client.js';
import { unlessMissing } from './faults.js';
import { readAll } from './pages.js';

const LABELS = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

/** Writes only the difference. GitHub makes a label it does not know; label names compare without case. */
export async function setLabels(
  on: OnGitHub,
  number: number,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const issue = { ...at(on), issue_number: number };
  const there = await readAll<{ readonly name: string }>(on.client, `GET ${LABELS}`, issue);
  const has = new Map(there.map(({ name }) => [name.toLowerCase(), name]));
  const labels = change.add.filter((name) => !has.has(name.toLowerCase()));
  if (labels.length > 0) await on.client.request(`POST ${LABELS}`, { ...issue, labels });
  for (const name of change.remove.flatMap((each) => has.get(each.toLowerCase()) ?? [])) {
    // Gone meanwhile is as good.
    await unlessMissing(on.client.request(`DELETE ${LABELS}/{name}`, { ...issue, name }));
  }
}
