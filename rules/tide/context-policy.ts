/**
 * Which contexts of a head commit decide whether it may merge (spec tide.md 7): from `tide.context_options`, the presubmits of the
 * branch and, where asked for, `branch-protection`.
 */
import type { Presubmit } from '../../domain/job-config.ts';
import type { MainConfig } from '../../domain/main-config.ts';
import { branchMatches } from '../branches.ts';
import { compileRegex } from '../regex.ts';
import { isManual } from '../selection/gate.ts';
import { branchPolicy, deepest, type BranchPolicy } from './branch-policy.ts';
import { tideConfig, type BranchPlace, type ContextOptions } from './tide-config.ts';

/** Names are sorted, each once. */
export interface ContextPolicy {
  /** Must be there, and have succeeded. */
  required: readonly string[];
  /** Must have succeeded if they are there. */
  requiredIfPresent: readonly string[];
  optional: readonly string[];
  /** Patterns of further optional ones. */
  optionalPatterns: readonly string[];
  /** Contexts that nothing names are optional. */
  skipsUnknown?: boolean;
  overwritesPending?: boolean;
  /** Jobs that only people start are required like the others. */
  requiresManualJobs: boolean;
}

export type PolicyConflict =
  | 'required-and-optional'
  | 'required-and-if-present'
  | 'optional-and-if-present'
  | 'regex-matches-required'
  | 'regex-matches-if-present'
  | 'regex-compile';

/** The configuration says of one context that it must and need not succeed. */
export class ContextPolicyError extends Error {
  readonly kind: PolicyConflict;
  constructor(kind: PolicyConflict, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ContextPolicyError';
    this.kind = kind;
  }
}

/** `presubmits` are all of the repository. Throws ContextPolicyError. */
export function contextPolicy(main: MainConfig, place: BranchPlace, presubmits: readonly Presubmit[]): ContextPolicy {
  const levels = optionLevels(main, place);
  const all = (name: ListOption) => levels.flatMap((level) => level[name] ?? []);
  const protection = deepest(levels.map((level) => level['from-branch-protection']))
    ? branchPolicy(main, place)
    : undefined;
  const jobs = jobContexts(presubmits, place.branch, protection?.requiresManualJobs ?? false);
  const skipsUnknown = deepest(levels.map((level) => level['skip-unknown-contexts']));
  const overwritesPending = deepest(levels.map((level) => level['overwrite-pending-contexts']));
  const required = names([
    ...all('required-contexts'),
    ...jobs.required,
    ...(protection && isProtected(protection, jobs) ? protection.contexts : []),
  ]);
  // A job that runs before the merge has no result until then, so naming it as required contradicts nothing.
  const ifPresent = jobs.requiredIfPresent.filter(
    (context) => !(jobs.beforeMerge.has(context) && required.includes(context)),
  );
  const policy: ContextPolicy = {
    required,
    requiredIfPresent: names([...all('required-if-present-contexts'), ...ifPresent]),
    optional: names([...all('optional-contexts'), ...jobs.optional]),
    optionalPatterns: names(all('optional-regex-contexts')),
    ...(skipsUnknown !== undefined && { skipsUnknown }),
    ...(overwritesPending !== undefined && { overwritesPending }),
    requiresManualJobs: protection?.requiresManualJobs ?? false,
  };
  check(policy);
  return policy;
}

/** Whether a context may fail. */
export function isOptionalContext(policy: ContextPolicy, context: string): boolean {
  const { required, requiredIfPresent, optional, optionalPatterns, skipsUnknown = false } = policy;
  if (optional.includes(context)) return true;
  if (optionalPatterns.some((pattern) => compileRegex(pattern).test(context))) return true;
  return !required.includes(context) && !requiredIfPresent.includes(context) && skipsUnknown;
}

/** Required contexts that are not among those present. */
export function missingContexts({ required }: ContextPolicy, present: Iterable<string>): string[] {
  const there = new Set(present);
  return required.filter((context) => !there.has(context));
}

type ListOption =
  'required-contexts' | 'required-if-present-contexts' | 'optional-contexts' | 'optional-regex-contexts';

function optionLevels(main: MainConfig, { org, repo, branch }: BranchPlace): ContextOptions[] {
  const root = tideConfig(main).context_options;
  const ofOrg = root?.orgs?.[org];
  const ofRepo = ofOrg?.repos?.[repo];
  return [root, ofOrg, ofRepo, ofRepo?.branches?.[branch]].flatMap((level) => level ?? []);
}

interface JobContexts {
  required: readonly string[];
  requiredIfPresent: readonly string[];
  optional: readonly string[];
  beforeMerge: ReadonlySet<string>;
}

function jobContexts(presubmits: readonly Presubmit[], branch: string, requiresManualJobs: boolean): JobContexts {
  const here = presubmits.filter((job) => branchMatches(job, branch));
  const counting = here.filter((job) => !job.optional && !job.skip_report);
  const isRequired = (job: Presubmit) => job.always_run || (requiresManualJobs && isManual(job));
  const contexts = (jobs: readonly Presubmit[]) => jobs.map(contextOf);
  return {
    required: contexts(counting.filter(isRequired)),
    requiredIfPresent: contexts(counting.filter((job) => !isRequired(job))),
    optional: contexts(here.filter((job) => !counting.includes(job))),
    beforeMerge: new Set(contexts(here.filter((job) => job.run_before_merge))),
  };
}

/** The context that a job reports; its name unless it says another. */
export function contextOf({ context, name }: Presubmit): string {
  return context || name;
}

function isProtected({ protect, protectsTested }: BranchPolicy, jobs: JobContexts): boolean {
  if (protect !== undefined) return protect;
  const hasOthers = jobs.requiredIfPresent.length + jobs.optional.length > 0;
  return protectsTested !== undefined && (jobs.required.length > 0 || (protectsTested === 'any' && hasOthers));
}

function check({ required, requiredIfPresent, optional, optionalPatterns }: ContextPolicy): void {
  const refuse = (kind: PolicyConflict, conflicting: readonly string[], message: string) => {
    if (conflicting.length > 0) throw new ContextPolicyError(kind, `${conflicting.join(', ')}: ${message}`);
  };
  const both = (some: readonly string[], others: readonly string[]) => some.filter((name) => others.includes(name));
  refuse('required-and-optional', both(required, optional), 'required, and optional as well');
  refuse(
    'required-and-if-present',
    both(required, requiredIfPresent),
    'required, and required only if present as well',
  );
  refuse('optional-and-if-present', both(optional, requiredIfPresent), 'optional, and required if present as well');
  const regexes = optionalPatterns.map(compiled);
  const matched = (contexts: readonly string[]) => contexts.filter((name) => regexes.some((regex) => regex.test(name)));
  refuse('regex-matches-required', matched(required), 'required, and a pattern of optional contexts matches');
  refuse(
    'regex-matches-if-present',
    matched(requiredIfPresent),
    'required if present, and a pattern of optional contexts matches',
  );
}

function compiled(pattern: string) {
  try {
    return compileRegex(pattern);
  } catch (error) {
    throw new ContextPolicyError('regex-compile', `${pattern}: not a regular expression`, { cause: error });
  }
}

function names(list: readonly string[]): string[] {
  return [...new Set(list)].toSorted();
}
