import { describe, expect, test } from '@jest/globals';
import type { PodSpec } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { reservedEnvNames } from '../job-environment.ts';
import { podFromProwJob } from './pod-from-prowjob.ts';
import { buildId, decorated, decoration, periodic, presubmit, refs } from './test-prowjobs.ts';

const one: PodSpec = { containers: [{ name: 'main', image: 'i', command: ['c'] }] };
const make = (podSpec: PodSpec) => podFromProwJob(presubmit(podSpec), { buildId }).spec;

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

test('labels and annotations are those of the ProwJob with its id, the build id and the version of who creates it', () => {
  const prowJob = presubmit(one);

  const { metadata } = podFromProwJob(prowJob, { buildId, plankVersion: 'v20260821-a61940897' });

  expect(metadata.labels).toEqual({
    ...prowJob.metadata.labels,
    'prow.k8s.io/id': prowJob.metadata.name,
    'prow.k8s.io/build-id': buildId,
    'prow.k8s.io/plank-version': 'v20260821-a61940897',
  });
  expect(metadata.annotations).toEqual(prowJob.metadata.annotations);
  expect(metadata).not.toHaveProperty('namespace');
});

test('the build id given counts, not the one in the status', () => {
  const prowJob = presubmit(one);
  const old = { ...prowJob, status: { ...prowJob.status, build_id: '1' } };

  const { metadata, spec } = podFromProwJob(old, { buildId });

  expect(metadata.labels['prow.k8s.io/build-id']).toBe(buildId);
  expect(spec.containers?.[0]?.env).toContainEqual({ name: 'BUILD_ID', value: buildId });
});

test.each<[string, ProwJobSpec['type']]>([
  ['presubmit', 'presubmit'],
  ['batch', 'batch'],
  ['postsubmit', 'postsubmit'],
  ['periodic', 'periodic'],
])('every reserved variable of a %s is there, empty ones without a value', (_name, type) => {
  const { spec } = podFromProwJob(presubmit(one, { type }), { buildId });

  const env = spec.containers?.[0]?.env ?? [];
  const names = env.map(({ name }) => name);
  expect(names).toEqual(reservedEnvNames(type).toSorted());
  expect(env.filter(({ value }) => value === undefined).map(({ name }) => name)).toEqual(
    type === 'presubmit' ? ['PULL_HEAD_REF', 'PULL_TITLE'] : [],
  );
});

describe('containers', () => {
  test('58: one named main is called test', () => {
    expect(make(one).containers?.map(({ name }) => name)).toEqual(['test']);
  });

  test('58: several keep their names', () => {
    const spec = make({ containers: [{ name: 'a' }, { name: 'b' }] });

    expect(spec.containers?.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a termination message policy is added where there is none', () => {
    const spec = make({
      containers: [{ name: 'a', terminationMessagePolicy: 'File' }, { name: 'b' }],
      initContainers: [{ name: 'c', restartPolicy: 'Always' }],
    });

    expect(spec.containers?.map((each) => each['terminationMessagePolicy'])).toEqual(['File', 'FallbackToLogsOnError']);
    expect(spec.initContainers?.[0]?.['terminationMessagePolicy']).toBe('FallbackToLogsOnError');
  });

  test('init containers get no variables', () => {
    const spec = make({ ...one, initContainers: [{ name: 'c', restartPolicy: 'Always' }] });

    expect(spec.initContainers?.[0]).not.toHaveProperty('env');
  });
});

describe("the service account's token", () => {
  test.each<[string, PodSpec, boolean | undefined]>([
    ['is not mounted where nothing is said', one, false],
    ['is left to Kubernetes where an account is named', { ...one, serviceAccountName: 'sa' }, undefined],
    ['is mounted on demand', { ...one, automountServiceAccountToken: true }, true],
  ])('%s', (_name, podSpec, expected) => {
    expect(make(podSpec)['automountServiceAccountToken']).toBe(expected);
  });
});

test('the ProwJob is left as it is', () => {
  const prowJob = decorated({ default_memory_request: '1Gi', censor_secrets: true });
  const before = structuredClone(prowJob);

  podFromProwJob(prowJob, { buildId });

  expect(prowJob).toEqual(before);
});

describe('what no pod can be made of is refused in words, as an error of type SpecInvalid', () => {
  test.each([
    ['no pod spec', { pod_spec: undefined }, 'its spec has no pod_spec.'],
    ['no container', { pod_spec: {} }, 'its pod_spec has no containers.'],
    ['no refs', { refs: undefined }, 'it is a presubmit job and its spec has no refs.'],
    ['no pulls', { refs: { ...refs, pulls: [] } }, 'it is a presubmit job and its refs have no pulls.'],
    [
      'no image',
      { decoration_config: { utility_images: { clonerefs: 'c' } } },
      'its decoration_config must name the image utility_images.initupload.',
    ],
    [
      'a bad timeout',
      { decoration_config: { ...decoration, timeout: '1d' } },
      'decoration_config.timeout: "1d" is not a duration',
    ],
  ])('%s', (_name, change, words) => {
    const prowJob = presubmit(one);
    const broken = { ...prowJob, spec: { ...prowJob.spec, ...change } as ProwJobSpec };

    expect(() => podFromProwJob(broken, { buildId })).toThrow(`No pod can be made for job unit: ${words}`);
    expect(() => podFromProwJob(broken, { buildId })).toThrow(expect.objectContaining({ type: 'SpecInvalid' }));
  });
});

test('a periodic needs no refs', () => {
  expect(podFromProwJob(periodic(one), { buildId }).spec.containers).toHaveLength(1);
});
