import { accountRoutes, rateRoute } from './accounts/routes.js';
import { checkRoutes } from './checks/routes.js';
import type { Budget } from './http/rate.js';
import type { RouteRow } from './http/router.js';
import { commentRoutes } from './issues/comments.js';
import { labelRoutes } from './issues/labels.js';
import { issueRoutes } from './issues/routes.js';
import { timelineRoutes } from './issues/timeline.js';
import { pullRoutes } from './pulls/routes.js';
import { reviewRoutes } from './reviews/routes.js';

/** All that is served. The order matters only where a number and a word could stand in the same place. */
export const routes = (budget: Budget): readonly RouteRow[] => [
  ...accountRoutes,
  rateRoute(budget),
  ...pullRoutes,
  ...reviewRoutes,
  ...commentRoutes,
  ...timelineRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...checkRoutes,
];
