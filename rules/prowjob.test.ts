import { describe, expect, test } from '@jest/globals';
import type { Periodic, Presubmit, Refs } from '../domain/job-config.ts';
import {
  prowJobSpecForBatch,
  prowJobSpecForPeriodic,
  prowJobSpecForPostsubmit,
  prowJobSpecForPresubmit,
} from './prowjob.ts';

const refs: Refs = { org: 'o', repo: 'r', base_ref: 'main', pulls: [{ number: 5, author: 'ann', sha: 'cafe' }] };
const presubmit: Presubmit = {
  name: 'unit',
  agent: 'kubernetes',
  context: 'ci/unit',
  rerun_command: '/test unit',
  path_alias: 'example.org/r',
  clone_depth: 3,
  extra_refs: [
    { org: 'o', repo: 'x' },
    { org: 'o', repo: 'y', blobless_fetch: false },
  ],
  decoration_config: { blobless_fetch: true, sparse_checkout_files: ['go.mod'] },
};

test('a presubmit reports, can be rerun, and lends its clone settings to its primary refs only', () => {
  expect(prowJobSpecForPresubmit(presubmit, refs)).toEqual({
    type: 'presubmit',
    agent: 'kubernetes',
    job: 'unit',
    context: 'ci/unit',
    rerun_command: '/test unit',
    report: true,
    refs: {
      ...refs,
      path_alias: 'example.org/r',
      clone_depth: 3,
      blobless_fetch: true,
      sparse_checkout_files: ['go.mod'],
    },
    extra_refs: [
      { org: 'o', repo: 'x', blobless_fetch: true },
      { org: 'o', repo: 'y', blobless_fetch: false },
    ],
    decoration_config: presubmit.decoration_config,
  });
});

test('skip_report leaves out the report', () => {
  expect(prowJobSpecForPresubmit({ ...presubmit, skip_report: true }, refs)).not.toHaveProperty('report');
  expect(prowJobSpecForPostsubmit({ name: 'unit', skip_report: true }, refs)).not.toHaveProperty('report');
});

test('a batch neither reports nor can be rerun', () => {
  const spec = prowJobSpecForBatch(presubmit, refs);

  expect(spec).toMatchObject({ type: 'batch', context: 'ci/unit' });
  expect(spec).not.toHaveProperty('report');
  expect(spec).not.toHaveProperty('rerun_command');
});

test('59: clone settings of a periodic have no effect', () => {
  const spec = prowJobSpecForPeriodic({ name: 'nightly', path_alias: 'x/y', extra_refs: [{ org: 'o', repo: 'r' }] });

  expect(spec).toEqual({ type: 'periodic', job: 'nightly', report: true, extra_refs: [{ org: 'o', repo: 'r' }] });
});

describe('Slack reports', () => {
  test.each([
    ['no states given', { channel: 'c' }, true],
    ['some states', { channel: 'c', job_states_to_report: ['failure'] }, true],
    ['an empty list of states', { channel: 'c', job_states_to_report: [] }, false],
    ['an explicit report with an empty list', { report: true, job_states_to_report: [] }, true],
    ['an explicit refusal', { report: false, channel: 'c' }, false],
  ])('%s', (_name, slack, report) => {
    const job: Periodic = { name: 'nightly', reporter_config: { slack } };

    expect(prowJobSpecForPeriodic(job).reporter_config?.slack?.report).toBe(report);
    expect(job.reporter_config?.slack).toBe(slack);
  });
});
