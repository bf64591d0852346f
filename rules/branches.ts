/**
 * Branch filters of jobs (spec jobs.md 2.6): each list is one unanchored regular expression, joined without grouping, so
 * that an inline flag of one entry reaches into the next.
 */
import type { BranchFilter } from '../domain/job-config.ts';
import { compileRegex } from './regex.ts';

/** `branch` is a base branch, or what a push moved, without `refs/heads/` or `refs/tags/`. */
export function branchMatches({ branches = [], skip_branches: skipped = [] }: BranchFilter, branch: string): boolean {
  if (skipped.length > 0 && matchesAny(skipped, branch)) return false;
  return branches.length === 0 || matchesAny(branches, branch);
}

/** The one pattern that a list stands for. */
export function joinedPattern(patterns: readonly string[]): string {
  return patterns.join('|');
}

function matchesAny(patterns: readonly string[], branch: string): boolean {
  return compileRegex(joinedPattern(patterns)).test(branch);
}
