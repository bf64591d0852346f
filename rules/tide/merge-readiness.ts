/**
 * Whether a change may merge, and what is missing: the Tide queries of its repository and the contexts of its head, each condition
 * by itself (spec tide.md 2.2, 7, 14). Deciding what to merge next, and testing it on the newest base, is Tide's own business.
 *
 * Who asks may know only a part: the actor of a change knows its jobs, but no context that others report. What is not known is
 * `unknown`, never met.
 */
import { normalLogin, type StatusState } from '../../domain/review/item.ts';
import { isOptionalContext, missingContexts, type ContextPolicy } from './context-policy.ts';
import { queryCovers, type TideQuery } from './tide-config.ts';

export type Verdict = 'met' | 'unmet' | 'unknown';

export type ConditionKind =
  /** The base branch is among those of the query. */
  | 'branch'
  | 'author'
  | 'milestone'
  /** A label, or one of several, is there. */
  | 'label'
  /** A label is not there. */
  | 'noLabel'
  | 'context'
  /** The code host counts enough approving reviews. */
  | 'review';

export interface Condition {
  kind: ConditionKind;
  /** The name that the configuration gives: a label, a login, a context. For `branch` the branch of the change. */
  name: string;
  verdict: Verdict;
  /** Of contexts: as they stand; absent where nothing was reported. */
  state?: StatusState;
}

export interface ChangeFacts {
  org: string;
  repo: string;
  author: string;
  /** Undefined where it is not known, as everywhere here. */
  branch?: string | undefined;
  labels?: readonly string[] | undefined;
  /** Its title; null for none. */
  milestone?: string | null | undefined;
  reviewApproved?: boolean | undefined;
  /** By name, as they stand at the head commit. */
  contexts: ReadonlyMap<string, StatusState>;
  /** Whether `contexts` would have it, were it reported. Default: all of them. */
  wouldKnow?: (context: string) => boolean;
}

export interface QueryReadiness {
  query: TideQuery;
  /** In the list of queries. */
  index: number;
  /** All but contexts; in the order in which a status names them. */
  conditions: readonly Condition[];
  /** 0: nothing is known to be missing. Grows with what is, the less can be done about it the more. */
  distance: number;
}

export interface Readiness {
  /** Queries about the repository, in order. */
  queries: readonly QueryReadiness[];
  /** The one from which the least is missing. Absent where no query is about the repository. */
  nearest?: QueryReadiness;
  /** Those that count, by name. Empty without a policy. */
  contexts: readonly Condition[];
  /** Of everything that the nearest query and the contexts ask for. `unmet` without a query. */
  verdict: Verdict;
}

/** Weights of what is missing (spec tide.md 14). Each label weighs one. */
const weights: Readonly<Record<ConditionKind, number>> = {
  branch: 2000,
  author: 1000,
  milestone: 100,
  review: 50,
  label: 1,
  noLabel: 1,
  context: 1,
};

/** The context that Tide itself reports. */
const ownContext = 'tide';

/** `policy` is that of the base branch. Without it, nothing is ever ready: nobody knows which contexts count. */
export function mergeReadiness(
  queries: readonly TideQuery[],
  facts: ChangeFacts,
  policy: ContextPolicy | undefined,
): Readiness {
  const judged = queries.flatMap((query, index) =>
    queryCovers(query, facts.org, facts.repo) ? [judgeQuery(query, index, facts)] : [],
  );
  const [first, ...others] = judged;
  // Of two that are as near, the earlier one.
  const nearest = first && others.reduce((best, each) => (each.distance < best.distance ? each : best), first);
  const contexts = policy ? judgeContexts(policy, facts) : [];
  const verdicts = [...(nearest?.conditions ?? []), ...contexts].map(({ verdict }) => verdict);
  const verdict = nearest ? worst(policy ? verdicts : [...verdicts, 'unknown']) : 'unmet';
  return { queries: judged, ...(nearest && { nearest }), contexts, verdict };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('unmet')) return 'unmet';
  return verdicts.includes('unknown') ? 'unknown' : 'met';
}

function judgeQuery(query: TideQuery, index: number, facts: ChangeFacts): QueryReadiness {
  const conditions = [...conditionsOf(query, facts)];
  const missing = conditions.filter(({ verdict }) => verdict === 'unmet');
  return { query, index, conditions, distance: missing.reduce((sum, { kind }) => sum + weights[kind], 0) };
}

function* conditionsOf(query: TideQuery, facts: ChangeFacts): Generator<Condition> {
  const { branch, labels, milestone, reviewApproved } = facts;
  const { includedBranches = [], excludedBranches = [] } = query;
  if (includedBranches.length + excludedBranches.length > 0) {
    const fits = (name: string) =>
      !excludedBranches.includes(name) && (includedBranches.length === 0 || includedBranches.includes(name));
    yield { kind: 'branch', name: branch ?? '', verdict: judge(branch, fits) };
  }
  if (query.author) {
    const author = normalLogin(query.author);
    yield { kind: 'author', name: author, verdict: judge(facts.author, (login) => normalLogin(login) === author) };
  }
  if (query.milestone) {
    yield { kind: 'milestone', name: query.milestone, verdict: judge(milestone, (title) => title === query.milestone) };
  }
  for (const label of sorted(query.labels)) {
    const alternatives = label.split(',');
    // Case counts, as it does for Prow.
    yield {
      kind: 'label',
      name: label,
      verdict: judge(labels, (all) => all.some((one) => alternatives.includes(one))),
    };
  }
  for (const label of sorted(query.missingLabels)) {
    yield { kind: 'noLabel', name: label, verdict: judge(labels, (all) => !all.includes(label)) };
  }
  if (query.reviewApprovedRequired) {
    yield { kind: 'review', name: '', verdict: judge(reviewApproved, (approved) => approved) };
  }
}

function judgeContexts(policy: ContextPolicy, { contexts, wouldKnow = () => true }: ChangeFacts): Condition[] {
  const missing = missingContexts(policy, contexts.keys()).map((name): Condition => ({
    kind: 'context',
    name,
    verdict: wouldKnow(name) ? 'unmet' : 'unknown',
  }));
  const present = [...contexts].flatMap(([name, state]): Condition[] =>
    name === ownContext || isOptionalContext(policy, name)
      ? []
      : [{ kind: 'context', name, verdict: state === 'success' ? 'met' : 'unmet', state }],
  );
  return [...missing, ...present].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function judge<T>(fact: T | undefined, fits: (fact: T) => boolean): Verdict {
  if (fact === undefined) return 'unknown';
  return fits(fact) ? 'met' : 'unmet';
}

function sorted(list: readonly string[] = []): string[] {
  return list.toSorted();
}
