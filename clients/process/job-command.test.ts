import { describe, expect, test } from '@jest/globals';
import type { Container, PodSpec, Refs } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { baseEnvironment, gitEnvironment } from './base-environment.ts';
import { environmentOf, expanded, runnableContainer, workingDirectoryOf } from './job-command.ts';
import { request } from './test-runs.ts';

const noTrust = { trustPullRequests: false, trustedHosts: ['127.0.0.1:4000'] };
const refs: Refs = { org: 'o', repo: 'r', base_ref: 'main' };
const pulled: Refs = { ...refs, pulls: [{ number: 1, author: 'a', sha: 'abc' }] };

function problem(spec: Partial<ProwJobSpec>, trust = noTrust): string {
  try {
    runnableContainer(request('true', spec).prowJob, trust);
  } catch (error) {
    expect(error).toMatchObject({ name: 'SpecInvalid' });
    return String(error);
  }
  return '';
}

describe('refused, naming the job and the reason', () => {
  const container = (more: Partial<Container>): Partial<ProwJobSpec> => ({
    pod_spec: { containers: [{ name: 'main', image: 'alpine', command: ['true'], ...more }] },
  });
  const pod = (more: Partial<PodSpec>): Partial<ProwJobSpec> => ({
    pod_spec: { containers: [{ command: ['true'] }], ...more },
  });

  test.each<[string, Partial<ProwJobSpec>, string]>([
    ['no container', { pod_spec: {} }, 'its pod spec has no container'],
    [
      'two containers',
      { pod_spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      'it has 2 containers (a, b); use one',
    ],
    ['init containers', pod({ initContainers: [{ name: 'prepare' }] }), 'it has init containers (prepare)'],
    [
      'no command',
      container({ command: [] }),
      'container main has no command, and the entrypoint of alpine does not exist here',
    ],
    ['an empty command', container({ command: [''] }), 'has no command'],
    ['NUL in the command', container({ args: ['a\0b'] }), 'its command contains a NUL character'],
    [
      'valueFrom',
      container({ env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 's' } } }] }),
      'variable T has valueFrom',
    ],
    ['envFrom', container({ envFrom: [{ secretRef: { name: 's' } }] }), 'envFrom needs Kubernetes'],
    ['a variable that cannot be', container({ env: [{ name: 'A=B', value: '1' }] }), '"A=B" cannot be a variable'],
    [
      'a secret volume',
      pod({ volumes: [{ name: 'creds', secret: { secretName: 's' } }] }),
      'volume creds (secret) needs Kubernetes',
    ],
    ['a host path', pod({ volumes: [{ name: 'h', hostPath: { path: '/' } }] }), 'volume h (hostPath) needs Kubernetes'],
    [
      'a mount',
      pod({ containers: [{ command: ['true'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }),
      'it mounts volume v at /v',
    ],
    ['a clone path outside', { extra_refs: [{ ...refs, path_alias: '../../etc' }] }, 'the clone path of o/r leads out'],
    ['an option as ref', { extra_refs: [{ ...refs, base_ref: '--upload-pack=x' }] }, '"--upload-pack=x" is no ref'],
    ['an option as address', { extra_refs: [{ ...refs, clone_uri: '-x' }] }, '"-x" is no ref or address'],
    ['a presubmit', { type: 'presubmit', refs: pulled }, 'runs code of pull requests to o/r on this machine'],
    ['a batch', { type: 'batch', refs: pulled }, 'start with --trust-pull-requests'],
    ['a pull in extra refs', { extra_refs: [pulled] }, 'runs code of pull requests to o/r'],
    ['a presubmit without pull', { type: 'presubmit', refs }, 'it is a presubmit without a pull request'],
    [
      'a trusted page with a foreign repository',
      {
        type: 'presubmit',
        refs: { ...pulled, repo_link: 'http://127.0.0.1:4000/o/r', clone_uri: 'https://evil.example/r' },
      },
      'runs code of pull requests',
    ],
  ])('%s', (_name, spec, words) => {
    const text = problem(spec);

    expect(text).toContain('Job some-job cannot run with the process executor: ');
    expect(text).toContain(words);
  });
});

describe('allowed', () => {
  test.each<[string, Partial<ProwJobSpec>, typeof noTrust]>([
    [
      'a presubmit of the local forge',
      { type: 'presubmit', refs: { ...pulled, repo_link: 'http://127.0.0.1:4000/o/r' } },
      noTrust,
    ],
    [
      'a presubmit of anybody, when told to',
      { type: 'presubmit', refs: pulled },
      { ...noTrust, trustPullRequests: true },
    ],
    ['a postsubmit', { type: 'postsubmit', refs }, noTrust],
    [
      'an emptyDir that nothing mounts',
      { pod_spec: { containers: [{ args: ['true'] }], volumes: [{ name: 'e' }] } },
      noTrust,
    ],
  ])('%s', (_name, spec, trust) => {
    expect(problem(spec, trust)).toBe('');
  });
});

describe('environment', () => {
  test('the last of a name wins: base, own, injected', () => {
    const own = [
      { name: 'A', value: 'own' },
      { name: 'B', value: '$(A)/$(PATH)/$(NONE)/$$(A)' },
      { name: 'C' },
      { name: 'GOPATH', value: 'x' },
    ];

    expect(environmentOf({ PATH: '/bin', A: 'base' }, own, { GOPATH: '/go', CI: 'true' })).toEqual({
      PATH: '/bin',
      A: 'own',
      B: 'own//bin/$(NONE)/$(A)',
      C: '',
      GOPATH: '/go',
      CI: 'true',
    });
  });

  test.each([
    ['$(X) and $(X)', 'value and value'],
    ['$(Y) $X ${X} $(date +%s)', '$(Y) $X ${X} $(date +%s)'],
    ['$$(X) $$$(X) $$', '$(X) $value $'],
    ['$(constructor) $(', '$(constructor) $('],
  ])('%j is expanded to %j, as Kubernetes does', (text, expected) => {
    expect(expanded(text, { X: 'value' })).toBe(expected);
  });

  test("of the worker's variables only harmless ones are passed on", () => {
    const worker = {
      PATH: '/bin',
      HOME: '/h',
      LC_ALL: 'C',
      GITHUB_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: 'x',
      TZ: undefined,
    };

    expect(baseEnvironment(worker)).toEqual({ PATH: '/bin', HOME: '/h', LC_ALL: 'C' });
    expect(gitEnvironment({ PATH: '/bin' })).toMatchObject({ PATH: '/bin', GIT_TERMINAL_PROMPT: '0', TZ: 'UTC' });
  });
});

describe('working directory', () => {
  const decoration_config = { timeout: '1m0s' };
  const other: Refs = { org: 'o', repo: 'other', base_ref: 'main' };

  test.each<[string, Partial<ProwJobSpec>, string]>([
    [
      '59: the first ref with workdir',
      { extra_refs: [refs, { ...other, workdir: true }] },
      'gopath/src/github.com/o/other',
    ],
    ['the first ref', { extra_refs: [other, refs] }, 'gopath/src/github.com/o/other'],
    ["the job's own before extra ones", { refs, extra_refs: [other] }, 'gopath/src/github.com/o/r'],
    ['by path alias', { extra_refs: [{ ...refs, path_alias: 'k8s.io/r' }] }, 'gopath/src/k8s.io/r'],
    ['by repo link', { extra_refs: [{ ...refs, repo_link: 'https://git.example/x/y' }] }, 'gopath/src/git.example/x/y'],
    ["the container's, if it exists and nothing is cloned", {}, '/usr'],
    ["the container's, if cloning is skipped", { refs, decoration_config: { skip_cloning: true } }, '/usr'],
  ])('%s', (_name, more, expected) => {
    const { spec } = request('true', { decoration_config, ...more }).prowJob;

    expect(workingDirectoryOf(spec, { workingDir: '/usr' })).toBe(expected);
  });

  test('else an empty folder', () => {
    const { spec } = request('true').prowJob;

    expect(workingDirectoryOf(spec, {})).toBe('work');
    expect(workingDirectoryOf(spec, { workingDir: '/no/such/folder' })).toBe('work');
    expect(workingDirectoryOf(spec, { workingDir: 'relative' })).toBe('work');
  });
});
