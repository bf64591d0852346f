import { describe, expect, test } from '@jest/globals';
import { labelsAfterPod, labelsAndAnnotations, podMetadata } from './labels.ts';
import type { ProwJob, ProwJobSpec } from './prowjob.ts';

const spec: ProwJobSpec = {
  type: 'presubmit',
  job: 'unit',
  context: 'ci/unit',
  refs: { org: 'org', repo: 'repo', base_ref: 'main', pulls: [{ number: 5, author: 'ann', sha: 'cafe' }] },
};

describe('labels and annotations of a ProwJob', () => {
  test('name type, job, context and refs', () => {
    expect(labelsAndAnnotations(spec, {}, {})).toEqual({
      labels: {
        'created-by-prow': 'true',
        'prow.k8s.io/type': 'presubmit',
        'prow.k8s.io/job': 'unit',
        'prow.k8s.io/context': 'unit',
        'prow.k8s.io/refs.org': 'org',
        'prow.k8s.io/refs.repo': 'repo',
        'prow.k8s.io/refs.base_ref': 'main',
        'prow.k8s.io/refs.pull': '5',
      },
      annotations: { 'prow.k8s.io/job': 'unit', 'prow.k8s.io/context': 'ci/unit' },
    });
  });

  test('19: a long job name is shortened in the label and whole in the annotation', () => {
    const job = `${'a'.repeat(60)}._-${'b'.repeat(7)}`;

    const { labels, annotations } = labelsAndAnnotations({ type: 'periodic', job }, {}, {});

    expect(labels['prow.k8s.io/job']).toBe('a'.repeat(60));
    expect(annotations['prow.k8s.io/job']).toBe(job);
  });

  test.each([
    ['43: a path gives its last element', 'release/2.1', '2.1'],
    ['trailing slashes are ignored', 'a//', 'a'],
    ['43: an invalid value is dropped', '-bad-', undefined],
    ['an empty value stays', '', ''],
    ['nothing but slashes is dropped', '//', undefined],
    ['too long a value is dropped', 'v'.repeat(64), undefined],
    ['a line end is no end of the value', 'a\n', undefined],
  ])('%s', (_name, value, expected) => {
    const { labels } = labelsAndAnnotations(spec, { given: value }, {});

    expect(labels['given']).toBe(expected);
  });

  test("callers override jobs, jobs override Prow's own", () => {
    const { labels } = labelsAndAnnotations(spec, { 'prow.k8s.io/job': 'theirs', a: 'job' }, {}, { a: 'caller' });

    expect(labels).toMatchObject({ 'prow.k8s.io/job': 'theirs', a: 'caller' });
  });
});

test('a pod carries the ids, and so does its ProwJob afterwards', () => {
  const job: ProwJob = {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: { name: 'id', namespace: '', creationTimestamp: '', labels: { 'own/x': 'not valid' }, annotations: {} },
    spec,
    status: { startTime: '', state: 'pending', build_id: '99' },
  };

  expect(podMetadata(job).labels).toMatchObject({ 'prow.k8s.io/id': 'id', 'prow.k8s.io/build-id': '99' });
  expect(podMetadata(job).labels).not.toHaveProperty('own/x');
  expect(labelsAfterPod(job)).toEqual({
    'own/x': 'not valid',
    'prow.k8s.io/id': 'id',
    'prow.k8s.io/build-id': '99',
  });
});
