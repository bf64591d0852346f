/** The one table of what the REST interface serves. Everything else answers 501 with its name. */
import type { Operation } from '../api/operation.ts';
import { appOperations } from './apps.ts';
import { collaboratorOperations } from './collaborators.ts';
import { gitOperations } from './git.ts';
import { hookOperations } from './hooks.ts';
import { issueOperations } from './issues.ts';
import { labelOperations } from './labels.ts';
import { orgOperations } from './orgs.ts';
import { pullOperations } from './pulls.ts';
import { repoOperations } from './repos.ts';
import { reviewOperations } from './reviews.ts';
import { searchOperations } from './search.ts';
import { statusOperations } from './statuses.ts';

export const operations: readonly Operation[] = [
  ...appOperations,
  ...collaboratorOperations,
  ...gitOperations,
  ...hookOperations,
  ...issueOperations,
  ...labelOperations,
  ...orgOperations,
  ...pullOperations,
  ...repoOperations,
  ...reviewOperations,
  ...searchOperations,
  ...statusOperations,
];
