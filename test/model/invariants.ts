import { expect } from 'vitest';
import { rowKey } from '../../src/adapters/providers/memory/target.js';
import { type TargetId, THINGS } from './documents.js';
import { gives, type Request, rowOf, windowOf } from './model.js';
import { hasStanding, heldOn, type Stage } from './stage.js';

const TARGETS: readonly TargetId[] = ['db', 'ci'];

/** What has to hold after every command, whatever is broken just now. */
export function checkAlways(stage: Stage): void {
  for (const target of TARGETS) {
    for (const { subject, name } of heldOn(stage.targets[target])) {
      const row = rowOf(target, subject, name);
      const claims = claimsTo(stage, row);
      expect(
        claims.some(({ request }) => mayHold(stage, request, target)),
        `${row} is held and nothing that was approved gives it now:\n${claims.map(({ request }) => tell(stage, request)).join('\n')}`,
      ).toBe(true);
      expect(
        claims.some(({ request, entitlement }) => isIntended(stage, request, entitlement)),
        `${row} is held and no live entry of the ledger says so`,
      ).toBe(true);
    }
    const standing = [...stage.targets[target].standing.values()].map((row) =>
      rowOf(target, row.subject, row.name),
    );
    expect(standing.toSorted(), `standing access on ${target}`).toEqual(
      [...stage.model.standing].filter((row) => row.startsWith(`${target} `)).toSorted(),
    );
  }
  for (const [id, entry] of stage.ledger) {
    for (const { entitlement } of entry.holdings) {
      const grants = entry.events.filter(
        (event) => event.event === 'granted' && event.entitlement === entitlement && event.code === undefined,
      );
      expect(grants.length, `${id} grants ${entitlement} once`).toBeLessThanOrEqual(1);
    }
  }
}

/** While nothing is broken: what is held is what was approved, no more and no less, as soon as a pass has run since its start. */
export function checkCalm(stage: Stage): void {
  for (const request of stage.model.requests) {
    if (gives(stage.model, request, stage.now()) !== 'yes') continue;
    const from = windowOf(request)?.from ?? 0;
    for (const entitlement of request.entitlements) {
      const { target, name } = thingOf(entitlement);
      if (request.waited && stage.cleanAt[target] < from) continue;
      const { granted } = stage.targets[target];
      const row = { subject: request.subject, name };
      const held = granted.has(rowKey(row)) || hasStanding(stage.targets[target], row.subject, row.name);
      expect(held, `${entitlement} is missing:\n${tell(stage, request)}`).toBe(true);
    }
  }
  checkAlways(stage);
}

function thingOf(entitlement: string): { readonly target: TargetId; readonly name: string } {
  const thing = THINGS[entitlement];
  if (thing === undefined) throw new Error(`no such thing: ${entitlement}`);
  return thing;
}

function claimsTo(stage: Stage, row: string): { readonly request: Request; readonly entitlement: string }[] {
  return stage.model.requests.flatMap((request) =>
    request.entitlements
      .filter((entitlement) => {
        const { target, name } = thingOf(entitlement);
        return rowOf(target, request.subject, name) === row;
      })
      .map((entitlement) => ({ request, entitlement })),
  );
}

/**
 * It gives it now, or it did and nothing has had the chance to end it: the target could not be made to since, no pass has run, or our
 * clock is behind.
 */
function mayHold(stage: Stage, request: Request, target: TargetId): boolean {
  const { model, cleanAt } = stage;
  if (gives(model, request, stage.now()) !== 'no') return true;
  const window = windowOf(request);
  if (window === undefined || !request.landing.ever) return false;
  if (request.waited && !request.starting.ever) return false;
  const behind = Math.max(0, -model.skew);
  const ended = Math.min(request.heardAt ?? Number.POSITIVE_INFINITY, window.to + behind);
  return stage.now() >= window.from && cleanAt[target] < ended;
}

function isIntended(stage: Stage, request: Request, entitlement: string): boolean {
  const held = stage.ledger.get(request.id)?.holdings.find((one) => one.entitlement === entitlement);
  return held !== undefined && ['intended', 'active', 'ending'].includes(held.state);
}

/** What the model and the ledger say of a request, for whoever has to find out. */
export function tell(stage: Stage, request: Request): string {
  const { extends: base, reviews, pushers, ...rest } = request;
  const entry = stage.ledger.get(request.id);
  return JSON.stringify(
    {
      ...rest,
      pushers: [...pushers],
      reviews: reviews.map(({ by, state, at, head }) => `${by} ${state} ${at} ${head.slice(0, 7)}`),
      extends: base?.id,
      window: windowOf(request),
      now: stage.now(),
      cleanAt: stage.cleanAt,
      events: entry?.events.map(({ event, at, code, reason }) => [event, at, code, reason].join(' ')),
      findings: entry?.decision.findings
        .filter(({ status }) => status !== 'satisfied')
        .map(({ code, message }) => `${code}: ${message}`),
    },
    null,
    1,
  );
}
