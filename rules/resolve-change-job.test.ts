import { describe, expect, test } from '@jest/globals';
import type { JobStart } from '../domain/effects.ts';
import type { Refs } from '../domain/job-config.ts';
import { resolveChangeJob } from './resolve-change-job.ts';

const jobs = {
  presubmits: [
    { name: 'unit', context: 'ci/unit', optional: true, rerun_command: '/test unit', labels: { own: 'x' } },
    { name: 'lint', skip_report: true, branches: ['^main$'], annotations: { note: 'main' } },
    { name: 'lint', branches: ['^dev$'], annotations: { note: 'dev' } },
  ],
  postsubmits: [{ name: 'ship', context: 'ship', branches: ['^v', '^main$'] }],
};
const base = { org: 'o', repo: 'r', base_ref: 'main', base_sha: 'base' };
const pull: Refs = { ...base, pulls: [{ number: 5, author: 'ann', sha: 'head' }] };

const resolve = (start: JobStart, refs: Refs) => resolveChangeJob(start, jobs, { refs, delivery: 'd1' });

describe('4.1, 4.2: a job that an event starts', () => {
  test('a presubmit, with the labels of who starts it and of the command', () => {
    const start: JobStart = { job: 'unit', type: 'presubmit', labels: { 'prow.k8s.io/retest': 'true' } };

    expect(resolve(start, pull)).toEqual({
      spec: {
        type: 'presubmit',
        job: 'unit',
        refs: pull,
        report: true,
        context: 'ci/unit',
        rerun_command: '/test unit',
      },
      labels: { own: 'x' },
      callerLabels: { 'event-GUID': 'd1', 'prow.k8s.io/is-optional': 'true', 'prow.k8s.io/retest': 'true' },
    });
  });

  test('a postsubmit', () => {
    expect(resolve({ job: 'ship', type: 'postsubmit' }, base)).toEqual({
      spec: { type: 'postsubmit', job: 'ship', refs: base, report: true, context: 'ship' },
      callerLabels: { 'event-GUID': 'd1' },
    });
  });

  test.each([
    ['main', false],
    ['dev', true],
  ])('13: of two jobs of one name the one for branch %s', (base_ref, report) => {
    const found = resolve({ job: 'lint', type: 'presubmit' }, { ...pull, base_ref });

    expect(found).toMatchObject({ annotations: { note: base_ref } });
    expect(typeof found === 'object' && (found.spec.report ?? false)).toBe(report);
  });

  test.each<[JobStart, Refs, string]>([
    [{ job: 'none', type: 'presubmit' }, pull, 'No presubmit named none is configured for o/r.'],
    [{ job: 'ship', type: 'presubmit' }, pull, 'No presubmit named ship is configured for o/r.'],
    [{ job: 'lint', type: 'presubmit' }, { ...pull, base_ref: 'x' }, 'lint does not run on branch x of o/r.'],
    [{ job: 'ship', type: 'postsubmit' }, { ...base, base_ref: 'x' }, 'ship does not run on branch x of o/r.'],
    [{ job: 'unit', type: 'presubmit' }, base, 'unit is a presubmit job: a push does not start it.'],
    [{ job: 'ship', type: 'postsubmit' }, pull, 'ship is a postsubmit job: a pull request does not start it.'],
  ])('there is none for %j: %#', (start, refs, reason) => {
    expect(resolve(start, refs)).toBe(reason);
  });
});
