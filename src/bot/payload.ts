/** As much of any payload as is looked at before a handler sees it. */
export interface Payload {
  readonly [field: string]: unknown;
  readonly repository?: { readonly id?: unknown };
  readonly installation?: { readonly id?: unknown };
  readonly sender?: { readonly login?: unknown };
}

/**
 * What a payload of an event has and does not have. The signature covers the body alone, so a signed body can be sent again
 * under another event's name.
 */
const SHAPES: Readonly<
  Record<string, { readonly has: readonly string[]; readonly lacks: readonly string[] }>
> = {
  pull_request: {
    has: ['action', 'number', 'pull_request'],
    lacks: ['review', 'comment', 'check_run', 'thread'],
  },
  pull_request_review: { has: ['action', 'review', 'pull_request'], lacks: ['number', 'comment', 'thread'] },
  check_run: { has: ['action', 'check_run'], lacks: ['check_suite', 'number'] },
  issue_comment: { has: ['action', 'comment', 'issue'], lacks: ['pull_request', 'review'] },
  push: { has: ['ref', 'before', 'after', 'pusher'], lacks: ['action', 'ref_type'] },
  membership: { has: ['action', 'team', 'member', 'scope'], lacks: ['membership'] },
  team: { has: ['action', 'team'], lacks: ['member', 'scope', 'pull_request'] },
  organization: { has: ['action', 'organization'], lacks: ['team', 'member', 'pull_request'] },
};

/** @returns the payload, or `undefined` when the text is no JSON object. */
export function parsePayload(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether anything here listens to the event. */
export const isHeard = (event: string): boolean => Object.hasOwn(SHAPES, event);

export function hasShapeOf(event: string, payload: Payload): boolean {
  const shape = isHeard(event) ? SHAPES[event] : undefined;
  if (shape === undefined) return false;
  return (
    shape.has.every((field) => Object.hasOwn(payload, field)) &&
    !shape.lacks.some((field) => Object.hasOwn(payload, field))
  );
}

export interface Pins {
  readonly repositoryId: number;
  readonly installationId: number;
}

/** From the pinned installation, and about the pinned repository where it is about one (T061, T062). */
export function isPinned(pins: Pins, { installation, repository }: Payload): boolean {
  if (installation?.id !== pins.installationId) return false;
  return repository === undefined || repository.id === pins.repositoryId;
}

/** What the app did itself. Its own login cannot be taken by anybody else, because of the brackets. */
export function isOwn(appSlug: string, { sender }: Payload): boolean {
  return String(sender?.login).toLowerCase() === `${appSlug}[bot]`.toLowerCase();
}
