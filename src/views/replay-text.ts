import type { Difference } from '../core/audit/difference.js';
import type { ControlBlobs } from '../core/grant.js';
import type { Decision } from '../core/policy/decision.js';
import type { Instant } from '../core/time.js';
import { decisionJson, decisionText } from './decision-text.js';
import type { RequestView } from './decision-view.js';
import { type Paint, unpainted } from './paint.js';
import { utc } from './time-text.js';
import { oneLine } from './untrusted-text.js';

/** A decision made again, and how it differs from the recorded one. */
export interface ReplayView {
  readonly recorded: Decision & { readonly at: Instant };
  readonly view: RequestView;
  readonly differences: readonly Difference[];
  readonly lacking: readonly string[];
  readonly control: ControlBlobs;
  /** The commit whose documents took the place of the recorded ones. */
  readonly policy?: string;
}

/** `undefined`: not known, since facts are lacking. */
export function agreementOf({ differences, lacking }: ReplayView): boolean | undefined {
  return lacking.length > 0 ? undefined : differences.length === 0;
}

const NOTHING = '(none)';

/** Whether it agrees, then the differences, then the decision made again with all its findings. */
export function replayText(replay: ReplayView, paint: Paint = unpainted): string {
  const { differences, lacking, view } = replay;
  const shown = (texts: readonly string[]) => (texts.length === 0 ? NOTHING : texts.map(oneLine).join('; '));
  return [
    headline(replay, paint),
    ...lacking.map((fact) => `  not recorded: ${oneLine(fact)}`),
    ...differences.map(
      ({ of, recorded, again }) => `  ${of}: recorded ${shown(recorded)}, now ${shown(again)}`,
    ),
    '',
    decisionText(view, paint),
  ].join('\n');
}

function headline(replay: ReplayView, paint: Paint): string {
  const { recorded, policy } = replay;
  const by = policy === undefined ? 'by its own documents' : `by the documents of ${oneLine(policy)}`;
  const was = `It was ${recorded.outcome} at ${utc(recorded.at)}; decided again ${by}`;
  const agrees = agreementOf(replay);
  if (agrees === undefined)
    return `${paint('warn', 'Not known')}: ${was}, with facts that nobody recorded then.`;
  return agrees
    ? `${paint('good', 'Agrees')}: ${was}, it comes out the same.`
    : `${paint('bad', 'Differs')}: ${was}, it comes out otherwise.`;
}

/** The shape `hallpass audit replay --json` prints; it only ever grows. */
export function replayJson(replay: ReplayView) {
  const { recorded, view, differences, lacking, control, policy } = replay;
  return {
    id: view.request.id,
    agrees: agreementOf(replay) ?? null,
    policy: policy ?? null,
    recorded: { at: recorded.at, outcome: recorded.outcome, control },
    differences,
    lacking,
    decision: decisionJson(view),
  };
}
