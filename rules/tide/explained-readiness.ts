/**
 * What a change lacks to be merged, as far as its actor knows: it has the labels, the base branch and its own jobs. Milestones,
 * reviews and contexts that others report are known to the code host alone.
 */
import { statusStates } from '../../domain/jobs/status-state.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import type { MainConfig } from '../../domain/main-config.ts';
import type { ExplainedJob, Explanation } from '../../domain/review/explanation.ts';
import type { StatusState } from '../../domain/review/item.ts';
import { contextOf, contextPolicy, ContextPolicyError, type ContextPolicy } from './context-policy.ts';
import { mergeReadiness, type Readiness } from './merge-readiness.ts';
import { tideConfig } from './tide-config.ts';

/** What the configuration says of the repository. */
export interface RepoConfig {
  main: MainConfig;
  /** Of the central configuration. */
  presubmits: readonly Presubmit[];
  /** It has jobs of its own, in files that are not at hand here. */
  configuresItself: boolean;
}

export interface ExplainedReadiness extends Readiness {
  /** Why it is not known which contexts count. */
  policyProblem?: string;
  /** Jobs that the repository configures itself are known once they have started, and at this head none has. */
  awaitsOwnJobs: boolean;
}

/** Undefined for what is no open change, and before the actor was told that it is. */
export function explainedReadiness(explanation: Explanation, repo: RepoConfig): ExplainedReadiness | undefined {
  const { target, item, jobs } = explanation;
  const isChange = item?.baseRef !== undefined || item?.headSha !== undefined;
  if (!item || !isChange || item.state !== 'open') return undefined;
  const atHead = headJobs(jobs, item.headSha);
  const { policy, problem } = policyFor({ ...target, branch: item.baseRef }, repo, atHead);
  const own = new Set([...repo.presubmits.map(contextOf), ...atHead.keys()]);
  const readiness = mergeReadiness(
    tideConfig(repo.main).queries ?? [],
    {
      org: target.org,
      repo: target.repo,
      author: item.author,
      branch: item.baseRef,
      labels: item.labels,
      contexts: new Map(
        [...atHead].map(([context, { state }]): [string, StatusState] => [context, statusStates[state]]),
      ),
      wouldKnow: (context) => own.has(context),
    },
    policy,
  );
  const awaitsOwnJobs = repo.configuresItself && atHead.size === 0;
  return {
    ...readiness,
    ...(awaitsOwnJobs && readiness.verdict === 'met' && { verdict: 'unknown' as const }),
    ...(problem !== undefined && { policyProblem: problem }),
    awaitsOwnJobs,
  };
}

/** The newest of each context: an older head's results say nothing of this one. */
function headJobs(jobs: readonly ExplainedJob[], headSha: string | undefined): Map<string, ExplainedJob> {
  const newest = new Map<string, ExplainedJob>();
  for (const job of jobs) {
    const { context, sha, superseded } = job;
    if (context === undefined || superseded || (headSha !== undefined && sha !== headSha)) continue;
    const known = newest.get(context);
    if (!known || known.startedAt <= job.startedAt) newest.set(context, job);
  }
  return newest;
}

function policyFor(
  { org, repo, branch }: { org: string; repo: string; branch: string | undefined },
  { main, presubmits }: RepoConfig,
  atHead: ReadonlyMap<string, ExplainedJob>,
): { policy?: ContextPolicy; problem?: string } {
  if (branch === undefined) return { problem: 'The base branch is not known yet.' };
  try {
    return { policy: withOwnJobs(contextPolicy(main, { org, repo, branch }, presubmits), atHead) };
  } catch (error) {
    if (error instanceof ContextPolicyError)
      return { problem: `The configuration contradicts itself. ${error.message}.` };
    throw error;
  }
}

/** Jobs that the configuration at hand does not have say themselves whether they are optional. */
function withOwnJobs(policy: ContextPolicy, atHead: ReadonlyMap<string, ExplainedJob>): ContextPolicy {
  const named = new Set([...policy.required, ...policy.requiredIfPresent]);
  const optional = [...atHead].filter(([context, job]) => job.optional && !named.has(context));
  return { ...policy, optional: [...policy.optional, ...optional.map(([context]) => context)] };
}
