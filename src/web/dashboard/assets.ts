import { createHash } from 'node:crypto';
import { ICON, STYLE } from '../../views/web/style.js';
import type { Route } from './routes.js';
import { SCRIPT } from './script.js';

interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

const ASSETS = {
  style: { name: 'style.css', type: 'text/css', body: STYLE },
  script: { name: 'live.js', type: 'text/javascript', body: SCRIPT },
  icon: { name: 'icon.svg', type: 'image/svg+xml', body: ICON },
} as const satisfies Readonly<Record<string, Asset>>;

/** The name holds a hash, so a browser may keep it for ever and never keeps an old one. */
function pathOf({ name, body }: Asset): string {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `/assets/${hash}/${name}`;
}

/** @param base what a proxy puts before every path. */
export function assetPaths(base: string) {
  const { style, script, icon } = ASSETS;
  return { style: base + pathOf(style), script: base + pathOf(script), icon: base + pathOf(icon) };
}

/** For anybody: they say nothing about anybody. */
export const assetRoutes: readonly Route[] = Object.values(ASSETS).map((asset) => ({
  method: 'GET',
  path: pathOf(asset),
  access: 'anybody',
  handle: () => ({ kind: 'asset', type: asset.type, body: asset.body }),
}));
