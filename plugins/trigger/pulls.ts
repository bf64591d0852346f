/** What happens to a pull request itself: opened, pushed to, closed, labelled (C.6). */
import { comment, removeLabel, type Effect } from '../../domain/effects.ts';
import type { PullEvent } from '../../domain/review/events.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { concernsTests, selectForPullRequest, type PullRequestSelection } from '../../rules/selection/pull-request.ts';
import { pullRequestOf, selectionContextOf } from '../../rules/selection/reads.ts';
import { needsOkToTestLabel } from '../../rules/selection/trust.ts';
import type { Effects, ItemContext } from '../api.ts';
import { startPresubmits } from './job-starts.ts';
import { welcome } from './welcome.ts';

/** Description of the ended jobs. Software knows it. */
const aborted = 'Aborted by trigger plugin.';

const draftNotice =
  'This pull request is a draft, so its tests are not started. Mark it as ready for review to have them run, ' +
  'or start them by hand with `/test all`.';

export async function followPull({ action, sender, label, changes }: PullEvent, context: ItemContext): Effects {
  const { pull } = context.item;
  const changesBase = Boolean(changes?.baseRef) || Boolean(changes?.baseSha);
  const event = { action, sender, label, changesBase };
  if (!pull || !concernsTests(event)) return [];
  const selection = await selectForPullRequest(
    { ...event, pull: pullRequestOf(context, pull) },
    selectionContextOf(context, pull, await context.presubmits()),
  );
  return [
    ...(selection.abortsRunning ? [{ kind: 'abortJobs', description: aborted } as const] : []),
    ...(await told(selection, context)),
    ...(selection.trustedByLabel ? await withoutRequest(context) : []),
    ...startPresubmits(selection.jobs),
  ];
}

async function told({ tells }: PullRequestSelection, context: ItemContext): Promise<readonly Effect[]> {
  if (tells === 'draft') return [comment(draftNotice)];
  return tells === 'welcome' ? await welcome(context) : [];
}

async function withoutRequest({ host }: ItemContext): Promise<Effect[]> {
  return hasLabel(await host.labels(), needsOkToTestLabel) ? [removeLabel(needsOkToTestLabel)] : [];
}
