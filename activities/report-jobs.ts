/**
 * Tells the host how the jobs of a change or a push stand: a commit status for each, and for changes the one comment that lists
 * what has failed (spec plugins-community.md B.2). Can be repeated: statuses are what they are, and a comment is known by the jobs
 * that it tells of.
 */
import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { mayPass } from '../domain/errors.ts';
import type { MainConfig } from '../domain/main-config.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import type { ChangeJob, ReportActivities, ReportedJobs, ReportJobsRequest } from '../domain/review/change-jobs.ts';
import type { Bot, CodeHost, HostEffect, ItemName } from '../domain/review/host.ts';
import type { IssueComment } from '../domain/review/item.ts';
import { markerOf } from '../domain/review/marker.ts';
import { stableHash } from '../domain/wire.ts';
import { isBot } from '../rules/own-comments.ts';
import { commitStatusOf } from '../rules/report/commit-status.ts';
import { jobsOfComment, reportCommentSteps, reportTag, type CommentStep } from '../rules/report/report-comment.ts';
import { commentMode, summarisedJobs } from '../rules/report/reported-jobs.ts';
import { renderReportTemplate, reportTemplateFor } from '../rules/report/report-template.ts';
import { beating } from './beating.ts';
import { finalRefusal, hostFailure } from './host-failure.ts';

export interface ReportDeps {
  host: (name: string) => CodeHost;
  main: () => MainConfig;
  /** The complete ProwJob, which report templates are about; undefined where it is gone. */
  prowJob: (job: ChangeJob) => Promise<ProwJob | undefined>;
  logger: Logger;
}

/** How far an attempt has come; the next one goes on from there. */
interface Progress {
  /** ProwJobs whose status the host has taken. */
  told: string[];
  refused: { name: string; job: string; reason: string }[];
}

export function createReportActivities(deps: ReportDeps): ReportActivities {
  return {
    async reportJobs(request) {
      try {
        return await beating(async (beat) => await report(request, deps, beat));
      } catch (error) {
        throw hostFailure(error);
      }
    },
  };
}

async function report(
  request: ReportJobsRequest,
  deps: ReportDeps,
  beat: (progress: Progress) => void,
): Promise<ReportedJobs> {
  const host = deps.host(request.host);
  const { of } = request;
  const { refused } = await writeStatuses(request, host, beat);
  const refusals = refused.map(({ job, reason }) => ({ job, reason }));
  if (!('number' in of)) return { refused: refusals };
  // A commit that takes no status, since it was overwritten say, is nothing to talk about either.
  const isTold = ({ name }: ChangeJob) => !refused.some((one) => one.name === name);
  const reason = await writeComment({ ...request, of }, host, isTold, deps);
  const [first] = request.jobs;
  return { refused: reason === undefined || !first ? refusals : [...refusals, { job: first.job, reason }] };
}

/** One after the other: hosts do not like writes side by side. */
async function writeStatuses(
  { of, jobs }: ReportJobsRequest,
  host: CodeHost,
  beat: (progress: Progress) => void,
): Promise<Progress> {
  const known = Context.current().info.heartbeatDetails as Progress | undefined;
  const progress: Progress = { told: [...(known?.told ?? [])], refused: [...(known?.refused ?? [])] };
  const isDone = (name: string) => progress.told.includes(name) || progress.refused.some((one) => one.name === name);
  const target: ItemName = { number: 0, ...of };
  for (const job of newestOf(jobs, ({ report, name }) => (report ? `${report.sha} ${report.context}` : name))) {
    const status = commitStatusOf(job);
    if (!status || isDone(job.name)) continue;
    const { targetUrl, ...rest } = status;
    const reason = await applied(
      host,
      target,
      { kind: 'setStatus', ...rest, ...(targetUrl && { targetUrl }) },
      job.name,
    );
    if (reason === undefined) progress.told.push(job.name);
    else progress.refused.push({ name: job.name, job: job.job, reason });
    beat(progress);
  }
  return progress;
}

/** Of several runs with one key the last that began: what it says is what stays. */
function newestOf(jobs: readonly ChangeJob[], keyFor: (job: ChangeJob) => string): ChangeJob[] {
  const oldestFirst = jobs.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return [...new Map(oldestFirst.map((job) => [keyFor(job), job])).values()];
}

/** What did not work, for good; undefined where all did, or nothing was to be done. */
async function writeComment(
  { of, jobs, all = jobs }: ReportJobsRequest & { of: ItemName },
  host: CodeHost,
  isTold: (job: ChangeJob) => boolean,
  deps: ReportDeps,
): Promise<string | undefined> {
  const mode = commentMode(deps.main(), of);
  if (mode === 'none') return undefined;
  const wanted =
    mode === 'summary' ? (summarisedJobs(all) ?? []) : newestOf(jobs, ({ report, job }) => report?.context ?? job);
  const about = jobsOfComment(wanted.filter(isTold));
  if (about.length === 0) return undefined;

  const key = keyOf(about);
  const bot = await host.bot();
  let comments: readonly IssueComment[];
  try {
    comments = await host.reads(of).comments();
  } catch (error) {
    return `The report comment: ${finalRefusal(error).message}`;
  }
  const options = { bot, celebrates: mode === 'summary' };
  const stepsFor = (footer?: string) => reportCommentSteps(about, comments, { ...options, ...(footer && { footer }) });
  const earlier = stepsAfterLostAnswer(key, bot, comments);
  const { steps, problem } = earlier ? { steps: earlier } : await withFooter(stepsFor, about[0], of, deps);
  // What others have failed stands in the old comments alone: they go when the new one is there.
  for (const step of [...steps.filter(({ op }) => op !== 'delete'), ...steps.filter(({ op }) => op === 'delete')]) {
    const reason = await applied(host, of, effectOf(step), key);
    if (reason !== undefined) return `The report comment: ${reason}`;
  }
  return problem;
}

/** Where an earlier attempt has written this very comment, what it was to delete after that. */
function stepsAfterLostAnswer(key: string, bot: Bot, comments: readonly IssueComment[]): CommentStep[] | undefined {
  const own = comments.filter(({ author, body }) => isBot(bot, author) && body.includes(reportTag));
  const written = own.find(({ body }) => body.includes(markerOf(key)));
  return written && own.filter((comment) => comment !== written).map(({ id }) => ({ op: 'delete', id }));
}

/** The same for the same results of the same runs. */
function keyOf(about: readonly ChangeJob[]): string {
  const facts = about.map(({ name, state }) => `${name} ${state}`).toSorted();
  return `report/${stableHash(JSON.stringify(facts))}`;
}

/** The template's text is only made where it is needed: it takes the complete ProwJob. */
async function withFooter(
  stepsFor: (footer?: string) => CommentStep[],
  first: ChangeJob | undefined,
  of: ItemName,
  { main, prowJob, logger }: ReportDeps,
): Promise<{ steps: CommentStep[]; problem?: string }> {
  const steps = stepsFor();
  const template = reportTemplateFor(main().plank, of);
  if (template === undefined || !first || steps.every(({ op }) => op === 'delete')) return { steps };
  try {
    const whole = await prowJob(first);
    if (!whole) return { steps };
    return { steps: stepsFor(renderReportTemplate(template, whole)) };
  } catch (err) {
    if (mayPass(err)) throw err;
    logger.warn({ err, job: first.job, ...of }, 'The report template cannot be executed');
    // People are told of failed tests all the same; Prow would try for ever.
    const reason = err instanceof Error ? err.message : String(err);
    return { steps, problem: `The report template cannot be executed: ${reason}` };
  }
}

function effectOf(step: CommentStep): HostEffect {
  switch (step.op) {
    case 'delete':
      return { kind: 'deleteComment', id: step.id };
    case 'edit':
      return { kind: 'editComment', id: step.id, body: step.body };
    case 'create':
      return { kind: 'comment', body: step.body };
    default:
      return step satisfies never;
  }
}

/** Why the host does not take it, for good; undefined where it has taken it. Rejects while it cannot be asked. */
async function applied(host: CodeHost, target: ItemName, effect: HostEffect, key: string): Promise<string | undefined> {
  try {
    // Comments were looked through before.
    return (await host.apply(target, effect, key, { firstAttempt: true }))?.reason;
  } catch (error) {
    return finalRefusal(error).message;
  }
}
