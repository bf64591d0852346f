import { expect, test } from '@jest/globals';
import { endedProwJob } from '../../test/fixtures/prowjob.ts';
import { compactProwJob } from './compact.ts';

test('what omit can leave out is not kept, but for the label that metrics count', () => {
  const labels = { a: 'b', 'prow.k8s.io/retest': 'true' };
  const job = endedProwJob('success', {
    metadata: { labels, annotations: { a: 'b' } },
    spec: {
      decoration_config: { timeout: '1h0m0s' },
      pod_spec: { containers: [{ name: 'test', image: 'alpine' }] },
      reporter_config: { slack: { channel: 'c' } },
    },
  });

  const { metadata, spec, status } = compactProwJob(job);

  expect(metadata).toEqual({ ...job.metadata, labels: { 'prow.k8s.io/retest': 'true' }, annotations: {} });
  expect(spec).toEqual({ ...job.spec, decoration_config: undefined, pod_spec: undefined });
  expect(status).toEqual(job.status);
});
