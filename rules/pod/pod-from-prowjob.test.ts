import { expect, test } from '@jest/globals';
import { podFromProwJob } from './pod-from-prowjob.ts';
import { buildId, presubmit } from './test-prowjobs.ts';

test('an undecorated job gets its variables after its own, and nothing else is added to it', () => {
  const prowJob = presubmit({ containers: [{ name: 'main', image: 'i', env: [{ name: 'Z', value: '1' }] }] });

  const { metadata, spec } = podFromProwJob(prowJob, { buildId });

  expect(metadata.name).toBe(prowJob.metadata.name);
  expect(spec.containers?.[0]?.env?.slice(0, 3)).toEqual([
    { name: 'Z', value: '1' },
    { name: 'BUILD_ID', value: buildId },
    { name: 'BUILD_NUMBER', value: buildId },
  ]);
  expect(spec).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
  expect(spec.containers).toHaveLength(1);
  expect(Object.keys(spec).toSorted()).toEqual(['automountServiceAccountToken', 'containers', 'restartPolicy']);
});
