import { describe, expect, test } from '@jest/globals';

import { createProwJobMetrics, createRegistry, prowJobLabels, type MeasuredProwJob } from './metrics.ts';

function prowJob(change: Partial<MeasuredProwJob['spec']> = {}, state: MeasuredProwJob['status']['state'] = 'pending') {
  return {
    metadata: { namespace: 'default', labels: { 'prow.k8s.io/retest': 'true' } },
    spec: { job: 'pull-unit', type: 'presubmit', cluster: 'build', ...change },
    status: { state },
  } satisfies MeasuredProwJob;
}

describe('prowJobLabels', () => {
  test.each([
    ['refs', { refs: { org: 'o', repo: 'r', base_ref: 'main' } }],
    ['the first of extra_refs', { extra_refs: [{ org: 'o', repo: 'r', base_ref: 'main' }] }],
  ])('takes org, repo and base_ref from %s', (_name, spec) => {
    expect(prowJobLabels(prowJob(spec))).toEqual({
      job_namespace: 'default',
      job_name: 'pull-unit',
      type: 'presubmit',
      state: 'pending',
      org: 'o',
      repo: 'r',
      base_ref: 'main',
      cluster: 'build',
      retest: 'true',
    });
  });

  test('has empty texts where there are no refs', () => {
    expect(prowJobLabels(prowJob())).toMatchObject({ org: '', repo: '', base_ref: '' });
  });
});

describe('createProwJobMetrics', () => {
  test('counts transitions by label', async () => {
    const registry = createRegistry({ processMetrics: false });
    const metrics = createProwJobMetrics(registry);

    metrics.countTransition(prowJob());
    metrics.countTransition(prowJob());

    expect(await registry.metrics()).toMatch(/prowjob_state_transitions\{[^}]*job_name="pull-unit"[^}]*\} 2/);
  });

  test('counts what is known at each scrape, and forgets combinations that no longer occur', async () => {
    const registry = createRegistry({ processMetrics: false });
    let known = [prowJob(), prowJob()];
    createProwJobMetrics(registry, { known: () => known });

    expect(await registry.metrics()).toMatch(/prowjobs\{[^}]*state="pending"[^}]*\} 2/);
    known = [prowJob({}, 'success')];

    const text = await registry.metrics();
    expect(text).toMatch(/prowjobs\{[^}]*state="success"[^}]*\} 1/);
    expect(text).not.toContain('state="pending"');
  });
});
