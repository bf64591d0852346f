import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { load } from 'js-yaml';
import type { Pod } from '../../domain/pod.ts';
import { createProgram } from '../program.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const files = {
  'config.yaml': `
plank:
  default_decoration_config_entries:
  - config:
      grace_period: 15m
      utility_images: {clonerefs: c:1, initupload: i:1, entrypoint: e:1, sidecar: s:1}
      gcs_configuration: {bucket: gs://bkt, path_strategy: explicit}
      gcs_credentials_secret: sa
`,
  'jobs.yaml': `
presubmits:
  org/repo:
  - {name: unit, decorate: true, spec: {containers: [{image: img, command: [c], env: [{name: A, value: "yes"}]}]}}
periodics:
- {name: plain, decorate: false, interval: 1h, spec: {containers: [{image: img}]}}
`,
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bowsprit-mkpod-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Result {
  out: string;
  err: string;
}

/** Runs a command of `bowsprit` in this process; what it throws is for `main.ts` to print. */
async function bowsprit(...args: string[]): Promise<Result> {
  const shown = { out: '', err: '' };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => Boolean((shown.out += String(chunk)))),
    jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => Boolean((shown.err += String(chunk)))),
  ];
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return shown;
}

const config = () => ['--config-path', join(dir, 'config.yaml'), '--job-config-path', join(dir, 'jobs.yaml')];
const pull = ['--pull-number', '7', '--pull-sha', '1'.repeat(40), '--base-sha', 'b'.repeat(40)];
const mkpj = async (...args: string[]) => (await bowsprit('mkpj', ...config(), ...args)).out;
const mkpod = async (...args: string[]) => await bowsprit('mkpod', ...args);
/** A file with the text, as the option. */
function prowJobFile(content: string, name = 'prowjob.yaml'): string[] {
  writeFileSync(join(dir, name), content);
  return ['--prow-job', join(dir, name)];
}

function podOf({ out, err }: Result): Pod {
  expect(err).toBe('');
  return load(out) as Pod;
}
const testContainer = (pod: Pod) => pod.spec.containers?.[0];

test('mkpj and mkpod in a pipe', async () => {
  const child = spawn(process.execPath, [main, 'mkpod', '--prow-job', '-', '--build-id', '5']);
  child.stdin.end(await mkpj('--job', 'plain'));

  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);

  expect(testContainer(podOf({ out, err }))?.env).toContainEqual({ name: 'BUILD_ID', value: '5' });
});

describe('a ProwJob that mkpj printed', () => {
  test('goes out as the pod that runs it', async () => {
    const prowJob = await mkpj('--job', 'unit', ...pull);

    const pod = podOf(await mkpod(...prowJobFile(prowJob), '--build-id', '1900000000000005000'));

    expect(pod).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
    expect(pod.metadata.name).toBe((load(prowJob) as Pod).metadata.name);
    expect(pod.metadata.labels['prow.k8s.io/build-id']).toBe('1900000000000005000');
    expect(pod.spec.initContainers?.map(({ name }) => name)).toEqual(['clonerefs', 'initupload', 'place-entrypoint']);
    expect(pod.spec).toMatchObject({ terminationGracePeriodSeconds: 1125, restartPolicy: 'Never' });
    expect(testContainer(pod)).toMatchObject({ name: 'test', image: 'img', command: ['/tools/entrypoint'] });
  });

  test('texts stay texts for YAML 1.1, and nothing is anchored', async () => {
    const { out } = await mkpod(...prowJobFile(await mkpj('--job', 'unit', ...pull)));

    expect(out).toContain("value: 'yes'");
    expect(out).not.toMatch(/[&*]ref_/);
  });

  test('goes out as JSON on demand', async () => {
    const prowJob = load(await mkpj('--job', 'plain'));

    const { out } = await mkpod(
      ...prowJobFile(JSON.stringify(prowJob, null, '\t')),
      '--build-id',
      '5',
      '--output',
      'json',
    );

    expect(testContainer(JSON.parse(out))?.env).toContainEqual({ name: 'BUILD_ID', value: '5' });
  });

  test('the build id is that of the ProwJob, unless another is given or wanted', async () => {
    const prowJob = await mkpj('--job', 'plain');
    const started = `${prowJob}  build_id: '77'\n`;
    const buildId = async (content: string, ...args: string[]) =>
      podOf(await mkpod(...prowJobFile(content), ...args)).metadata.labels['prow.k8s.io/build-id'];

    expect(await buildId(started)).toBe('77');
    expect(await buildId(started, '--build-id', '5')).toBe('5');
    expect(await buildId(started, '--build-id', 'snowflake')).toMatch(/^\d{19}$/);
    expect(await buildId(prowJob)).toMatch(/^\d{19}$/);
  });
});

test('a configured job', async () => {
  const pod = podOf(await mkpod(...config(), '--job', 'unit', ...pull, '--build-id', '5'));

  expect(pod.metadata.labels).toMatchObject({ 'prow.k8s.io/job': 'unit', 'prow.k8s.io/refs.pull': '7' });
  expect(testContainer(pod)?.env).toContainEqual({ name: 'PULL_NUMBER', value: '7' });
});

describe('--local', () => {
  const local = (...more: string[]) =>
    mkpod(...config(), '--job', 'unit', ...pull, '--build-id', '5', '--local', ...more);

  test('copies results to a folder of the node, and says which', async () => {
    const { out, err } = await local('--out-dir', join(dir, 'out'));

    const pod = load(out) as Pod;
    expect(pod.spec.volumes).toContainEqual({ name: 'output', hostPath: { path: join(dir, 'out', '5') } });
    expect(pod.spec.volumes?.map(({ name }) => name)).not.toContain('gcs-credentials');
    expect(err).toBe(`Results will be copied to ${join(dir, 'out', '5')} on the node.\n`);
  });

  test('makes a temporary folder by default', async () => {
    const { err } = await local();

    const [, made = ''] = /^Results will be copied to (.*) on the node/.exec(err) ?? [];
    expect(made).toContain('prowjob-out-unit-5-');
    expect(existsSync(made)).toBe(true);
    rmSync(made, { recursive: true });
  });

  test('names the volumes that the cluster must provide', async () => {
    const spec = '{containers: [{image: img, command: [c]}], volumes: [{name: v, secret: {secretName: s}}]}';
    writeFileSync(join(dir, 'jobs.yaml'), `periodics: [{name: v, decorate: true, interval: 1h, spec: ${spec}}]`);

    const { err } = await mkpod(...config(), '--job', 'v', '--local', '--out-dir', dir);

    expect(err).toContain('The cluster must have what these volumes name: v.');
  });
});

describe('errors in words', () => {
  const noPod = 'kind: ProwJob\nmetadata: {name: x1}\nspec: {job: j, type: periodic}';
  test.each<[string, () => string[], string]>([
    ['nothing given', () => [], 'Give --prow-job FILE (- for standard input), or --job NAME for a configured job.'],
    ['no such file', () => ['--prow-job', join(dir, 'none.yaml')], 'ENOENT: no such file or directory'],
    [
      'something else',
      () => ['--prow-job', join(dir, 'jobs.yaml')],
      'jobs.yaml: kind: must be ProwJob, but is missing',
    ],
    ['no pod', () => prowJobFile(noPod), 'No pod can be made for job j: its spec has no pod_spec.'],
    ['an unknown job', () => [...config(), '--job', 'x'], 'No job named x is configured.'],
    ['no pull', () => [...config(), '--job', 'unit'], 'unit is a presubmit job: refs need pulls.'],
    ['a folder for nothing', () => ['--prow-job', '-', '--out-dir', 'x'], '--out-dir is for --local only'],
    ['local, undecorated', () => [...config(), '--job', 'plain', '--local'], '--local: job plain is not decorated'],
  ])('%s', async (_name, args, words) => {
    await expect(mkpod(...args())).rejects.toThrow(words);
  });
});
