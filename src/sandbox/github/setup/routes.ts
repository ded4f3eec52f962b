import { appShape } from '../accounts/shape.js';
import { APP, reads, VISIBLE } from '../auth/access.js';
import { type Answer, type Call, numberParam, ok } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { type Hub, stampNow } from '../hub.js';
import { notFound, Refusal } from '../refusal.js';
import { rulesetShape, rulesetsOf } from '../repository/rulesets.js';
import type { Schema } from '../schemas.js';
import type { Delivery } from '../webhooks/post.js';

const REPOSITORY = '/repos/{owner}/{repo}';

/** What the settings pages show, and `hallpass doctor` looks at. */
export const setupRoutes: readonly RouteRow[] = [
  ['GET', '/apps/{app_slug}', VISIBLE, appBySlug],
  ['GET', '/app/hook/config', APP, ({ hub }) => ok(hookConfig(hub))],
  ['GET', '/app/hook/deliveries', APP, deliveries],
  ['GET', `${REPOSITORY}/rulesets`, reads('metadata'), rulesets],
  ['GET', `${REPOSITORY}/rulesets/{ruleset_id}`, reads('metadata'), ruleset],
  ['GET', `${REPOSITORY}/branches/{branch}/protection`, reads('administration'), protection],
  ['GET', `${REPOSITORY}/codeowners/errors`, reads('contents'), codeOwnerErrors],
];

/** A private App does not exist for somebody who has not logged in. */
function appBySlug({ hub, params, who }: Call): Answer {
  const isSeen = hub.setup.public || who.kind !== 'anonymous';
  if (params.app_slug !== hub.options.app.slug || !isSeen) throw notFound();
  return ok(appShape(hub));
}

function hookConfig({ setup: { hook }, outbox }: Hub): Schema<'webhook-config'> {
  const url = hook.url ?? outbox.url;
  return {
    content_type: hook.contentType,
    insecure_ssl: hook.insecureSsl,
    ...(url === undefined ? {} : { url }),
    ...(hook.secret ? { secret: '********' } : {}),
  };
}

function deliveries(call: Call): Promise<Answer> {
  const { hub } = call;
  const answered = hub.outbox.deliveries.filter(({ status }) => status !== undefined);
  return listed(call, answered.toReversed(), (each) => deliveryShape(hub, each));
}

function deliveryShape(hub: Hub, delivery: Delivery): Schema<'hook-delivery-item'> {
  const code = delivery.status ?? 0;
  return {
    id: hub.outbox.deliveries.indexOf(delivery) + 1,
    guid: delivery.guid,
    delivered_at: stampNow(hub),
    redelivery: false,
    duration: 0.1,
    status: statusText(code),
    status_code: code,
    event: delivery.event,
    action: delivery.action,
    installation_id: hub.options.app.installationId,
    repository_id: hub.state.repositoryId,
  };
}

function statusText(code: number): string {
  if (code === 0) return 'failed to connect to host';
  return code < 300 ? 'OK' : `Invalid HTTP Response: ${code}`;
}

function rulesets(call: Call): Promise<Answer> {
  return listed(call, rulesetsOf(call.hub), (each) => rulesetShape(call, each));
}

function ruleset(call: Call): Answer {
  const found = rulesetsOf(call.hub).find(({ id }) => id === numberParam(call, 'ruleset_id'));
  if (found === undefined) throw notFound();
  return ok(rulesetShape(call, found));
}

function protection({ hub, params }: Call): Answer {
  const shape = hub.setup.protection.get(params.branch ?? '');
  if (shape === undefined) throw new Refusal(404, 'Branch not protected');
  return ok(shape);
}

function codeOwnerErrors({ hub }: Call): Answer {
  const errors = Array.from({ length: hub.setup.codeOwnerErrors }, (_, index) => ({
    line: index + 1,
    column: 1,
    kind: 'Unknown owner',
    message: 'Unknown owner',
    path: '.github/CODEOWNERS',
  }));
  const shape: Schema<'codeowners-errors'> = { errors };
  return ok(shape);
}
