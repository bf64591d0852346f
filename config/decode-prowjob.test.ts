import { describe, expect, test } from '@jest/globals';
import { decodeProwJob } from './decode-prowjob.ts';

const minimal = `
kind: ProwJob
metadata: {name: x1}
spec: {job: unit, type: periodic}
`;

test('what may be missing is filled in', () => {
  expect(decodeProwJob('pj.yaml', minimal)).toEqual({
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: 'x1',
      namespace: '',
      creationTimestamp: expect.stringMatching(/Z$/),
      labels: {},
      annotations: {},
    },
    spec: { job: 'unit', type: 'periodic' },
    status: { startTime: expect.stringMatching(/Z$/), state: 'triggered' },
  });
});

test('values are decoded as in configuration: durations, quantities, keys in any case', () => {
  const pod = '{containers: [{NAME: a, resources: {requests: {memory: 1024Ki}}}]}';
  const given = minimal.replace('periodic}', `periodic, decoration_config: {timeout: 90m}, pod_spec: ${pod}}`);

  expect(decodeProwJob('pj.yaml', given).spec).toMatchObject({
    decoration_config: { timeout: '1h30m0s' },
    pod_spec: { containers: [{ name: 'a', resources: { requests: { memory: '1Mi' } } }] },
  });
});

test('JSON indented with tabs, as prowjob.json is', () => {
  const { metadata, spec, kind } = decodeProwJob('pj.yaml', minimal);
  const text = JSON.stringify({ kind, metadata, spec, status: { build_id: '5' } }, null, '\t');

  expect(decodeProwJob('prowjob.json', text)).toMatchObject({ metadata, spec, status: { build_id: '5' } });
});

describe('refused in words', () => {
  test.each<[string, string, string]>([
    ['an empty file', '', 'f: kind: must be ProwJob, but is missing'],
    ['a list of ProwJobs', 'kind: ProwJobList', 'f: kind: must be ProwJob, but is "ProwJobList"'],
    ['no name', 'kind: ProwJob', 'f: metadata.name: must be set'],
    ['no job', 'kind: ProwJob', 'f: spec.job: must be set'],
    ['no type', 'kind: ProwJob', 'f: spec.type: must be one of presubmit, postsubmit, periodic, batch'],
    ['another agent', minimal.replace('periodic', 'periodic, agent: jenkins'), 'f: spec.agent: must be kubernetes'],
    [
      'a wrong value, with its place',
      minimal.replace('periodic', 'periodic, decoration_config: {timeout: 1d}'),
      'f:4:55: spec.decoration_config.timeout: must be a duration',
    ],
    ['no YAML', 'a: [', 'f:1'],
  ])('%s', (_name, text, words) => {
    expect(() => decodeProwJob('f', text)).toThrow(words);
  });
});
