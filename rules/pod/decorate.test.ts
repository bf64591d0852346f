import { describe, expect, test } from '@jest/globals';
import type { Container, DecorationConfig, PodSpec } from '../../domain/job-config.ts';
import type { ProwJob, ProwJobSpec } from '../../domain/prowjob.ts';
import { podFromProwJob } from './pod-from-prowjob.ts';
import { buildId, decorated, decoration, periodic, presubmit, refs } from './test-prowjobs.ts';

const specOf = (prowJob: ProwJob, localOutputDir?: string) =>
  podFromProwJob(prowJob, { buildId, ...(localOutputDir && { localOutputDir }) }).spec;
const make = (change: DecorationConfig = {}, more: Partial<ProwJobSpec> = {}) => specOf(decorated(change, more));
const makeOf = (podSpec: PodSpec, change: DecorationConfig = {}) =>
  specOf(presubmit(podSpec, { decoration_config: { ...decoration, ...change } }));

function container(spec: PodSpec, name: string): Container {
  const found = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].find((each) => each.name === name);
  if (!found) throw new Error(`The pod has no container ${name}.`);
  return found;
}
function options(spec: PodSpec, name: string): Record<string, unknown> {
  const variable = container(spec, name).env?.find((each) => each.name.endsWith('_OPTIONS'));
  return JSON.parse(variable?.value ?? '');
}
const volumes = (spec: PodSpec) => spec.volumes?.map(({ name }) => name);
const mounts = (spec: PodSpec, name: string) => container(spec, name).volumeMounts?.map((each) => each.mountPath);

test('order of init containers, containers, volumes and mounts (5.9)', () => {
  const spec = makeOf(
    {
      initContainers: [{ name: 'mine', restartPolicy: 'Always' }],
      containers: [{ command: ['c'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
    {
      gcs_credentials_secret: 'g',
      s3_credentials_secret: 's',
      ssh_key_secrets: ['a', 'b'],
      oauth_token_secret: { name: 'o', key: 'k' },
      github_app_id: '1',
      github_app_private_key_secret: { name: 'p', key: 'pem' },
      cookiefile_secret: 'c',
    },
  );

  expect(spec.initContainers?.map(({ name }) => name)).toEqual(['clonerefs', 'mine', 'initupload', 'place-entrypoint']);
  expect(spec.containers?.map(({ name }) => name)).toEqual(['test', 'sidecar']);
  expect(volumes(spec)).toEqual([
    'v',
    'logs',
    'tools',
    'gcs-credentials',
    's3-credentials',
    'ssh-keys-a',
    'ssh-keys-b',
    'o',
    'p',
    'clonerefs-tmp',
    'cookiefile',
    'code',
  ]);
  expect(mounts(spec, 'test')).toEqual(['/v', '/logs', '/tools', '/home/prow/go']);
  expect(mounts(spec, 'clonerefs')).toEqual([
    '/logs',
    '/home/prow/go',
    '/secrets/ssh/a',
    '/secrets/ssh/b',
    '/secrets/oauth',
    '/secrets/github-app',
    '/tmp',
    '/secrets/cookiefile',
  ]);
  expect(mounts(spec, 'initupload')).toEqual(['/logs', '/secrets/gcs', '/secrets/s3-storage']);
  expect(mounts(spec, 'place-entrypoint')).toEqual(['/tools']);
  expect(mounts(spec, 'sidecar')).toEqual(['/logs', '/secrets/gcs', '/secrets/s3-storage']);
});

test('volumes of decoration are empty folders, or secrets', () => {
  const spec = make({ gcs_credentials_secret: 'g', ssh_key_secrets: ['a'], cookiefile_secret: 'c/key' });

  expect(spec.volumes).toEqual([
    { name: 'logs', emptyDir: {} },
    { name: 'tools', emptyDir: {} },
    { name: 'gcs-credentials', secret: { secretName: 'g' } },
    { name: 'ssh-keys-a', secret: { secretName: 'a', defaultMode: 0o400 } },
    { name: 'clonerefs-tmp', emptyDir: {} },
    { name: 'cookiefile', secret: { secretName: 'c', defaultMode: 0o400 } },
    { name: 'code', emptyDir: {} },
  ]);
});

describe('cloning', () => {
  test.each<[string, ProwJob]>([
    ['a periodic without refs', periodic({ containers: [{ command: ['c'] }] }, { decoration_config: decoration })],
    ['skip_cloning', decorated({ skip_cloning: true })],
  ])('nothing: %s', (_name, prowJob) => {
    const spec = specOf(prowJob);

    expect(spec.initContainers?.map(({ name }) => name)).toEqual(['initupload', 'place-entrypoint']);
    expect(volumes(spec)).toEqual(['logs', 'tools']);
    expect(mounts(spec, 'test')).toEqual(['/logs', '/tools']);
    expect(container(spec, 'test')).not.toHaveProperty('workingDir');
    expect(options(spec, 'initupload')).not.toHaveProperty('log');
    expect(container(spec, 'initupload')).not.toHaveProperty('volumeMounts');
  });

  test('the working directory of the job stays where nothing is cloned', () => {
    const podSpec = { containers: [{ command: ['c'], workingDir: '/mine' }] };

    expect(container(makeOf(podSpec, { skip_cloning: true }), 'test').workingDir).toBe('/mine');
    expect(container(makeOf(podSpec), 'test').workingDir).toBe('/home/prow/go/src/github.com/org/repo');
  });

  test.each<[string, Partial<ProwJobSpec>, string]>([
    ['59: an extra ref with workdir', { extra_refs: [{ ...other(), workdir: true }] }, 'github.com/x/y'],
    [
      'the primary first',
      { refs: { ...refs, workdir: true }, extra_refs: [{ ...other(), workdir: true }] },
      'github.com/org/repo',
    ],
    ['else the first', { extra_refs: [other()] }, 'github.com/org/repo'],
    ['an alias', { refs: { ...refs, path_alias: 'k8s.io/repo' } }, 'k8s.io/repo'],
    ['a repo link', { refs: { ...refs, repo_link: 'https://ghe.example/a/b' } }, 'ghe.example/a/b'],
  ])('starts in %s', (_name, more, path) => {
    expect(container(make({}, more), 'test').workingDir).toBe(`/home/prow/go/src/${path}`);
  });

  test('options of clonerefs', () => {
    const spec = make(
      {
        ssh_key_secrets: ['a'],
        ssh_host_fingerprints: ['fp'],
        cookiefile_secret: 'c/key',
        github_app_id: '1',
        github_app_private_key_secret: { name: 'p', key: 'pem' },
        github_api_endpoints: ['http://ghproxy'],
      },
      { extra_refs: [other()] },
    );

    expect(options(spec, 'clonerefs')).toEqual({
      src_root: '/home/prow/go',
      log: '/logs/clone.json',
      git_user_name: 'ci-robot',
      git_user_email: 'ci-robot@k8s.io',
      refs: [refs, other()],
      key_files: ['/secrets/ssh/a'],
      host_fingerprints: ['fp'],
      cookie_path: '/secrets/cookiefile/key',
      github_api_endpoints: ['http://ghproxy'],
      github_app_id: '1',
      github_app_private_key_file: '/secrets/github-app/pem',
    });
    expect(container(spec, 'clonerefs').args).toEqual(['--cookiefile=/secrets/cookiefile/key']);
  });

  test.each([
    ['cook', '/secrets/cookiefile/cook', 'cook'],
    ['cook/key.txt', '/secrets/cookiefile/key.txt', 'cook'],
  ])('cookies from %s', (secret, path, secretName) => {
    const spec = make({ cookiefile_secret: secret });

    expect(options(spec, 'clonerefs')).toMatchObject({ cookie_path: path });
    expect(spec.volumes).toContainEqual({ name: 'cookiefile', secret: { secretName, defaultMode: 256 } });
  });

  test('an empty secret switches cookies off', () => {
    expect(volumes(make({ cookiefile_secret: '' }))).not.toContain('cookiefile');
  });

  test('an OAuth token, and the public API by default', () => {
    const spec = make({ oauth_token_secret: { name: 'oa', key: 'tok' } });

    expect(options(spec, 'clonerefs')).toMatchObject({
      oauth_token_file: '/secrets/oauth/tok',
      github_api_endpoints: ['https://api.github.com'],
    });
    expect(spec.volumes).toContainEqual({
      name: 'oa',
      secret: { secretName: 'oa', items: [{ key: 'tok', path: './tok' }] },
    });
  });
});

describe('the wrapper (5.10)', () => {
  test('a single container', () => {
    const spec = make({ timeout: '1h', grace_period: '10s' });

    const test = container(spec, 'test');
    expect(test.command).toEqual(['/tools/entrypoint']);
    expect(test).not.toHaveProperty('args');
    expect(test.env?.at(-1)?.name).toBe('ENTRYPOINT_OPTIONS');
    expect(options(spec, 'test')).toEqual({
      timeout: 3_600_000_000_000,
      grace_period: 10_000_000_000,
      artifact_dir: '/logs/artifacts',
      args: ['run', '--x'],
      container_name: 'test',
      process_log: '/logs/process-log.txt',
      marker_file: '/logs/marker-file.txt',
      metadata_file: '/logs/artifacts/metadata.json',
    });
  });

  test('durations are integers here and texts in JOB_SPEC', () => {
    const prowJob = decorated({ timeout: '2h0m0s' });

    const env = container(specOf(prowJob), 'test').env ?? [];
    const jobSpec: unknown = JSON.parse(env.find(({ name }) => name === 'JOB_SPEC')?.value ?? '');

    expect(jobSpec).toMatchObject({ decoration_config: { timeout: '2h0m0s' } });
    expect(options(specOf(prowJob), 'test')).toMatchObject({ timeout: 7_200_000_000_000, grace_period: 0 });
  });

  test('the longest duration is written to the last digit', () => {
    const env = container(make({ timeout: '2562047h47m16.854775807s' }), 'test').env;

    expect(env?.at(-1)?.value).toContain('{"timeout":9223372036854775807,"grace_period":0,');
  });

  test('58: files of several containers carry their names', () => {
    const podSpec = {
      containers: [
        { name: 'a', command: ['x'] },
        { name: 'b', args: ['y', 'z'] },
      ],
    };
    const spec = makeOf(podSpec);

    expect(options(spec, 'b')).toMatchObject({
      args: ['y', 'z'],
      container_name: 'b',
      process_log: '/logs/b-log.txt',
      marker_file: '/logs/b-marker.txt',
      metadata_file: '/logs/artifacts/b-metadata.json',
    });
    expect(options(spec, 'sidecar')['entries']).toEqual([
      expect.objectContaining({ args: ['x'], container_name: 'a' }),
      expect.objectContaining({ args: ['y', 'z'], container_name: 'b' }),
    ]);
  });

  test("the job's own GOPATH and ARTIFACTS stay in front of those that win", () => {
    const env = [
      { name: 'GOPATH', value: '/go' },
      { name: 'ARTIFACTS', value: '/a' },
    ];
    const spec = makeOf({ containers: [{ command: ['c'], env }] });

    const values = (name: string) =>
      container(spec, 'test').env?.flatMap((each) => (each.name === name ? [each.value] : []));
    expect(values('GOPATH')).toEqual(['/go', '/home/prow/go']);
    expect(values('ARTIFACTS')).toEqual(['/a', '/logs/artifacts']);
  });
});

describe('storage', () => {
  test('credentials of both kinds', () => {
    const spec = make({ gcs_credentials_secret: 'g', s3_credentials_secret: 's' });

    const common = {
      bucket: 'gs://bkt',
      path_strategy: 'explicit',
      gcs_credentials_file: '/secrets/gcs/service-account.json',
      s3_credentials_file: '/secrets/s3-storage/service-account.json',
      dry_run: false,
    };
    expect(options(spec, 'initupload')).toEqual({ ...common, log: '/logs/clone.json' });
    expect(options(spec, 'sidecar')['gcs_options']).toEqual({ items: ['/logs/artifacts'], ...common });
  });

  test('7: an empty secret gives no volume', () => {
    expect(volumes(make({ gcs_credentials_secret: '' }))).not.toContain('gcs-credentials');
  });

  test('a folder of the node instead', () => {
    const spec = specOf(decorated({ gcs_credentials_secret: 'g' }), '/tmp/out');

    expect(spec.volumes).toContainEqual({ name: 'output', hostPath: { path: '/tmp/out' } });
    expect(volumes(spec)).not.toContain('gcs-credentials');
    expect(options(spec, 'initupload')).toMatchObject({ local_output_dir: '/output' });
    expect(mounts(spec, 'initupload')).toEqual(['/logs', '/output']);
    expect(mounts(spec, 'sidecar')).toEqual(['/logs', '/output']);
  });
});

describe('the sidecar (5.12)', () => {
  const podSpec = {
    containers: [
      {
        command: ['c'],
        volumeMounts: [
          { name: 'v', mountPath: '/sec', readOnly: true },
          { name: 'w', mountPath: '/cfg' },
        ],
      },
    ],
    volumes: [
      { name: 'v', secret: { secretName: 's' } },
      { name: 'w', configMap: { name: 'c' } },
    ],
  };

  test('hides nothing unless asked to', () => {
    const spec = makeOf(podSpec, { censoring_options: { minimum_secret_length: 3 } });

    expect(options(spec, 'sidecar')['censoring_options']).toEqual({ minimum_secret_length: 3 });
    expect(mounts(spec, 'sidecar')).toEqual(['/logs']);
  });

  test('hides the secrets that test containers mount', () => {
    const spec = makeOf(podSpec, { censor_secrets: true, gcs_credentials_secret: 'g' });

    expect(options(spec, 'sidecar')['censoring_options']).toEqual({ secret_directories: ['/sec'] });
    expect(container(spec, 'sidecar').volumeMounts).toEqual([
      { name: 'logs', mountPath: '/logs' },
      { name: 'gcs-credentials', mountPath: '/secrets/gcs' },
      { name: 'v', mountPath: '/sec', readOnly: true },
    ]);
  });

  test.each([true, false])('upload_ignores_interrupts: %s', (ignores) => {
    const spec = make({ upload_ignores_interrupts: ignores });

    expect(options(spec, 'sidecar')['ignore_interrupts'] ?? false).toBe(ignores);
  });
});

test('resources and images of the utilities', () => {
  const spec = make({
    resources: {
      clonerefs: { requests: { cpu: '1' } },
      initupload: { requests: { cpu: '2' } },
      place_entrypoint: { requests: { cpu: '3' } },
      sidecar: { requests: { cpu: '4' } },
    },
  });

  const parts = ['clonerefs', 'initupload', 'place-entrypoint', 'sidecar'].map((name) => {
    const { image, resources } = container(spec, name);
    return [image, resources?.requests?.['cpu']];
  });
  expect(parts).toEqual([
    ['clonerefs:1', '1'],
    ['initupload:1', '2'],
    ['entrypoint:1', '3'],
    ['sidecar:1', '4'],
  ]);
});

function other() {
  return { org: 'x', repo: 'y', base_ref: 'dev' };
}
