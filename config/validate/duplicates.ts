/**
 * Jobs of one repository that would get in each other's way (spec jobs.md 2.7): one name, or one context, on one branch.
 */
import type { BranchFilter, ContextReporter, JobBase, Periodic } from '../../domain/job-config.ts';
import { branchMatches } from '../../rules/branches.ts';

type Job = JobBase & BranchFilter & ContextReporter;

export interface Clash<J extends Job = Job> {
  job: J;
  key: string;
  message: string;
}

/** Later jobs that share name and branches with an earlier one. */
export function nameClashes<J extends Job>(jobs: readonly J[], kind: string): Clash<J>[] {
  return clashes(jobs, (job) => job.name).map(({ job }) => ({
    job,
    key: 'name',
    message: `is the name of another ${kind} of this repository on the same branches; rename one, or keep their branches apart`,
  }));
}

/** Later jobs that report to a context which a job of another name has on the same branches. */
export function contextClashes<J extends Job>(jobs: readonly J[], kind: string): Clash<J>[] {
  return clashes(jobs, (job) => job.context)
    .filter(({ job, other }) => job.name !== other.name)
    .map(({ job, other }) => ({
      job,
      key: 'context',
      message: `${JSON.stringify(job.context)} is also the context of the ${kind} ${other.name} on the same branches`,
    }));
}

function clashes<J extends Job>(jobs: readonly J[], keyOf: (job: J) => string | undefined): { job: J; other: J }[] {
  const groups = new Map<string, J[]>();
  for (const job of jobs) {
    const key = keyOf(job);
    if (!key) continue;
    const group = groups.get(key);
    if (group) group.push(job);
    else groups.set(key, [job]);
  }
  const found: { job: J; other: J }[] = [];
  for (const group of groups.values()) {
    group.forEach((job, index) => {
      const other = group.slice(0, index).find((earlier) => intersect(earlier, job));
      if (other) found.push({ job, other });
    });
  }
  return found;
}

/** Whether two filters may let the same branch through, as Prow guesses it: literal entries, no regex algebra. */
export function intersect(a: BranchFilter, b: BranchFilter): boolean {
  const [ours, theirs] = [a.branches ?? [], b.branches ?? []];
  if (hasNoFilter(a) || hasNoFilter(b)) return true;
  if (ours.length > 0 && theirs.length > 0) return ours.some((branch) => theirs.includes(branch));
  if (ours.length > 0) return ours.some((branch) => passes(b, branch));
  if (theirs.length > 0) return theirs.some((branch) => passes(a, branch));
  return true;
}

function hasNoFilter({ branches = [], skip_branches: skipped = [] }: BranchFilter): boolean {
  return branches.length === 0 && skipped.length === 0;
}

/** A filter that does not compile is a problem of its own. */
function passes(filter: BranchFilter, branch: string): boolean {
  try {
    return branchMatches(filter, branch);
  } catch {
    return false;
  }
}

export function repeatedPeriodics(periodics: readonly Periodic[]): Periodic[] {
  const seen = new Set<string>();
  return periodics.filter(({ name }) => {
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}
