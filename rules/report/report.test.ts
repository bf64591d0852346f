import { describe, expect, test } from '@jest/globals';
import type { ProwJob, ProwJobState } from '../../domain/prowjob.ts';
import { prowJob } from '../../test/fixtures/prowjob.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { commitStatusOf } from './commit-status.ts';
import { reportCommentSteps, reportTag } from './report-comment.ts';
import { isReported, summarisedJobs } from './reported-jobs.ts';

const bot = { login: 'bot', isApp: true };

function job(
  name: string,
  state: ProwJobState,
  change: { complete?: boolean; created?: number; pulls?: number } = {},
): ProwJob {
  const { complete = true, created = 0, pulls = 1 } = change;
  const base = prowJob();
  const time = new Date(Date.UTC(2026, 0, 1, 0, created)).toISOString();
  return {
    ...base,
    metadata: {
      ...base.metadata,
      name: `${name}-${created}`,
      creationTimestamp: time,
      labels: { 'prow.k8s.io/is-optional': 'false' },
    },
    spec: {
      type: 'presubmit',
      job: name,
      context: name,
      report: true,
      rerun_command: `/test ${name}`,
      refs: {
        org: 'o',
        repo: 'r',
        base_ref: 'main',
        base_sha: 'b'.repeat(40),
        pulls: Array.from({ length: pulls }, (_, index) => ({ number: 5 + index, sha: 'c'.repeat(40), author: 'ann' })),
      },
    },
    status: { startTime: time, state, url: 'https://deck/1', ...(complete && { completionTime: time }) },
  };
}

const comment = (id: number, author: string, ...rows: string[]): IssueComment => ({
  id,
  author,
  authorType: 'Bot',
  body: ['@ann: failed', '', 'h | h', '--- | ---', ...rows, '', reportTag].join('\r\n'),
  url: '',
  createdAt: '',
  updatedAt: '',
});
const row = (name: string) => `${name} | old | [link](x) | true | \`/test ${name}\``;
const steps = (jobs: ProwJob[], comments: IssueComment[] = [], celebrates = false) =>
  reportCommentSteps(jobs, comments, { bot, celebrates });

describe('the report comment', () => {
  test('a new failure replaces the old comment, and keeps the rows of other jobs', () => {
    const [first, second, ...more] = steps([job('unit', 'failure')], [comment(1, 'bot[bot]', row('unit'), row('e2e'))]);

    expect(first).toEqual({ op: 'delete', id: 1 });
    expect(second).toMatchObject({
      op: 'create',
      body: expect.stringMatching(/^@ann: .*tests[^]*\ne2e \| old[^]*\nunit \| c{40}/),
    });
    expect(more).toEqual([]);
  });

  test('a success takes its row out of the comment, in place', () => {
    const [only, ...more] = steps([job('unit', 'success')], [comment(1, 'bot[bot]', row('unit'), row('e2e'))]);

    expect(only).toMatchObject({ op: 'edit', id: 1, body: expect.not.stringContaining('\nunit |') });
    expect(more).toEqual([]);
  });

  test('the last row takes the comment with it', () => {
    expect(steps([job('unit', 'aborted')], [comment(1, 'bot[bot]', row('unit'))])).toEqual([{ op: 'delete', id: 1 }]);
  });

  test('comments of people are left alone, whatever they quote', () => {
    expect(steps([job('unit', 'success')], [comment(1, 'ann', row('unit'))])).toEqual([]);
  });

  test('a job that has not ended, or is of several pulls, changes nothing', () => {
    const comments = [comment(1, 'bot[bot]', row('unit'))];

    expect(steps([job('unit', 'pending', { complete: false })], comments)).toEqual([]);
    expect(steps([job('unit', 'failure', { pulls: 2 })], comments)).toEqual([]);
  });

  test('all passed is said on demand, and only where all have', () => {
    expect(steps([job('a', 'success'), job('b', 'success')], [], true)).toMatchObject([{ op: 'create' }]);
    expect(steps([job('a', 'success'), job('b', 'error')], [], true)).toEqual([]);
  });
});

describe('the commit status', () => {
  test.each<[ProwJobState, string]>([
    ['scheduling', 'pending'],
    ['triggered', 'pending'],
    ['aborted', 'failure'],
    ['error', 'error'],
  ])('%s is %s', (state, reported) => {
    expect(commitStatusOf(job('unit', state))).toMatchObject({ state: reported, sha: 'c'.repeat(40), context: 'unit' });
  });

  test('of a push is on the pushed commit; several pulls have none', () => {
    expect(commitStatusOf(job('unit', 'success', { pulls: 0 }))?.sha).toBe('b'.repeat(40));
    expect(commitStatusOf(job('unit', 'success', { pulls: 2 }))).toBeUndefined();
  });
});

describe('which jobs', () => {
  const rules = { jobTypes: ['presubmit'] };

  test('those that report, of the configured types', () => {
    expect(isReported(job('unit', 'success'), rules)).toBe(true);
    expect(isReported({ ...job('unit', 'success'), spec: { type: 'postsubmit', job: 'x', report: true } }, rules)).toBe(
      false,
    );
    expect(isReported({ ...job('unit', 'success'), spec: { type: 'presubmit', job: 'x' } }, rules)).toBe(false);
  });

  test('a summary has the newest of each name, once all have ended', () => {
    const old = job('unit', 'failure', { created: 1 });
    const young = job('unit', 'success', { created: 2 });

    expect(summarisedJobs([young, old], rules)).toEqual([young]);
    expect(summarisedJobs([young, job('e2e', 'pending', { complete: false })], rules)).toBeUndefined();
  });
});
