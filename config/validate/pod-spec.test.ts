import { describe, expect, test } from '@jest/globals';
import type { Container, DecorationConfig, JobBase, PodSpec } from '../../domain/job-config.ts';
import type { ProwJobType } from '../../domain/prowjob.ts';
import { checkPodSpec } from './pod-spec.ts';

/** `key: message` of each problem. */
function problemsOf(spec: PodSpec, decoration?: DecorationConfig, type: ProwJobType = 'presubmit'): string[] {
  const job: JobBase = {
    name: 'unit',
    agent: 'kubernetes',
    spec,
    ...(decoration && { decoration_config: decoration }),
  };
  const problems: string[] = [];
  checkPodSpec(job, type, (key, message) => problems.push(`${key}: ${message}`));
  return problems;
}

const one = (over: Partial<Container>): PodSpec => ({ containers: [{ image: 'i', command: ['c'], ...over }] });
const named = (...names: string[]): PodSpec => ({ containers: names.map((name) => ({ name, command: ['c'] })) });

describe('pod specs (jobs.md 2.9) that are refused', () => {
  test.each<[string, PodSpec, DecorationConfig | undefined, string]>([
    ['several containers, undecorated', named('a', 'b'), undefined, 'only in decorated jobs'],
    ['several containers, one without a name', named('a', ''), {}, 'containers[1].name: must be set'],
    ['several containers of one name', named('a', 'a'), {}, 'containers[1].name: a is used twice'],
    ['several containers, clonerefs', named('a', 'clonerefs'), {}, 'clonerefs is the name of a container'],
    ['several containers, initupload', named('a', 'initupload'), {}, 'initupload is the name of a container'],
    ['several containers, place-entrypoint', named('a', 'place-entrypoint'), {}, 'place-entrypoint is the name of'],
    ['several containers, sidecar', named('a', 'sidecar'), {}, 'sidecar is the name of a container'],
    ['init container', { ...one({}), initContainers: [{ name: 'x' }] }, undefined, 'must have restartPolicy: Always'],
    ['variable twice', one({ env: [{ name: 'A' }, { name: 'A' }] }), undefined, 'env[1]: A is set twice'],
    ['volume twice', { ...one({}), volumes: [{ name: 'v' }, { name: 'v' }] }, undefined, 'volumes[1].name: v is used'],
    ['volume logs', { ...one({}), volumes: [{ name: 'logs' }] }, undefined, 'logs is the name of a volume'],
    ['volume code', { ...one({}), volumes: [{ name: 'code' }] }, undefined, 'code is the name of a volume'],
    ['volume tools', { ...one({}), volumes: [{ name: 'tools' }] }, undefined, 'tools is the name of a volume'],
    ['volume gcs-credentials', { ...one({}), volumes: [{ name: 'gcs-credentials' }] }, undefined, 'is the name of a'],
    ['volume s3-credentials', { ...one({}), volumes: [{ name: 's3-credentials' }] }, undefined, 'is the name of a'],
    [
      'volume of the OAuth token',
      { ...one({}), volumes: [{ name: 'oa' }] },
      { oauth_token_secret: { name: 'oa' } },
      'oa',
    ],
    [
      'volume of an SSH key',
      { ...one({}), volumes: [{ name: 'ssh' }] },
      { ssh_key_secrets: ['ssh'] },
      'ssh is the name',
    ],
    [
      'mount of nothing',
      one({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      undefined,
      'names the volume v, which',
    ],
    ['mount of logs', one({ volumeMounts: [{ name: 'logs', mountPath: '/v' }] }), undefined, 'logs belongs to'],
    ['mount of code', one({ volumeMounts: [{ name: 'code', mountPath: '/v' }] }), undefined, 'code belongs to'],
    ['mount of tools', one({ volumeMounts: [{ name: 'tools', mountPath: '/v' }] }), undefined, 'tools belongs to'],
    ['mount at /logs', mounting('/logs'), undefined, '/logs belongs to decoration'],
    ['mount at /home/prow/go', mounting('/home/prow/go'), undefined, '/home/prow/go belongs to decoration'],
    ['mount at /tools', mounting('/tools'), undefined, '/tools belongs to decoration'],
    ['decorated, nothing to run', { containers: [{ image: 'i' }] }, {}, 'containers[0].command: must be set'],
    ['decorated, empty first word', one({ command: [''], args: ['a'] }), {}, 'containers[0].command: must be set'],
  ])('%s', (_name, spec, decoration, problem) => {
    expect(problemsOf(spec, decoration)).toEqual([expect.stringContaining(problem)]);
  });

  test.each<[ProwJobType, string]>([
    ['periodic', 'CI'],
    ['periodic', 'BUILD_NUMBER'],
    ['postsubmit', 'PULL_BASE_REF'],
    ['presubmit', 'PULL_NUMBER'],
  ])('a %s that sets %s', (type, name) => {
    expect(problemsOf(one({ env: [{ name }] }), undefined, type)).toEqual([
      `spec.containers[0].env[0]: ${name} is set by the system for each ${type}`,
    ]);
  });
});

describe('pod specs (jobs.md 2.9) that pass', () => {
  test.each<[string, PodSpec, DecorationConfig | undefined]>([
    ['a single container called sidecar', named('sidecar'), {}],
    ['several named containers, decorated', named('a', 'b'), {}],
    ['a native sidecar', { ...one({}), initContainers: [{ name: 'x', restartPolicy: 'Always' }] }, undefined],
    ['ARTIFACTS and GOPATH', one({ env: [{ name: 'ARTIFACTS' }, { name: 'GOPATH' }] }), {}],
    [
      'a reserved variable in an init container',
      { ...one({}), initContainers: [{ name: 'x', restartPolicy: 'Always', env: [{ name: 'CI' }] }] },
      {},
    ],
    ['a mount at /home/prow/go/', mounting('/home/prow/go/'), {}],
    ['a mount at /logs/x', mounting('/logs/x'), {}],
    ['a mount of credentials', one({ volumeMounts: [{ name: 's3-credentials', mountPath: '/c' }] }), undefined],
    ['a mount of an SSH secret', one({ volumeMounts: [{ name: 'k', mountPath: '/k' }] }), { ssh_key_secrets: ['k'] }],
    ['decorated, args only', { containers: [{ args: ['a'] }] }, {}],
    ['undecorated, nothing to run', { containers: [{ image: 'i' }] }, undefined],
  ])('%s', (_name, spec, decoration) => {
    expect(problemsOf(spec, decoration)).toEqual([]);
  });

  test.each<[ProwJobType, string]>([
    ['periodic', 'PULL_BASE_REF'],
    ['postsubmit', 'PULL_NUMBER'],
  ])('a %s that sets %s', (type, name) => {
    expect(problemsOf(one({ env: [{ name }] }), undefined, type)).toEqual([]);
  });
});

function mounting(mountPath: string): PodSpec {
  return { ...one({ volumeMounts: [{ name: 'v', mountPath }] }), volumes: [{ name: 'v', emptyDir: {} }] };
}
