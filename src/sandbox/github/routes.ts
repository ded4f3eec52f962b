import { accountRoutes, rateRoute } from './accounts/routes.js';
import { checkRoutes } from './checks/routes.js';
import { graphqlRoutes } from './graphql/routes.js';
import type { Budget } from './http/rate.js';
import type { RouteRow } from './http/router.js';
import { assigneeRoutes } from './issues/assignees.js';
import { commentRoutes } from './issues/comments.js';
import { labelRoutes } from './issues/labels.js';
import { issueRoutes } from './issues/routes.js';
import { timelineRoutes } from './issues/timeline.js';
import { pullRoutes } from './pulls/routes.js';
import { activityRoutes } from './repository/activity.js';
import { collaboratorRoutes } from './repository/collaborators.js';
import { commitByRef, commitRoutes } from './repository/commits.js';
import { contentRoutes } from './repository/contents.js';
import { gitDatabaseRoutes } from './repository/git-database.js';
import { repositoryRoutes } from './repository/routes.js';
import { reviewRoutes } from './reviews/routes.js';
import { roleRoutes } from './roles/routes.js';
import { setupRoutes } from './setup/routes.js';
import { teamRoutes } from './teams/routes.js';

/** All that is served. The order matters only where a number and a word could stand in the same place. */
export const routes = (budget: Budget): readonly RouteRow[] => [
  ...accountRoutes,
  rateRoute(budget),
  ...pullRoutes,
  ...reviewRoutes,
  ...commentRoutes,
  ...timelineRoutes,
  ...labelRoutes,
  ...assigneeRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...setupRoutes,
  ...repositoryRoutes,
  ...collaboratorRoutes,
  ...commitRoutes,
  ...gitDatabaseRoutes,
  ...contentRoutes,
  ...activityRoutes,
  ...teamRoutes,
  ...roleRoutes,
  ...graphqlRoutes,
  commitByRef,
];
