import { type Hub, newId, stampNow } from '../hub.js';
import type { Sha } from '../state.js';

export interface CheckKnobs {
  /** A check run by another App, or by a workflow, under any name (T047). */
  foreignCheck(check: {
    readonly sha: Sha;
    readonly name: string;
    readonly appId: number;
    readonly conclusion: 'success' | 'failure';
  }): void;
}

export function checkKnobs(hub: Hub): CheckKnobs {
  return {
    foreignCheck({ sha, name, appId, conclusion }) {
      const at = stampNow(hub);
      hub.state.checkRuns.push({
        id: newId(hub),
        appId,
        headSha: sha,
        name,
        status: 'completed',
        conclusion,
        startedAt: at,
        completedAt: at,
        detailsUrl: null,
        externalId: null,
        title: null,
        summary: null,
        text: null,
        annotations: [],
      });
    },
  };
}
