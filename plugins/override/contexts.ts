/** Making contexts green. */
import { comment, type Effect } from '../../domain/effects.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import type { PullDetails } from '../../domain/review/item.ts';
import { newestStatuses } from '../../rules/commit-statuses.ts';
import { codeList, inlineCode } from '../../rules/inline-code.ts';
import { reply } from '../../rules/replies.ts';
import { describedForBase } from '../../rules/status-description.ts';
import type { ItemContext } from '../api.ts';
import { argumentsOf } from './arguments.ts';
import { mayOverride, whoMay } from './authorised.ts';
import { failedCheckRuns } from './check-runs.ts';
import { notTaken, type OverrideKind } from './kinds.ts';

/** Something that is not green, or that branch protection requires. */
interface Target {
  context: string;
  /** What it may be called: by its own name, and by that of the job that has failed there. */
  names: string[];
  targetUrl?: string;
  /** The presubmit that reports to it. */
  job?: Presubmit;
}

export async function overrideContexts(
  kind: OverrideKind,
  event: CommentEvent,
  pull: PullDetails,
  context: ItemContext,
): Promise<readonly Effect[]> {
  const given = argumentsOf(kind.pattern, event.body);
  if (!given) return [];
  const answer = (message: string) => [comment(reply(event, message))];
  if (given.isBare) return answer(`\`${kind.command}\` needs the names of failed contexts.`);
  if (!(await mayOverride(event.author, context))) {
    return answer(`You may not use \`${kind.command}\`; these may: ${whoMay(context)}.`);
  }

  const checkRuns = context.bot.isApp ? failedCheckRuns(await context.host.checkRuns(pull.head.sha)) : [];
  const targets = await targetsOf(pull, checkRuns, context);
  const known = new Set([...targets.flatMap(({ names }) => names), ...checkRuns]);
  const unknown = given.names.filter((name) => !known.has(name));
  if (unknown.length > 0) return answer(unknownMessage(kind.command, unknown, [...known]));

  const isNamed = (name: string) => given.names.includes(name);
  const chosen = targets.filter((target) => target.names.some(isNamed));
  const chosenRuns = checkRuns.filter(isNamed);
  const done = [...new Set([...chosen.map((target) => target.context), ...chosenRuns])].toSorted();
  if (done.length === 0) return [];
  const baseSha = await context.git.baseSha();
  const description = kind.description(event.author);
  const refusal = (name: string) => reply(event, notTaken(name));
  return [
    ...chosen.flatMap(({ context: name, targetUrl, job }): Effect[] => [
      ...(job ? [{ kind: 'recordJob', job: job.name, state: 'success', description, url: event.url } as const] : []),
      {
        kind: 'setStatus',
        sha: pull.head.sha,
        context: name,
        state: 'success',
        description: describedForBase(description, baseSha),
        ...(targetUrl && { targetUrl }),
        whenRefused: refusal(name),
      },
    ]),
    ...chosenRuns.map((name): Effect => ({
      kind: 'createCheckRun',
      sha: pull.head.sha,
      name,
      title: `Override of ${name}`,
      summary: `${event.author} has overridden the check run ${inlineCode(name)} by a command.`,
      whenRefused: refusal(name),
    })),
    ...answer(`Overridden for ${event.author}: ${done.map(inlineCode).join(', ')}.${kind.duration}`),
  ];
}

/** Contexts whose newest status is no success (Q6), and required ones that are not among those. */
async function targetsOf(
  { head, base }: PullDetails,
  checkRuns: readonly string[],
  { host, presubmits }: ItemContext,
): Promise<Target[]> {
  const jobs = await presubmits();
  const jobOf = (context: string) => jobs.find((job) => job.context === context);
  const failed = newestStatuses(await host.statuses(head.sha))
    .filter(({ state }) => state !== 'success')
    .map(({ context, targetUrl }): Target => {
      const job = jobOf(context);
      return {
        context,
        names: job ? [context, job.name] : [context],
        ...(targetUrl && { targetUrl }),
        ...(job && { job }),
      };
    });
  const known = new Set([...failed.flatMap(({ names }) => names), ...checkRuns]);
  const required = new Set(await host.requiredContexts(base.ref));
  const missing = [...required].filter((context) => !known.has(context));
  return [
    ...failed,
    ...missing.map((context): Target => {
      const job = jobOf(context);
      return { context, names: [context], ...(job && { job }) };
    }),
  ];
}

function unknownMessage(command: string, unknown: readonly string[], known: readonly string[]): string {
  const expected =
    known.length > 0
      ? `These could be overridden:\n\n${codeList(known.toSorted())}`
      : 'Nothing here has failed or is missing.';
  return (
    `\`${command}\` takes failed contexts, check runs, or the names of their jobs. Unknown is:\n\n${codeList(unknown)}\n\n` +
    `${expected}\n\nNothing has been overridden. A name with a blank needs double quotes around it.`
  );
}
