/** ProwJobs that were made elsewhere, and reruns of them. Configured jobs are tested where they are started. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadForRunning } from '../config/load.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { ProwJobSpec } from '../domain/prowjob.ts';
import { objectKeys } from '../domain/prowjob-objects/object.ts';
import { prowJob } from '../test/fixtures/prowjob.ts';
import { JobResolutionError, resolveJob } from './resolve-job.ts';

let folder: string;
let config: LoadedConfig;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-resolve-job-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, 'prowjob_namespace: jobs\nplank: {max_concurrency: 7}\n');
  config = await loadForRunning({ configPath: path, jobConfigPaths: [] });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context = () => ({
  config,
  settings: { executor: 'kubernetes', clusters: ['default'] } as const,
  previous: undefined,
});

test('a given ProwJob is taken as it is, with what the installation adds', () => {
  const { spec } = prowJob({ spec: { job: 'unknown-here' } });

  const input = resolveJob(
    { job: 'unknown-here', given: { spec }, labels: { team: 'a' }, annotations: { note: 'b' } },
    context(),
  );

  expect(input).toMatchObject({
    namespace: 'jobs',
    spec,
    executor: 'kubernetes',
    site: 'default',
    limits: { global: 7 },
  });
  expect(input.labels).toMatchObject({ team: 'a', 'prow.k8s.io/job': 'unknown-here', 'created-by-prow': 'true' });
  expect(input.annotations).toMatchObject({ note: 'b' });
});

test.each([
  ['without a job', { type: 'periodic' }],
  ['of no known type', { job: 'x', type: 'other' }],
])('a given ProwJob %s is refused', (_what, spec) => {
  const resolve = () => resolveJob({ given: { spec: spec as ProwJobSpec } }, context());

  expect(resolve).toThrow(JobResolutionError);
  expect(resolve).toThrow(/given: the spec needs a job and a type/);
});

test('a rerun does not say that an object started it', () => {
  const annotations = { note: 'b', [objectKeys.uid]: 'u1', [objectKeys.object]: 'jobs/x' };
  const previous = prowJob({ metadata: { annotations } });

  const input = resolveJob(
    { rerun: { prowJob: previous.metadata.name, mode: 'original' } },
    { ...context(), previous },
  );

  expect(input.annotations).toEqual({ note: 'b', 'prow.k8s.io/job': 'echo-test', 'prow.k8s.io/context': '' });
});

test('a ProwJob whose results would lie in the folder of others is refused', () => {
  const refs = { org: 'org', repo: '../../logs/other', pulls: [{ number: 5, author: 'ann', sha: 'cafe' }] };
  const { spec } = prowJob({ spec: { type: 'presubmit', job: 'unit', refs } });

  expect(() => resolveJob({ given: { spec } }, context())).toThrow(
    expect.objectContaining({
      type: 'SpecInvalid',
      message: 'unit has no folder for its results: refs.repo may not have "." or ".." as a part: "../../logs/other"',
    }),
  );
});
