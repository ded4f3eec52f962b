import type { Instant } from '../../core/time.js';
import { type Page, pageHtml } from '../../views/web/page.js';
import type { Site } from '../../views/web/site.js';
import type { Answer } from './answer.js';
import type { Visit } from './routes.js';

/** Pages as answers. */
export interface Rendering {
  readonly site: Site;
  /** For a visitor. */
  page(page: Page, visit: Pick<Visit, 'visitor' | 'now'>, status?: number): Answer;
  /** For nobody in particular. */
  open(page: Page, now: Instant, status?: number): Answer;
}

export function renderingFor(site: Site): Rendering {
  return {
    site,
    page: (page, { visitor, now }, status = 200) => ({
      kind: 'page',
      status,
      html: pageHtml(page, { site, now, visitor }),
    }),
    open: (page, now, status = 200) => ({
      kind: 'page',
      status,
      html: pageHtml(page, { site, now, visitor: null }),
    }),
  };
}
