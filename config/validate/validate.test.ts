import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dump } from 'js-yaml';
import { loadConfig } from '../load.ts';
import { ConfigError, formatProblem } from '../problem.ts';
import { intersect } from './duplicates.ts';
import { isQualifiedName } from './metadata.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-validate-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const container = { image: 'i', command: ['c'] };
const spec = { containers: [container] };
const decoration = {
  utility_images: { clonerefs: 'c', initupload: 'i', entrypoint: 'e', sidecar: 's' },
  gcs_configuration: { bucket: 'b', path_strategy: 'explicit' },
};

interface Jobs {
  presubmits?: object[];
  postsubmits?: object[];
  periodics?: object[];
  main?: object;
}

/** The problems of a configuration, one line each, without the file. */
async function problemsOf({ presubmits, postsubmits, periodics, main = {} }: Jobs): Promise<string[]> {
  const path = join(folder, 'config.yaml');
  const named = (kind: string, jobs?: object[]) => jobs?.map((job) => ({ name: kind, spec, ...job }));
  writeFileSync(
    path,
    dump({
      ...main,
      presubmits: { 'o/r': named('pre', presubmits) ?? [] },
      postsubmits: { 'o/r': named('post', postsubmits) ?? [] },
      periodics: named('per', periodics) ?? [],
    }),
  );
  try {
    await loadConfig({ configPath: path, jobConfigPaths: [] });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ file: _file, line: _line, column: _column, ...rest }) => formatProblem(rest));
  }
}

describe('a job is refused, and the message names job, key and reason', () => {
  const periodic = (over: object): Jobs => ({ periodics: [{ interval: '1h', ...over }] });
  const climbing = (storage: object) => ({
    ...decoration,
    gcs_configuration: { ...decoration.gcs_configuration, ...storage },
  });
  const withContainer = (over: object): Jobs => periodic({ spec: { containers: [{ ...container, ...over }] } });
  test.each<[string, Jobs, string]>([
    ['name', periodic({ name: 'a b' }), 'job "a b": name: may contain only'],
    ['a name that is a folder', periodic({ name: '..' }), 'name: may not have "." or ".." as a part'],
    [
      'a path prefix that climbs',
      periodic({ decoration_config: climbing({ path_prefix: '../other' }) }),
      'path_prefix: may not have "." or ".." as a part',
    ],
    [
      'a bucket that climbs',
      periodic({ decoration_config: climbing({ bucket: 's3://b/../other' }) }),
      'bucket: may not have ".." in its path',
    ],
    ['reserved label', periodic({ labels: { 'prow.k8s.io/id': 'x' } }), 'labels.prow.k8s.io/id: is set by the system'],
    ['label value', periodic({ labels: { a: 'x/y' } }), 'labels.a: must be at most 63'],
    ['annotation name', periodic({ annotations: { 'a/b/c': 'x' } }), 'annotations.a/b/c: is no valid name'],
    ['no spec', { periodics: [{ interval: '1h', spec: null }] }, 'spec: must be set'],
    ['namespace', periodic({ namespace: 'mine' }), 'namespace: must be the pod_namespace "default"'],
    ['20: unknown queue', periodic({ job_queue_name: 'q' }), 'job_queue_name: names the queue "q"'],
    ['negative limit', periodic({ max_concurrency: -1 }), 'max_concurrency: must be 0'],
    [
      '11: decoration without images',
      periodic({ decorate: false, decoration_config: { gcs_configuration: decoration.gcs_configuration } }),
      'utility_images: must name the images clonerefs',
    ],
    [
      'path strategy',
      periodic({ decoration_config: { ...decoration, gcs_configuration: { bucket: 'b', path_strategy: 'x' } } }),
      'path_strategy: must be one of',
    ],
    [
      'two clone secrets',
      periodic({ decoration_config: { ...decoration, oauth_token_secret: { name: 'a' }, ssh_key_secrets: ['b'] } }),
      'oauth_token_secret or ssh_key_secrets',
    ],
    [
      'clone_uri',
      periodic({ clone_uri: 'ssh://git@h/x', decoration_config: { ...decoration, oauth_token_secret: { name: 'a' } } }),
      'clone_uri: must be http or https',
    ],
    ['rerun auth', periodic({ rerun_auth_config: { allow_anyone: true, github_users: ['a'] } }), 'rerun_auth_config'],
    ['no schedule', { periodics: [{}] }, 'interval: must be set, or else'],
    ['two schedules', { periodics: [{ interval: '1h', cron: '@daily' }] }, 'cron: may not be combined with interval'],
    ['bad interval', { periodics: [{ interval: '1d' }] }, 'interval: "1d" is not a duration'],
    ['41: bad cron', { periodics: [{ cron: '0 0 * * 7' }] }, 'cron: cron "0 0 * * 7": day of week "7": outside 0-6'],
    ['cron with zone', { periodics: [{ cron: 'TZ=UTC 0 0 * * 1' }] }, 'time zones are not supported'],
    ['retry without interval', periodic({ retry: { attempts: 2 } }), 'retry.interval: must be set'],
    [
      '15: repeated periodic',
      { periodics: [{ interval: '1h' }, { interval: '2h' }] },
      'name: is the name of another periodic',
    ],
    [
      'several containers',
      periodic({
        spec: {
          containers: [
            { name: 'a', ...container },
            { name: 'b', ...container },
          ],
        },
      }),
      'spec.containers: may have several containers only',
    ],
    [
      'init container',
      periodic({ spec: { ...spec, initContainers: [container] } }),
      'spec.initContainers[0]: must have restartPolicy: Always',
    ],
    ['env twice', withContainer({ env: [{ name: 'A' }, { name: 'A' }] }), 'env[1]: A is set twice'],
    [
      '18: reserved env',
      { postsubmits: [{ spec: { containers: [{ ...container, env: [{ name: 'PULL_BASE_REF' }] }] } }] },
      'PULL_BASE_REF is set by the system for each postsubmit',
    ],
    [
      'reserved volume',
      periodic({ spec: { ...spec, volumes: [{ name: 'logs' }] } }),
      'volumes[0].name: logs is the name of a volume',
    ],
    [
      'undeclared mount',
      withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      'names the volume v, which the pod does not have',
    ],
    [
      'reserved path',
      withContainer({ volumeMounts: [{ name: 'gcs-credentials', mountPath: '/logs' }] }),
      '/logs belongs to decoration',
    ],
    [
      'decorated without command',
      periodic({ decoration_config: decoration, spec: { containers: [{ image: 'i' }] } }),
      'command: must be set',
    ],
    ['16: trigger alone', { presubmits: [{ trigger: '/x' }] }, 'rerun_command: must be set together with trigger'],
    [
      '16: trigger that does not match',
      { presubmits: [{ trigger: '/x', rerun_command: '/y' }] },
      'rerun_command: must match the trigger',
    ],
    [
      '17: always and conditional',
      { presubmits: [{ always_run: true, run_if_changed: 'x' }] },
      'always_run: may not be combined with run_if_changed',
    ],
    [
      '13: one name, one branch',
      { presubmits: [{ branches: ['a'] }, { branches: ['a'] }] },
      'name: is the name of another presubmit',
    ],
    [
      '14: one context',
      {
        presubmits: [
          { name: 'a', context: 'c', skip_report: true },
          { name: 'b', context: 'c' },
        ],
      },
      '"c" is also the context of the presubmit a',
    ],
  ])('%s', async (_name, jobs, message) => {
    expect(await problemsOf(jobs)).toEqual([expect.stringContaining(message)]);
  });
});

describe('a job is fine', () => {
  test.each<[string, Jobs]>([
    [
      '13: one name with branches kept apart',
      { presubmits: [{ branches: ['^release-.*$'] }, { branches: ['release-1.0'] }] },
    ],
    [
      '15: a periodic and a presubmit of one name',
      { presubmits: [{ name: 'x' }], periodics: [{ name: 'x', interval: '1h' }] },
    ],
    ['17: conditional with explicit always_run false', { presubmits: [{ always_run: false, run_if_changed: 'x' }] }],
    [
      '18: a periodic may set PULL_BASE_REF',
      { periodics: [{ interval: '1h', spec: { containers: [{ ...container, env: [{ name: 'PULL_BASE_REF' }] }] } }] },
    ],
    [
      'a negative queue capacity',
      { periodics: [{ interval: '1h', job_queue_name: 'q' }], main: { plank: { job_queue_capacities: { q: -1 } } } },
    ],
    ['an impossible date', { periodics: [{ cron: '0 0 31 2 *' }] }],
  ])('%s', async (_name, jobs) => {
    expect(await problemsOf(jobs)).toEqual([]);
  });
});

test.each([
  [{}, { branches: ['a'] }, true],
  [{ branches: ['a'] }, { branches: ['b'] }, false],
  [{ branches: ['a.*'] }, { branches: ['ab'] }, false],
  [{ branches: ['a'] }, { skip_branches: ['a'] }, false],
  [{ branches: ['b'] }, { skip_branches: ['a'] }, true],
  [{ skip_branches: ['a'] }, { skip_branches: ['b'] }, true],
])('2.7: %j and %j intersect: %s', (a, b, expected) => {
  expect(intersect(a, b)).toBe(expected);
  expect(intersect(b, a)).toBe(expected);
});

test.each([
  ['a', true],
  ['prow.k8s.io/x_y.z', true],
  ['-a', false],
  ['A.b/c', false],
  ['a/b/c', false],
  ['x'.repeat(64), false],
])('%s as a qualified name: %s', (name, expected) => {
  expect(isQualifiedName(name)).toBe(expected);
});
