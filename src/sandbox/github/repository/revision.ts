import type { Commit } from '../git/commit.js';
import type { Call } from '../http/call.js';
import type { Hub } from '../hub.js';
import { Refusal } from '../refusal.js';

const SHA = /^[0-9a-f]{7,40}$/;

/** A branch, a tag, a full ref or an object id (also shortened), as GitHub's `{ref}` takes it. */
export async function commitOf(hub: Hub, name: string): Promise<Commit | undefined> {
  const short = name.replace(/^refs\//, '');
  const candidates = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${short}`];
  const sha = candidates.map((ref) => hub.git.refs.get(ref)).find((each) => each !== undefined);
  if (sha !== undefined) return hub.git.commit(await peeled(hub, sha));
  return SHA.test(name) ? hub.git.commit(name) : undefined;
}

async function peeled(hub: Hub, sha: string): Promise<string> {
  return (await hub.git.objects.read(`${sha}^{commit}`))?.sha ?? sha;
}

export async function commitAsked(call: Call): Promise<Commit> {
  const name = call.params.ref ?? '';
  const commit = await commitOf(call.hub, name);
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return commit;
}
