/**
 * Where plank's rules differ from the reference on purpose: two behaviours that the spec rules defects, and 429. Each rule is
 * a predicate on the input and the value that must come out instead.
 */
import { olderDuplicates } from '../../domain/jobs/duplicates.ts';
import type { DeclaredRule } from './declared-rule.ts';
import { outcomeOf, outcomesOf, podOutcome, worldOf, type PlankCase, type PlankOutcome } from './plank.ts';

const tooManyRequests: DeclaredRule<PlankCase> = {
  name: 'a pod creation answered 429 is retried',
  reason: 'architecture.md 3.5: 429 speaks of the load of the cluster, not of the pod; jobs.md 5.1 lists it as final',
  applies: ({ input }) => input.createError === 429,
  // Like a server that cannot answer at all.
  expected: ({ input }) => outcomeOf({ ...input, createError: 500 }),
};

const staleState: DeclaredRule<PlankCase> = {
  name: 'a job aborted as a duplicate in its own pass is left alone',
  reason: 'jobs.md 5.3: the pass continues with the stale state and may start its pod [fix: re-check state]',
  applies: ({ input }) => isOlderDuplicate(input),
  expected({ input, expect }) {
    const before = worldOf(input);
    const own = outcomesOf(before, input).find(({ name }) => name === input.reconcile.metadata.name);
    const prev = { ...own?.prev, 'github-reporter': 'aborted' };
    return {
      error: false,
      requeueSeconds: 0,
      prowjobs: expect.prowjobs.map((job) => (job.name === own?.name ? { ...own, state: 'aborted', prev } : job)),
      pods: [...before.pods.values()].map(podOutcome),
    } satisfies PlankOutcome;
  },
};

const countedRevivals: DeclaredRule<PlankCase> = {
  name: 'a revival is counted',
  reason: 'jobs.md 5.5: the incremented counter is never written back, so the limit is not reached [fix: persist it]',
  applies: ({ input }) => input.reconcile.status.state === 'pending' && stopsUnexpectedly(input),
  expected: ({ input, expect }) => ({
    ...expect,
    prowjobs: expect.prowjobs.map((job) =>
      job.name === input.reconcile.metadata.name ? { ...job, revivals: job.revivals + 1 } : job,
    ),
  }),
};

function isOlderDuplicate(input: PlankCase['input']): boolean {
  const { job } = input.reconcile.spec;
  const active = [...worldOf(input).jobs.values()]
    .filter(({ spec }) => spec.job === job && spec.agent === 'kubernetes')
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return olderDuplicates(active).some(({ metadata }) => metadata.name === input.reconcile.metadata.name);
}

/** The causes of spec 5.5 after which a pod is brought back. */
function stopsUnexpectedly({ reconcile, pods }: PlankCase['input']): boolean {
  const { metadata, status } = pods?.find((pod) => pod.metadata.name === reconcile.metadata.name) ?? {};
  return (
    status?.reason === 'Evicted' ||
    status?.phase === 'Unknown' ||
    (status?.reason === 'NodeLost' && metadata?.deletionTimestamp !== undefined)
  );
}

export const plankDifferences: readonly DeclaredRule<PlankCase>[] = [tooManyRequests, staleState, countedRevivals];
